// Medications Section, entries required (C-CDA R2.1, 2.39.1), and Discharge Medications: statements as activities that took place,
// requests as those that are meant.
import type { Dosage, Medication, MedicationRequest, MedicationStatement, Timing } from '../../../../fhir/generated/types.ts';
import type { Chart, SectionKind } from '../contract.ts';
import { textPointer } from '../narrative.ts';
import { author, organizationParts } from '../parties.ts';
import { cd, countedIn, day, dose, ids, ivl, ivlPq, pq, quantityWords, rootOf, rto, ts, words } from '../values.ts';
import { type Content, type Node, templates, x } from '../xml.ts';

const own = '2.16.840.1.113883.10.20.22.4.';
type Drug = MedicationRequest | MedicationStatement;

const statuses: Record<string, string> = {
  active: 'active',
  completed: 'completed',
  stopped: 'aborted',
  'on-hold': 'suspended',
  cancelled: 'cancelled',
  'not-taken': 'completed',
  draft: 'new',
  intended: 'new',
  'entered-in-error': 'nullified',
};
const moods: Record<string, string> = {
  proposal: 'PRP',
  plan: 'INT',
  order: 'RQO',
  'original-order': 'RQO',
  'reflex-order': 'RQO',
  'filler-order': 'RQO',
  'instance-order': 'RQO',
  option: 'PRP',
};

export const medicationOf = (one: Drug, chart: Chart): Medication | undefined => {
  const found = chart.find(one.medicationReference?.reference);
  return found?.resourceType === 'Medication' ? found : undefined;
};

/** Medication Information. */
export function product(one: Drug, chart: Chart): Node {
  const medication = medicationOf(one, chart);
  const maker = chart.find(medication?.manufacturer?.reference);
  const lot = medication?.batch?.lotNumber;
  return x(
    'manufacturedProduct',
    { classCode: 'MANU' },
    templates([`${own}23`, '2014-06-09']),
    x(
      'manufacturedMaterial',
      {},
      cd('code', one.medicationCodeableConcept ?? medication?.code),
      lot === undefined ? undefined : x('lotNumberText', {}, lot),
    ),
    maker?.resourceType === 'Organization' ? x('manufacturerOrganization', {}, organizationParts(maker)) : undefined,
  );
}

/** The whole course, then how often. */
function times(dosage: Dosage | undefined, one: Drug): Content[] {
  const bounds = dosage?.timing?.repeat?.boundsPeriod;
  const taken = one.resourceType === 'MedicationStatement' ? one : undefined;
  const repeat = schedule(dosage?.timing);
  if (taken?.effectiveDateTime !== undefined) return [ts('effectiveTime', taken.effectiveDateTime), repeat];
  const [event] = dosage?.timing?.event ?? [];
  const period = taken?.effectivePeriod ?? bounds;
  if (period === undefined && event !== undefined) return [ts('effectiveTime', event), repeat];
  return [ivl('effectiveTime', period?.start, period?.end, 'IVL_TS'), repeat];
}

/** Some times in a period is one in a part of it. */
function schedule(timing: Timing | undefined): Content {
  const { frequency = 1, period, periodMax, periodUnit, when } = timing?.repeat ?? {};
  const operator = { 'xsi:type': 'PIVL_TS', operator: 'A' };
  if (when?.[0] !== undefined) return x('effectiveTime', { 'xsi:type': 'EIVL_TS', operator: 'A' }, x('event', { code: when[0] }));
  if (period === undefined || periodUnit === undefined) return undefined;
  if (periodMax !== undefined)
    return x(
      'effectiveTime',
      operator,
      x(
        'period',
        { 'xsi:type': 'IVL_PQ' },
        x('low', { value: String(period), unit: periodUnit }),
        x('high', { value: String(periodMax), unit: periodUnit }),
      ),
    );
  const smaller: Record<string, readonly [string, number]> = { d: ['h', 24], wk: ['d', 7], h: ['min', 60] };
  const [unit, factor] = frequency === 1 ? [periodUnit, 1] : (smaller[periodUnit] ?? [periodUnit, 1]);
  const value = frequency === 1 ? String(period) : String(Number((Number(String(period)) * factor) / frequency));
  return x('effectiveTime', operator, x('period', { value, unit }));
}

