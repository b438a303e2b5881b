// Results, Vital Signs, Social History, Functional Status (C-CDA R2.1, 2.66, 2.72, 2.67, 2.19): Observations by their category, results
// and vital signs in organizers.
import type { DiagnosticReport, Observation, Resource } from '../../../../fhir/generated/types.ts';
import { reasonOf } from '../../datatypes/null-flavor.ts';
import { observationStatus } from '../../entries/observation.ts';
import type { Chart, SectionKind } from '../contract.ts';
import { textPointer } from '../narrative.ts';
import { author } from '../parties.ts';
import { triggered } from '../trigger.ts';
import { cd, day, ids, inverse, ivl, ivlPq, moment, openPq, pq, quantityWords, rto, ts, words } from '../values.ts';
import { type Content, type Node, templates, x } from '../xml.ts';

const own = '2.16.840.1.113883.10.20.22.4.';

const statuses: Record<string, string> = {
  ...inverse(observationStatus),
  amended: 'completed',
  corrected: 'completed',
  unknown: 'completed',
  partial: 'active',
  appended: 'completed',
};

type Valued = Pick<
  Observation,
  | 'valueQuantity'
  | 'valueCodeableConcept'
  | 'valueString'
  | 'valueBoolean'
  | 'valueInteger'
  | 'valueRange'
  | 'valueRatio'
  | 'valueDateTime'
  | 'valuePeriod'
  | 'dataAbsentReason'
>;

export function value(one: Valued): Content {
  if (one.valueQuantity !== undefined)
    return one.valueQuantity.comparator === undefined ? pq('value', one.valueQuantity, 'PQ') : openPq('value', one.valueQuantity, 'IVL_PQ');
  if (one.valueCodeableConcept !== undefined) return cd('value', one.valueCodeableConcept, 'CD');
  if (one.valueString !== undefined) return x('value', { 'xsi:type': 'ST' }, one.valueString);
  if (one.valueBoolean !== undefined) return x('value', { 'xsi:type': 'BL', value: String(one.valueBoolean) });
  if (one.valueInteger !== undefined) return x('value', { 'xsi:type': 'INT', value: String(one.valueInteger) });
  if (one.valueRange !== undefined) return ivlPq('value', one.valueRange, 'IVL_PQ');
  if (one.valueRatio !== undefined) return rto('value', one.valueRatio, 'RTO_PQ_PQ');
  if (one.valueDateTime !== undefined) return ts('value', one.valueDateTime, 'TS');
  if (one.valuePeriod !== undefined) return ivl('value', one.valuePeriod.start, one.valuePeriod.end, 'IVL_TS');
  const reason = one.dataAbsentReason?.coding?.[0]?.code;
  return x('value', { 'xsi:type': 'CD', nullFlavor: flavors.find((flavor) => reasonOf(flavor) === reason) ?? 'UNK' });
}

const flavors = ['UNK', 'ASKU', 'NASK', 'NAV', 'NA', 'MSK', 'OTH'];

export function valueWords(one: Valued): string {
  if (one.valueQuantity !== undefined) return quantityWords(one.valueQuantity);
  if (one.valueCodeableConcept !== undefined) return words(one.valueCodeableConcept);
  if (one.valueRange !== undefined) return `${quantityWords(one.valueRange.low)} – ${quantityWords(one.valueRange.high)}`;
  const plain = one.valueString ?? one.valueDateTime ?? one.valueInteger ?? one.valueBoolean;
  return plain === undefined ? '' : String(plain);
}

const negative = (one: Observation): boolean =>
  one.interpretation?.some(({ coding }) => coding?.some(({ code }) => code === 'NEG')) ?? false;

export function observation(one: Observation, link: string, chart: Chart, root: string, version: string | undefined): Node {
  const [performer] = one.performer ?? [];
  const members = (one.component ?? []).map((component) => x('entryRelationship', { typeCode: 'COMP' }, part(component)));
  const entry = x(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN', negationInd: negative(one) && valueWords(one) === '' ? 'true' : undefined },
    templates(version === undefined ? [root] : [root, version]),
    ids(one),
    cd('code', one.code),
    textPointer(link),
    x('statusCode', { code: statuses[one.status] ?? 'completed' }),
    moment('effectiveTime', one.effectiveDateTime, one.effectivePeriod),
    value(one),
    (one.interpretation ?? []).map((code) => cd('interpretationCode', code)),
    one.method === undefined ? undefined : cd('methodCode', one.method),
    one.bodySite === undefined ? undefined : cd('targetSiteCode', one.bodySite),
    author(chart.find(performer?.reference), one.effectiveDateTime ?? one.issued),
    members,
    (one.referenceRange ?? []).map((range) =>
      x(
        'referenceRange',
        {},
        x(
          'observationRange',
          {},
          range.text === undefined ? undefined : x('text', {}, range.text),
          range.low === undefined && range.high === undefined ? undefined : ivlPq('value', range, 'IVL_PQ'),
        ),
      ),
    ),
  );
  return triggered(one, entry, chart);
}

type Component = NonNullable<Observation['component']>[number];

