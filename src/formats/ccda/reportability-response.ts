// What public health answers to an initial case report: HL7 CDA R2 Reportability Response, R1 STU 1.1 (2017-04-01). By condition and agency: whether it is
// reportable, by which rule, within what time, and what is to be done. What is not where the guide has it is not told; the document is kept whole.
//
// Whoever may write to a channel may send one: it is read in steps, and what is told of it is bounded, whatever is in it.
import { unescapeXml } from './tree/characters.ts';
import { readInSteps } from './tree/read.ts';
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
const reasonsMost = 10;
/** Parts of one element that are looked at. */
const partsMost = 500;
const longest = 500;
const linkLongest = 2_000;
/** Characters of an escaped one, at most: `&#x10FFFF;`. */
const escaped = 10;
/** Elements between two rests. */
const stride = 200;

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
  /** There are more conditions than these. */
  more: boolean;
}

type Source = Pick<Document, 'text'>;
/** The beginning, without taking the rest in hand. */
const startOf = (of: Source, { start, end }: { start: number; end: number }, length = longest): string =>
  of.text.slice(start, Math.min(end, start + length * escaped));
const attribute = (of: Source, element: Element | undefined, name: string, length = longest): string => {
  const leaf = leafOf(element, name);
  return leaf === undefined ? '' : unescapeXml(startOf(of, leaf, length)).slice(0, length);
};
const textOf = (of: Source, element: Element | undefined): string =>
  (element?.children ?? [])
    .slice(0, partsMost)
    .flatMap((leaf) => {
      if (isElement(leaf)) return [];
      return leaf.kind === 'cdata' ? startOf(of, leaf) : unescapeXml(startOf(of, leaf));
    })
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longest);
const isOf = (of: Source, element: Element, template: string): boolean =>
  childrenOf(element, 'templateId')
    .slice(0, partsMost)
    .some((one) => attribute(of, one, 'root') === template);
/** Parts behind a relation (`component`, `entryRelationship`, `reference`) that are of a template. */
const partsOf = (of: Source, element: Element, relation: string, template: string): Element[] =>
  childrenOf(element, relation)
    .slice(0, partsMost)
    .flatMap((link) => link.children.slice(0, partsMost).filter(isElement))
    .filter((one) => isOf(of, one, template))
    .slice(0, most);
const coded = (of: Source, element: Element | undefined): string =>
  attribute(of, element, 'displayName') || textOf(of, childOf(element, 'originalText')) || attribute(of, element, 'code');
const isLink = (text: string): boolean => /^https?:\/\//i.test(text);
const identifier = (of: Source, element: Element | undefined): string =>
  attribute(of, element, 'extension') || attribute(of, element, 'root');

/** Undefined: this is another document. */
export function* readResponse(raw: Uint8Array): Generator<undefined, ReportabilityResponse | undefined> {
  const document = yield* readInSteps(raw);
  const root = document.roots[0];
  if (root === undefined || attribute(document, childOf(root, 'code'), 'code') !== responseCode) return undefined;
  const found: ReportabilityResponse = { answers: [], status: [], conditions: [], more: false };
  let seen = 0;
  for (const element of everyElement(root)) {
    if (++seen % stride === 0) yield;
    if (element.name === 'externalDocument') {
      if (found.answers.length < most && isOf(document, element, templates.report)) found.answers.push(reportIn(document, element));
    } else if (element.name === 'act') {
      if (found.status.length < most && isOf(document, element, templates.status)) found.status.push(statusIn(document, element));
    } else if (element.name === 'observation' && isOf(document, element, templates.condition)) {
      for (const one of partsOf(document, element, 'entryRelationship', templates.information)) {
        if (found.conditions.length >= most) return { ...found, more: true };
        found.conditions.push(determinationIn(document, coded(document, childOf(element, 'value')), one));
        yield;
      }
    }
  }
  return found;
}

/** The reports that a response answers, of a document that is read already: for finding it by them. */
export function* answeredIn(of: Source, root: Element): Generator<undefined, ReportabilityResponse['answers']> {
  const answers: ReportabilityResponse['answers'] = [];
  let seen = 0;
  for (const element of everyElement(root)) {
    if (answers.length >= most) break;
    if (++seen % stride === 0) yield;
    if (element.name === 'externalDocument' && isOf(of, element, templates.report)) answers.push(reportIn(of, element));
  }
  return answers;
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
    const participant = childrenOf(element, 'participant')
      .slice(0, partsMost)
      .find((one) => isOf(of, one, template));
    return textOf(of, childOf(childOf(childOf(participant, 'participantRole'), 'playingEntity'), 'name'));
  };
  const [judged] = partsOf(of, element, 'component', templates.determination);
  const code = attribute(of, childOf(judged, 'value'), 'code');
  const said = (template: string): string[] =>
    judged === undefined
      ? []
      : partsOf(of, judged, 'entryRelationship', template)
          .map((one) => textOf(of, childOf(one, 'value')))
          .filter((words) => words !== '')
          .slice(0, reasonsMost);
  const [timeframe] = partsOf(of, element, 'component', templates.timeframe);
  const time = childOf(timeframe, 'value');
  return {
    condition,
    agency: agency(templates.responsible) || agency(templates.author),
    determination: Object.hasOwn(determinations, code) ? determinations[code as keyof typeof determinations] : null,
    reasons: said(templates.reason),
    rules: said(templates.rule),
    within: [attribute(of, time, 'value'), attribute(of, time, 'unit')].filter((part) => part !== '').join(' '),
    toDo: partsOf(of, element, 'component', templates.resources)
      .flatMap((act) => partsOf(of, act, 'reference', templates.resource).map((one) => ({ act, one })))
      .slice(0, reasonsMost)
      .map(({ act, one }) => {
        const link = attribute(of, childOf(childOf(one, 'text'), 'reference'), 'value', linkLongest + 1);
        return {
          says: coded(of, childOf(one, 'code')) || coded(of, childOf(act, 'code')),
          priority: coded(of, childOf(act, 'priorityCode')),
          // What leads elsewhere than to a page, or would lead to a part of its address, is not followed.
          link: isLink(link) && link.length <= linkLongest ? link : '',
        };
      }),
  };
}