export function activity(one: Drug, link: string, chart: Chart): Node {
  const dosage = one.resourceType === 'MedicationRequest' ? one.dosageInstruction?.[0] : one.dosage?.[0];
  const [rate] = dosage?.doseAndRate ?? [];
  const mood = one.resourceType === 'MedicationRequest' ? (moods[one.intent ?? ''] ?? 'INT') : 'EVN';
  const asked =
    one.resourceType === 'MedicationRequest'
      ? author(chart.find(one.requester?.reference), one.authoredOn)
      : author(chart.find(one.informationSource?.reference), one.dateAsserted);
  const refused = one.resourceType === 'MedicationRequest' ? one.doNotPerform === true : one.status === 'not-taken';
  return x(
    'substanceAdministration',
    { classCode: 'SBADM', moodCode: mood, negationInd: refused ? 'true' : undefined },
    templates(mood === 'EVN' ? [`${own}16`, '2014-06-09'] : [`${own}42`, '2014-06-09']),
    ids(one),
    dosage?.text === undefined ? textPointer(link) : x('text', {}, dosage.text),
    x('statusCode', { code: statuses[one.status ?? ''] ?? 'completed' }),
    times(dosage, one),
    one.resourceType === 'MedicationRequest' && one.dispenseRequest?.numberOfRepeatsAllowed !== undefined
      ? x('repeatNumber', { value: String(one.dispenseRequest.numberOfRepeatsAllowed) })
      : undefined,
    dosage?.route === undefined ? undefined : cd('routeCode', dosage.route),
    dosage?.site === undefined ? undefined : cd('approachSiteCode', dosage.site),
    rate?.doseQuantity === undefined ? undefined : dose(rate.doseQuantity),
    rate?.doseRange === undefined ? undefined : ivlPq('doseQuantity', rate.doseRange),
    rate?.rateQuantity === undefined ? undefined : pq('rateQuantity', rate.rateQuantity),
    dosage?.maxDosePerPeriod === undefined ? undefined : rto('maxDoseQuantity', dosage.maxDosePerPeriod),
    countedIn(rate?.doseQuantity),
    x('consumable', {}, product(one, chart)),
    asked,
    (one.reasonCode ?? []).map((reason, i) => indication(reason, `${rootOf(one).slice(0, -2)}${(i % 90) + 10}`)),
    dosage?.patientInstruction === undefined
      ? undefined
      : instruction(dosage.patientInstruction, rootOf({ ...one, id: `${one.id ?? ''} instruction` })),
    asNeeded(dosage),
  );
}

/** Indication. */
const indication = (reason: NonNullable<Drug['reasonCode']>[number], id: string): Node =>
  x(
    'entryRelationship',
    { typeCode: 'RSON' },
    x(
      'observation',
      { classCode: 'OBS', moodCode: 'EVN' },
      templates([`${own}19`, '2014-06-09']),
      x('id', { root: id }),
      x('code', { code: '75326-9', codeSystem: '2.16.840.1.113883.6.1' }),
      x('statusCode', { code: 'completed' }),
      cd('value', reason, 'CD'),
    ),
  );

/** Instruction: the code that the template asks for, of ActCode. */
const instruction = (text: string, id: string): Node =>
  x(
    'entryRelationship',
    { typeCode: 'SUBJ', inversionInd: 'true' },
    x(
      'act',
      { classCode: 'ACT', moodCode: 'INT' },
      templates([`${own}20`, '2014-06-09']),
      x('id', { root: id }),
      x('code', { nullFlavor: 'NI' }),
      x('text', {}, text),
      x('statusCode', { code: 'completed' }),
    ),
  );

function asNeeded(dosage: Dosage | undefined): Content {
  if (dosage?.asNeededCodeableConcept === undefined && dosage?.asNeededBoolean !== true) return undefined;
  const value = dosage.asNeededCodeableConcept;
  return x(
    'precondition',
    { typeCode: 'PRCN' },
    x(
      'criterion',
      {},
      templates([`${own}25`, '2014-06-09']),
      x('code', { code: 'ASSERTION', codeSystem: '2.16.840.1.113883.5.4' }),
      value === undefined ? undefined : cd('value', value, 'CD'),
    ),
  );
}

export const doseWords = (one: Drug): string => {
  const dosage = one.resourceType === 'MedicationRequest' ? one.dosageInstruction?.[0] : one.dosage?.[0];
  return (
    dosage?.text ?? [quantityWords(dosage?.doseAndRate?.[0]?.doseQuantity), words(dosage?.route)].filter((part) => part !== '').join(' ')
  );
};

function items(chart: Chart, around: (entry: Node) => Node): ReturnType<SectionKind['items']> {
  return chart.resources
    .filter((one): one is Drug => one.resourceType === 'MedicationRequest' || one.resourceType === 'MedicationStatement')
    .map((one) => ({
      cells: [
        words(one.medicationCodeableConcept ?? medicationOf(one, chart)?.code),
        doseWords(one),
        day(one.resourceType === 'MedicationRequest' ? one.authoredOn : (one.effectiveDateTime ?? one.effectivePeriod?.start)),
        one.status ?? '',
        (one.reasonCode ?? []).map(words).join(', '),
      ],
      entry: (link) => around(activity(one, link, chart)),
    }));
}

const columns = ['Medication', 'Directions', 'Start', 'Status', 'Reason'];

export const medications: SectionKind = {
  code: '10160-0',
  title: 'Medications',
  templates: [['2.16.840.1.113883.10.20.22.2.1.1', '2014-06-09']],
  columns,
  items: (chart) => items(chart, (entry) => entry),
};

/** Discharge Medication: an act around each. */
export const dischargeMedications: SectionKind = {
  code: '10183-2',
  title: 'Discharge medications',
  templates: [['2.16.840.1.113883.10.20.22.2.11.1', '2015-08-01']],
  columns,
  items: (chart) =>
    items(chart, (entry) =>
      x(
        'act',
        { classCode: 'ACT', moodCode: 'EVN' },
        templates([`${own}35`, '2014-06-09']),
        x('code', { code: '10183-2', codeSystem: '2.16.840.1.113883.6.1' }),
        x('statusCode', { code: 'completed' }),
        x('entryRelationship', { typeCode: 'SUBJ' }, entry),
      ),
    ),
};
