// Problem Section, entries required (C-CDA R2.1, 2.56.1), Discharge Diagnosis, Past Medical History and the diagnoses around an
// operation: Conditions as Problem Observations, in the act that each section asks for.
import type { Condition } from '../../../../fhir/generated/types.ts';
import type { Chart, SectionKind } from '../contract.ts';
import { textPointer } from '../narrative.ts';
import { author } from '../parties.ts';
import { triggered } from '../trigger.ts';
import { cd, day, fixedCode, ids, ivl, loinc, rootOf, ts, words } from '../values.ts';
import { type Node, templates, x } from '../xml.ts';

const own = '2.16.840.1.113883.10.20.22.4.';

const states: Record<string, string> = {
  active: '55561003',
  recurrence: '246455001',
  relapse: '263855007',
  inactive: '73425007',
  remission: '277022003',
  resolved: '413322009',
};
const statusesOfConcern: Record<string, string> = {
  active: 'active',
  recurrence: 'active',
  relapse: 'active',
  inactive: 'suspended',
  remission: 'suspended',
  resolved: 'completed',
};

const stateOf = (one: Condition): string => one.clinicalStatus?.coding?.[0]?.code ?? 'active';

export const categoryOf = (one: Condition): string =>
  one.category?.flatMap(({ coding }) => coding ?? []).find(({ system }) => system?.endsWith('/condition-category'))?.code ??
  'problem-list-item';

const age = (one: Condition): Node | undefined =>
  one.onsetAge?.value === undefined
    ? undefined
    : x(
        'entryRelationship',
        { typeCode: 'SUBJ', inversionInd: 'true' },
        x(
          'observation',
          { classCode: 'OBS', moodCode: 'EVN' },
          templates([`${own}31`]),
          fixedCode('code', '445518008', 'http://snomed.info/sct'),
          x('statusCode', { code: 'completed' }),
          x('value', { 'xsi:type': 'PQ', value: String(one.onsetAge.value), unit: one.onsetAge.code ?? 'a' }),
        ),
      );

/** Problem Observation. */
export function problem(one: Condition, link: string, chart: Chart): Node {
  const kind = one.category
    ?.flatMap(({ coding }) => coding ?? [])
    .find(({ system }) => system !== undefined && !system.endsWith('/condition-category'));
  const state = states[stateOf(one)];
  const entry = x(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN', negationInd: one.verificationStatus?.coding?.[0]?.code === 'refuted' ? 'true' : undefined },
    templates([`${own}4`, '2015-08-01']),
    ids(one),
    // The kind of problem is required: where the record says none, that it is a diagnosis or a problem of the list.
    kind === undefined ? fixedCode('code', '75326-9', loinc, 'Problem') : cd('code', { coding: [kind] }),
    textPointer(link),
    x('statusCode', { code: 'completed' }),
    ivl('effectiveTime', one.onsetDateTime ?? one.onsetPeriod?.start, one.abatementDateTime ?? one.abatementPeriod?.end),
    cd('value', one.code, 'CD'),
    (one.bodySite ?? []).map((site) => cd('targetSiteCode', site)),
    author(chart.find(one.recorder?.reference), one.recordedDate),
    age(one),
    state === undefined
      ? undefined
      : x(
          'entryRelationship',
          { typeCode: 'REFR' },
          x(
            'observation',
            { classCode: 'OBS', moodCode: 'EVN' },
            templates([`${own}6`, '2013-06-14']),
            fixedCode('code', '33999-4', loinc, 'Status'),
            x('statusCode', { code: 'completed' }),
            x('value', { 'xsi:type': 'CD', code: state, codeSystem: '2.16.840.1.113883.6.96' }),
          ),
        ),
  );
  return triggered(one, entry, chart);
}

/** The act around it: a concern, or the kind of diagnosis. */
function around(one: Condition, link: string, chart: Chart, root: string, version: string, code: readonly [string, string]): Node {
  const state = statusesOfConcern[stateOf(one)] ?? 'active';
  const concern = code[0] === 'CONC';
  return x(
    'act',
    { classCode: 'ACT', moodCode: 'EVN' },
    templates([root, version]),
    x('id', { root: rootOf({ ...one, id: `${one.id ?? ''} concern` }) }),
    fixedCode('code', code[0], code[1]),
    concern ? x('statusCode', { code: state }) : undefined,
    concern
      ? x(
          'effectiveTime',
          {},
          ts('low', one.recordedDate ?? one.onsetDateTime),
          state === 'completed' ? ts('high', one.abatementDateTime) : undefined,
        )
      : undefined,
    x('entryRelationship', { typeCode: 'SUBJ' }, problem(one, link, chart)),
  );
}

const cells = (one: Condition): string[] => [
  words(one.code),
  stateOf(one),
  day(one.onsetDateTime ?? one.onsetPeriod?.start),
  day(one.abatementDateTime),
];

function section(
  code: string,
  title: string,
  ids: SectionKind['templates'],
  root: string,
  version: string,
  act: readonly [string, string],
  takes: (category: string) => boolean,
): SectionKind {
  return {
    code,
    title,
    templates: ids,
    columns: ['Problem', 'Status', 'From', 'To'],
    items: (chart) =>
      chart.resources
        .filter((one): one is Condition => one.resourceType === 'Condition' && takes(categoryOf(one)))
        .map((one) => ({ cells: cells(one), entry: (link) => around(one, link, chart, root, version, act) })),
  };
}

const concern = ['CONC', 'http://terminology.hl7.org/CodeSystem/v3-ActClass'] as const;
const section22 = '2.16.840.1.113883.10.20.22.2.';

export const problems = section(
  '11450-4',
  'Problems',
  [[`${section22}5.1`, '2015-08-01']],
  `${own}3`,
  '2015-08-01',
  concern,
  (category) => category !== 'encounter-diagnosis',
);
/** Of a case report: what is listed and what was found at the visit alike. */
export const reportedProblems = section('11450-4', 'Problems', problems.templates, `${own}3`, '2015-08-01', concern, () => true);
export const pastHistory = section(
  '11348-0',
  'Past medical history',
  [[`${section22}20`, '2015-08-01']],
  `${own}3`,
  '2015-08-01',
  concern,
  (category) => category !== 'encounter-diagnosis',
);
export const dischargeDiagnosis = section(
  '11535-2',
  'Discharge diagnosis',
  [[`${section22}24`, '2015-08-01']],
  `${own}33`,
  '2015-08-01',
  ['11535-2', loinc],
  (category) => category === 'encounter-diagnosis',
);
export const preoperativeDiagnosis = section(
  '10219-4',
  'Preoperative diagnosis',
  [[`${section22}34`, '2015-08-01']],
  `${own}65`,
  '2015-08-01',
  ['10219-4', loinc],
  (category) => category === 'encounter-diagnosis',
);
export const postoperativeDiagnosis: SectionKind = {
  code: '10218-6',
  title: 'Postoperative diagnosis',
  templates: [[`${section22}35`]],
  columns: ['Problem', 'Status', 'From', 'To'],
  items: (chart) =>
    chart.resources
      .filter((one): one is Condition => one.resourceType === 'Condition' && categoryOf(one) === 'encounter-diagnosis')
      .map((one) => ({ cells: cells(one) })),
};
