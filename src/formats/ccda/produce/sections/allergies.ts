// Allergies and Intolerances Section, entries required (C-CDA R2.1, 2.4.1): a concern with one observation for each AllergyIntolerance.
import type { AllergyIntolerance } from '../../../../fhir/generated/types.ts';
import type { Chart, SectionKind } from '../contract.ts';
import { textPointer } from '../narrative.ts';
import { author } from '../parties.ts';
import { cd, day, fixedCode, ids, ivl, rootOf, snomed, ts, words } from '../values.ts';
import { type Node, templates, x } from '../xml.ts';

const own = '2.16.840.1.113883.10.20.22.4.';

/** The value set Allergy and Intolerance Type, by type and category: codes alone, since the template asks for one of them. */
const kinds: Record<string, string> = {
  'allergy medication': '416098002',
  'allergy food': '414285001',
  'allergy environment': '426232007',
  'intolerance medication': '59037007',
  'intolerance food': '235719002',
  'any medication': '419511003',
  'any food': '418471000',
  allergy: '419199007',
};
const severities: Record<string, string> = { mild: '255604002', moderate: '6736007', severe: '24484000' };
const criticalities: Record<string, string> = { low: 'CRITL', high: 'CRITH', 'unable-to-assess': 'CRITU' };
const states: Record<string, string> = { active: 'active', inactive: 'suspended', resolved: 'completed' };

const kindOf = ({ type, category }: AllergyIntolerance): string => {
  const [first] = category ?? [];
  return kinds[`${type ?? 'any'} ${first ?? ''}`.trim()] ?? (type === 'allergy' ? '419199007' : '420134006');
};

const stateOf = (one: AllergyIntolerance): string => one.clinicalStatus?.coding?.[0]?.code ?? 'active';

const nested = (typeCode: string, observation: Node): Node => x('entryRelationship', { typeCode, inversionInd: 'true' }, observation);

function reaction(part: NonNullable<AllergyIntolerance['reaction']>[number], id: string): Node {
  return x(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN' },
    templates([`${own}9`, '2014-06-09']),
    x('id', { root: id }),
    fixedCode('code', 'ASSERTION', 'http://terminology.hl7.org/CodeSystem/v3-ActCode'),
    part.description === undefined ? undefined : x('text', {}, part.description),
    x('statusCode', { code: 'completed' }),
    part.onset === undefined ? undefined : ivl('effectiveTime', part.onset, undefined),
    cd('value', part.manifestation[0], 'CD'),
    part.severity === undefined ? undefined : nested('SUBJ', severity(part.severity)),
  );
}

const severity = (code: string): Node =>
  x(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN' },
    templates([`${own}8`, '2014-06-09']),
    fixedCode('code', 'SEV', 'http://terminology.hl7.org/CodeSystem/v3-ActCode'),
    x('statusCode', { code: 'completed' }),
    x('value', { 'xsi:type': 'CD', code: severities[code], codeSystem: '2.16.840.1.113883.6.96' }),
  );

const criticality = (code: string): Node =>
  x(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN' },
    templates([`${own}145`]),
    fixedCode('code', '82606-5', 'http://loinc.org'),
    x('statusCode', { code: 'completed' }),
    x('value', { 'xsi:type': 'CD', code: criticalities[code], codeSystem: '2.16.840.1.113883.5.1063' }),
  );

const noKnown = new Set(['716186003', '409137002', '429625007', '428607008']);

function concern(one: AllergyIntolerance, link: string, chart: Chart): Node {
  const refuted = one.verificationStatus?.coding?.[0]?.code === 'refuted';
  const none = one.code?.coding?.some(({ code, system }) => system === snomed && code !== undefined && noKnown.has(code)) ?? false;
  const recorder = chart.find(one.recorder?.reference);
  const agent = x(
    'participant',
    { typeCode: 'CSM' },
    x(
      'participantRole',
      { classCode: 'MANU' },
      x('playingEntity', { classCode: 'MMAT' }, none ? x('code', { nullFlavor: 'NA' }) : cd('code', one.code)),
    ),
  );
  const observation = x(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN', negationInd: refuted || none ? 'true' : undefined },
    templates([`${own}7`, '2014-06-09']),
    ids(one),
    fixedCode('code', 'ASSERTION', 'http://terminology.hl7.org/CodeSystem/v3-ActCode'),
    textPointer(link),
    x('statusCode', { code: 'completed' }),
    ivl('effectiveTime', one.onsetDateTime, undefined),
    x('value', { 'xsi:type': 'CD', code: none ? noneKind(one) : kindOf(one), codeSystem: '2.16.840.1.113883.6.96' }),
    author(recorder, one.recordedDate),
    agent,
    (one.reaction ?? []).map((part, i) => nested('MFST', reaction(part, `${rootOf(one).slice(0, -2)}${(i % 90) + 10}`))),
    one.criticality === undefined ? undefined : nested('SUBJ', criticality(one.criticality)),
  );
  const state = states[stateOf(one)] ?? 'active';
  return x(
    'act',
    { classCode: 'ACT', moodCode: 'EVN' },
    templates([`${own}30`, '2015-08-01']),
    x('id', { root: rootOf({ ...one, id: `${one.id ?? ''} concern` }) }),
    fixedCode('code', 'CONC', 'http://terminology.hl7.org/CodeSystem/v3-ActClass'),
    x('statusCode', { code: state }),
    x(
      'effectiveTime',
      {},
      ts('low', one.recordedDate ?? one.onsetDateTime),
      state === 'completed' ? x('high', { nullFlavor: 'UNK' }) : undefined,
    ),
    x('entryRelationship', { typeCode: 'SUBJ' }, observation),
  );
}

/** Which kind the missing allergy would be. */
const noneKind = (one: AllergyIntolerance): string => {
  const code = one.code?.coding?.find((coding) => noKnown.has(coding.code ?? ''))?.code;
  return code === '409137002' ? '416098002' : code === '429625007' ? '414285001' : code === '428607008' ? '426232007' : '419199007';
};

export const allergies: SectionKind = {
  code: '48765-2',
  title: 'Allergies and adverse reactions',
  templates: [['2.16.840.1.113883.10.20.22.2.6.1', '2015-08-01']],
  columns: ['Substance', 'Reaction', 'Severity', 'Status', 'Since'],
  items: (chart) =>
    chart.resources
      .filter((one): one is AllergyIntolerance => one.resourceType === 'AllergyIntolerance')
      .map((one) => ({
        cells: [
          words(one.code),
          (one.reaction ?? []).map(({ manifestation }) => manifestation.map(words).join(', ')).join('; '),
          (one.reaction ?? []).map(({ severity: how }) => how ?? '').join('; '),
          one.verificationStatus?.coding?.[0]?.code === 'refuted' ? 'refuted' : stateOf(one),
          day(one.onsetDateTime),
        ],
        entry: (link) => concern(one, link, chart),
      })),
};
