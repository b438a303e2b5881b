// What public health answers to an initial case report: HL7 CDA R2 Reportability Response, R1 STU 1.1 (2017-04-01). By condition and agency: whether it is
// reportable, by which rule, within what time, and what is to be done. What is not where the guide has it is not told; the document is kept whole.
import { unescapeXml } from './tree/characters.ts';
import { readDocument } from './tree/read.ts';
import { childOf, childrenOf, type Document, type Element, everyElement, isElement, leafOf } from './tree/tree.ts';

export const responseCode = '88085-6';
const base = '2.16.840.1.113883.10.20.15.2';
const templates = {
  report: `${base}.3.10`,
  status: `${base}.3.29`,
  statusReason: `${base}.3.21`,
  condition: `${base}.3.12`,
  information: `${base}.3.13`,
  determination: `${base}.3.19`,
  reason: `${base}.3.26`,
  rule: `${base}.3.27`,
  timeframe: `${base}.3.14`,
  resources: `${base}.3.20`,
  resource: `${base}.3.17`,
  responsible: `${base}.4.2`,
  author: `${base}.4.3`,
};
/** A response names a handful of each. */
const most = 50;
const longest = 1_000;

/** RRVS1 to RRVS4 of PHIN VS 2.16.840.1.114222.4.5.274. */
const determinations = { RRVS1: 'reportable', RRVS2: 'may be reportable', RRVS3: 'not reportable', RRVS4: 'no rule met' } as const;

export interface Determination {
  condition: string;
  /** Responsible agency, or else the one whose rules these are; empty: none is named. */
  agency: string;
  /** Absent: a code that the guide does not have. */
  determination: (typeof determinations)[keyof typeof determinations] | null;
  reasons: string[];
  rules: string[];
  /** `24 h`. */
  within: string;
  toDo: { says: string; priority: string; link: string }[];
}
export interface ReportabilityResponse {
  /** The case reports that it answers: ids and sets as they were written there. */
  answers: { id: string; set: string; version: string }[];
  /** What became of the report itself, with a reason where there is one. */
  status: string[];
  conditions: Determination[];
}

type Source = Pick<Document, 'text'>;
const attribute = (of: Source, element: Element | undefined, name: string): string => {
  const leaf = leafOf(element, name);
  return leaf === undefined ? '' : unescapeXml(of.text.slice(leaf.start, leaf.end)).slice(0, longest);
};
const textOf = (of: Source, element: Element | undefined): string =>
  (element?.children ?? [])
    .flatMap((leaf) => {
      if (isElement(leaf)) return [];
      const text = of.text.slice(leaf.start, leaf.end);
      return leaf.kind === 'cdata' ? text : unescapeXml(text);
    })
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longest);
const isOf = (of: Source, element: Element, template: string): boolean =>
  childrenOf(element, 'templateId').some((one) => attribute(of, one, 'root') === template);
/** Parts behind a relation (`component`, `entryRelationship`, `reference`) that are of a template. */
const partsOf = (of: Source, element: Element, relation: string, template: string): Element[] =>
  childrenOf(element, relation)
    .flatMap((link) => link.children.filter(isElement))
    .filter((one) => isOf(of, one, template))
    .slice(0, most);
const coded = (of: Source, element: Element | undefined): string =>
  attribute(of, element, 'displayName') || textOf(of, childOf(element, 'originalText')) || attribute(of, element, 'code');
const isLink = (text: string): boolean => /^https?:\/\//i.test(text);
const identifier = (of: Source, element: Element | undefined): string =>
  attribute(of, element, 'extension') || attribute(of, element, 'root');

/** Undefined: this is another document. */
export function readResponse(raw: Uint8Array): ReportabilityResponse | undefined {
  const document = readDocument(raw);
  const root = document.roots[0];
  return root === undefined || attribute(document, childOf(root, 'code'), 'code') !== responseCode ? undefined : responseIn(document, root);
}

export function responseIn(of: Source, root: Element): ReportabilityResponse {
  const found: ReportabilityResponse = { answers: [], status: [], conditions: [] };
  for (const element of everyElement(root)) {
    if (element.name === 'externalDocument' && isOf(of, element, templates.report)) found.answers.push(reportIn(of, element));
    else if (element.name === 'act' && isOf(of, element, templates.status)) found.status.push(statusIn(of, element));
    else if (element.name === 'observation' && isOf(of, element, templates.condition))
      for (const one of partsOf(of, element, 'entryRelationship', templates.information))
        found.conditions.push(determinationIn(of, coded(of, childOf(element, 'value')), one));
  }
  return { answers: found.answers.slice(0, most), status: found.status.slice(0, most), conditions: found.conditions.slice(0, most) };
}

const reportIn = (of: Source, element: Element) => ({
  id: identifier(of, childOf(element, 'id')),
  set: identifier(of, childOf(element, 'setId')),
  version: attribute(of, childOf(element, 'versionNumber'), 'value'),
});

function statusIn(of: Source, element: Element): string {
  const reasons = partsOf(of, element, 'entryRelationship', templates.statusReason).map((one) => coded(of, childOf(one, 'value')));
  return [coded(of, childOf(element, 'code')), ...reasons].filter((words) => words !== '').join(': ');
}

function determinationIn(of: Source, condition: string, element: Element): Determination {
  const agency = (template: string): string => {
    const participant = childrenOf(element, 'participant').find((one) => isOf(of, one, template));
    return textOf(of, childOf(childOf(childOf(participant, 'participantRole'), 'playingEntity'), 'name'));
  };
  const [judged] = partsOf(of, element, 'component', templates.determination);
  const code = attribute(of, childOf(judged, 'value'), 'code');
  const said = (template: string): string[] =>
    judged === undefined
      ? []
      : partsOf(of, judged, 'entryRelationship', template)
          .map((one) => textOf(of, childOf(one, 'value')))
          .filter((words) => words !== '');
  const [timeframe] = partsOf(of, element, 'component', templates.timeframe);
  const time = childOf(timeframe, 'value');
  return {
    condition,
    agency: agency(templates.responsible) || agency(templates.author),
    determination: Object.hasOwn(determinations, code) ? determinations[code as keyof typeof determinations] : null,
    reasons: said(templates.reason),
    rules: said(templates.rule),
    within: [attribute(of, time, 'value'), attribute(of, time, 'unit')].filter((part) => part !== '').join(' '),
    toDo: partsOf(of, element, 'component', templates.resources).flatMap((act) =>
      partsOf(of, act, 'reference', templates.resource).map((one) => {
        const link = attribute(of, childOf(childOf(one, 'text'), 'reference'), 'value');
        return {
          says: coded(of, childOf(one, 'code')) || coded(of, childOf(act, 'code')),
          priority: coded(of, childOf(act, 'priorityCode')),
          // What leads elsewhere than to a page is not followed.
          link: isLink(link) ? link : '',
        };
      }),
    ),
  };
}
