// Social History Section of the initial case report (eICR R2 STU 3.1): what other documents have, and whether the patient is pregnant and
// has travelled, which have templates of their own.
import type { Observation, Resource } from '../../../../fhir/generated/types.ts';
import type { SectionKind } from '../contract.ts';
import { textPointer } from '../narrative.ts';
import { fixedCode, ids, ivl, moment, snomed } from '../values.ts';
import { type Node, templates, x } from '../xml.ts';
import { cellsOf, observation, socialHistory, valueWords } from './observations.ts';

/** Pregnancy status (LOINC), and that she is (SNOMED CT, or the answer of LOINC). */
export const pregnancyStatus = '82810-3';
const pregnant = ['77386006', 'LA15173-0'];
/** Travel (SNOMED CT). */
export const travel = '420008001';

const coded = (one: Resource, code: string): one is Observation =>
  one.resourceType === 'Observation' && (one.code.coding?.some((coding) => coding.code === code) ?? false);

/** Pregnancy Observation; a status that is another one is an observation like others. */
function pregnancy(one: Observation, link: string): Node | undefined {
  if (one.valueCodeableConcept?.coding?.some(({ code }) => pregnant.includes(code ?? '')) !== true) return undefined;
  return x(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN' },
    templates(['2.16.840.1.113883.10.20.15.3.8']),
    ids(one),
    x('code', { code: 'ASSERTION', codeSystem: '2.16.840.1.113883.5.4' }),
    textPointer(link),
    x('statusCode', { code: 'completed' }),
    ivl('effectiveTime', one.effectiveDateTime ?? one.effectivePeriod?.start, one.effectivePeriod?.end),
    x('value', { 'xsi:type': 'CD', code: '77386006', codeSystem: '2.16.840.1.113883.6.96', displayName: 'Pregnant' }),
  );
}

/** Travel History (V3), told in words. */
const journey = (one: Observation): Node =>
  x(
    'act',
    { classCode: 'ACT', moodCode: 'EVN' },
    x('templateId', { root: '2.16.840.1.113883.10.20.15.2.3.1', extension: '2022-05-01' }),
    ids(one),
    fixedCode('code', travel, snomed, 'Travel'),
    x('text', {}, valueWords(one)),
    x('statusCode', { code: 'completed' }),
    moment('effectiveTime', one.effectiveDateTime, one.effectivePeriod),
  );

export const reportedHistory: SectionKind = {
  ...socialHistory,
  items(chart) {
    const expecting = chart.resources.filter((one): one is Observation => coded(one, pregnancyStatus));
    const journeys = chart.resources.filter((one): one is Observation => coded(one, travel));
    const apart = new Set<Resource>([...expecting, ...journeys]);
    return [
      ...expecting.map((one) => ({
        cells: cellsOf(one),
        entry: (link: string) => pregnancy(one, link) ?? observation(one, link, chart, '2.16.840.1.113883.10.20.22.4.38', '2015-08-01'),
      })),
      ...journeys.map((one) => ({ cells: cellsOf(one), entry: () => journey(one) })),
      ...socialHistory.items({ ...chart, resources: chart.resources.filter((one) => !apart.has(one)) }),
    ];
  },
};