/** A part is an observation of its own inside. */
const part = (one: Component): Node =>
  x(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN' },
    cd('code', one.code),
    x('statusCode', { code: 'completed' }),
    value(one),
    (one.interpretation ?? []).map((code) => cd('interpretationCode', code)),
  );

/** An organizer with what is in it. */
function organizer(one: DiagnosticReport | Observation, members: Content[], root: string, version: string): Node {
  return x(
    'organizer',
    { classCode: 'CLUSTER', moodCode: 'EVN' },
    templates([root, version]),
    ids(one),
    cd('code', one.code),
    x('statusCode', { code: statuses[one.status] ?? 'completed' }),
    moment('effectiveTime', one.effectiveDateTime, one.effectivePeriod),
    members.map((member) => x('component', {}, member)),
  );
}

const ofCategory =
  (code: string) =>
  (one: Resource): one is Observation =>
    one.resourceType === 'Observation' && (one.category?.some(({ coding }) => coding?.some((coding) => coding.code === code)) ?? false);

export const cellsOf = (one: Observation): string[] => [
  words(one.code),
  [valueWords(one), ...(one.component ?? []).map((component) => `${words(component.code)}: ${valueWords(component)}`)]
    .filter((text) => text !== '')
    .join('; '),
  (one.interpretation ?? []).map(words).join(', '),
  day(one.effectiveDateTime ?? one.effectivePeriod?.start),
];

const columns = ['Observation', 'Value', 'Interpretation', 'Date'];

interface Kind {
  section: readonly [code: string, title: string, root: string, version: string];
  category: string;
  member: readonly [root: string, version?: string];
  group?: readonly [root: string, version: string];
}

/** What is in no organizer of the record stands in one of its own, since the template asks for one. */
function kindOf({ section: [code, title, root, version], category, member, group }: Kind): SectionKind {
  return {
    code,
    title,
    templates: [[root, version]],
    columns,
    items(chart) {
      const all = chart.resources.filter(ofCategory(category));
      const panels = all.filter(({ hasMember }) => (hasMember?.length ?? 0) > 0);
      const reports =
        category === 'laboratory' ? chart.resources.filter((one): one is DiagnosticReport => one.resourceType === 'DiagnosticReport') : [];
      const owner = new Map<string, DiagnosticReport | Observation>();
      for (const report of reports)
        for (const { reference } of report.result ?? []) if (reference !== undefined) owner.set(reference, report);
      for (const panel of panels)
        for (const { reference } of panel.hasMember ?? []) if (reference !== undefined) owner.set(reference, panel);
      const single = all.filter((one) => !panels.includes(one));
      const grouped = new Map<DiagnosticReport | Observation, Observation[]>();
      for (const one of single) {
        const of = owner.get(`Observation/${one.id ?? ''}`) ?? one;
        grouped.set(of, [...(grouped.get(of) ?? []), one]);
      }
      return [...grouped].flatMap(([of, members]) =>
        members.map((one, i) => {
          const cells = cellsOf(one);
          if (group === undefined) return { cells, entry: (link: string) => observation(one, link, chart, ...pair(member)) };
          // The organizer stands with its first row.
          if (i > 0) return { cells };
          const entry = (link: string): Node =>
            organizer(
              of === one ? { ...one, identifier: [], id: `${one.id ?? ''} panel` } : of,
              members.map((each) => observation(each, link, chart, ...pair(member))),
              ...group,
            );
          return { cells, entry };
        }),
      );
    },
  };
}

const pair = ([root, version]: readonly [string, string?]): [string, string | undefined] => [root, version];

const section22 = '2.16.840.1.113883.10.20.22.2.';

export const results = kindOf({
  section: ['30954-2', 'Results', `${section22}3.1`, '2015-08-01'],
  category: 'laboratory',
  member: [`${own}2`, '2015-08-01'],
  group: [`${own}1`, '2015-08-01'],
});
export const vitalSigns = kindOf({
  section: ['8716-3', 'Vital signs', `${section22}4.1`, '2015-08-01'],
  category: 'vital-signs',
  member: [`${own}27`, '2014-06-09'],
  group: [`${own}26`, '2015-08-01'],
});
export const functionalStatus = kindOf({
  section: ['47420-5', 'Functional status', `${section22}14`, '2014-06-09'],
  category: 'survey',
  member: [`${own}67`, '2014-06-09'],
});

const smoking = '72166-2';
const social = kindOf({
  section: ['29762-2', 'Social history', `${section22}17`, '2015-08-01'],
  category: 'social-history',
  member: [`${own}38`, '2015-08-01'],
});

/** The smoking status has a template of its own. */
export const socialHistory: SectionKind = {
  ...social,
  items: (chart) =>
    chart.resources.filter(ofCategory('social-history')).map((one) => ({
      cells: cellsOf(one),
      entry: (link) =>
        observation(
          one,
          link,
          chart,
          one.code.coding?.some(({ code }) => code === smoking) ? `${own}78` : `${own}38`,
          one.code.coding?.some(({ code }) => code === smoking) ? '2014-06-09' : '2015-08-01',
        ),
    })),
};
