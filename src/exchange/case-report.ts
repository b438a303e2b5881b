// An initial case report (eICR) of one visit, from the record as one caller may see it: what was found, done and given there, and what
// public health asks of the patient besides. Nothing is stored.
import { createHash } from 'node:crypto';
import type { Encounter, Observation, Organization, Patient, Resource } from '../fhir/generated/types.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { placeOf, providerOf, responsible } from '../formats/ccda/produce/case-report.ts';
import { type Lack, lacksOf } from '../formats/ccda/produce/case-report-rules.ts';
import type { CaseReport, Chart, Wish } from '../formats/ccda/produce/contract.ts';
import { chartOf, documentInSteps, toldIn } from '../formats/ccda/produce/from-fhir.ts';
import { pregnancyStatus, travel } from '../formats/ccda/produce/sections/case-report.ts';
import type { Caller } from '../record/contract.ts';
import { inSlices, slices } from '../record/slices.ts';
import { follow } from './gather.ts';
import { type ChartRecord, nameIn, RecordChart } from './record-chart.ts';

export interface CaseReportWish extends CaseReport {
  patient: string;
  encounter: string;
  at: Date;
}

export interface WrittenReport {
  bytes: Buffer;
  /** What it rests on, in the versions that it was written from: `Observation/1/2`, and a digest of that. */
  madeOf: string[];
  rests: string;
  head: [name: string, words: string][];
  sections: ReturnType<typeof toldIn>;
  lacks: Lack[];
}

/** Of each kind that a report lists; the newest. */
const most = 100;
const loincOf = { chiefComplaint: '10154-3', presentIllness: '10164-2', reasonForVisit: '29299-5' };

type Of = Pick<CaseReportWish, 'patient' | 'encounter' | 'triggers'>;

/** What a report would rest on now, without writing it. */
export async function caseReportParts(record: ChartRecord, caller: Caller, of: Of): Promise<Result<string[]>> {
  const read = await readFor(record, caller, of);
  return read.ok ? ok(partsOf(read.value.found)) : read;
}

async function readFor(record: ChartRecord, caller: Caller, wish: Of): Promise<Result<{ visit: Encounter; found: Resource[] }>> {
  const chart = new RecordChart(record, caller);
  const patient = await chart.read(`Patient/${wish.patient}`);
  if (!patient.ok) return patient;
  const visit = await chart.read(`Encounter/${wish.encounter}`);
  if (!visit.ok) return visit;
  if (patient.value.resourceType !== 'Patient' || visit.value.resourceType !== 'Encounter')
    return fail('not-found', 'There is no such visit');
  if (nameIn(visit.value.subject?.reference) !== `Patient/${wish.patient}`)
    return fail('invalid', 'The visit is that of another patient', 'encounter');
  const all = await gathered(chart, patient.value, visit.value, wish.triggers);
  return all.ok ? ok({ visit: visit.value, found: all.value }) : all;
}

export async function caseReport(record: ChartRecord, caller: Caller, wish: CaseReportWish): Promise<Result<WrittenReport>> {
  const read = await readFor(record, caller, wish);
  if (!read.ok) return read;
  const { visit, found } = read.value;
  const written = wishOf(wish, visit, found);
  const told = chartOf(found, written);
  if (!told.ok) return told;
  const made = await inSlices(documentInSteps(found, written), slices());
  if (!made.ok) return made;
  return ok({
    bytes: Buffer.from(made.value.bytes),
    madeOf: partsOf(found),
    rests: restsOn(found),
    head: headOf(told.value, visit),
    sections: toldIn(told.value),
    lacks: lacksOf(made.value),
  });
}

/** Nothing is left out in silence: what cannot be read at this moment ends it. */
async function gathered(chart: RecordChart, patient: Patient, visit: Encounter, triggers: readonly string[]): Promise<Result<Resource[]>> {
  const of: [string, string] = ['patient', `Patient/${patient.id ?? ''}`];
  const at = (name: string): [string, string] => [name, `Encounter/${visit.id ?? ''}`];
  const newest: [string, string] = ['_sort', '-date'];
  const lists: Result<Resource[]>[] = await Promise.all([
    chart.find('Condition', [of, at('encounter')], most),
    chart.find('Observation', [of, at('encounter'), ['category', 'laboratory'], newest], most),
    chart.find('Observation', [of, at('encounter'), ['category', 'vital-signs'], newest], most),
    chart.find('Observation', [of, at('encounter'), ['code', `${loincOf.presentIllness},${loincOf.chiefComplaint}`], newest], most),
    chart.find('Observation', [of, ['category', 'social-history'], newest], most),
    chart.find('Observation', [of, ['code', `${pregnancyStatus},${travel}`], newest], most),
    chart.find('DiagnosticReport', [of, at('encounter'), newest], most),
    chart.find('MedicationAdministration', [of, at('context')], most),
    chart.find('ServiceRequest', [of, at('encounter')], most),
    chart.find('Immunization', [of, newest], most),
  ]);
  const missed = lists.find((one) => !one.ok);
  if (missed?.ok === false) return missed;
  const reasons = await Promise.all(triggers.map((name) => chart.read(name)));
  const gone = reasons.find((one) => !one.ok);
  if (gone?.ok === false) return gone;
  const listed = [...reasons, ...lists].flatMap((one) => (one.ok ? one.value : []));
  const said = [patient, visit, ...listed].filter((one) => !isMistaken(one)).map((one) => asResult(one, triggers));
  const known = await follow(said, chart);
  const byName = new Map([...said, ...known].map((one) => [`${one.resourceType}/${one.id ?? ''}`, one]));
  // Who is named may bring another visit or finding along, which are not reported.
  const kept = new Set(said.map((one) => `${one.resourceType}/${one.id ?? ''}`));
  return ok([...byName].filter(([name, one]) => kept.has(name) || named.has(one.resourceType)).map(([, one]) => one));
}

const named = new Set(['Practitioner', 'Organization', 'Location', 'Medication']);

const isMistaken = (one: Resource): boolean =>
  ('status' in one && one.status === 'entered-in-error') ||
  (one.resourceType === 'Condition' && one.verificationStatus?.coding?.some(({ code }) => code === 'entered-in-error') === true);

/** A result that is a reason stands among the results, whether or not it says that it is one. */
function asResult(one: Resource, triggers: readonly string[]): Resource {
  if (one.resourceType !== 'Observation' || !triggers.includes(`Observation/${one.id ?? ''}`)) return one;
  const category: Observation['category'] = [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
  ];
  return one.category?.some(({ coding }) => coding?.some(({ code }) => code === 'laboratory')) === true ? one : { ...one, category };
}

function wishOf(
  { setId, version, triggers, isTrigger, valueSet, at, encounter }: CaseReportWish,
  visit: Encounter,
  found: Resource[],
): Wish {
  const provider = found.find(
    (one): one is Organization =>
      one.resourceType === 'Organization' && `Organization/${one.id ?? ''}` === nameIn(visit.serviceProvider?.reference),
  );
  const complaint = (visit.reasonCode ?? []).map(({ text, coding }) => text ?? coding?.[0]?.display ?? coding?.[0]?.code ?? '');
  const words = [...wordsOf(found, loincOf.chiefComplaint), ...complaint].filter((one) => one !== '');
  const illness = wordsOf(found, loincOf.presentIllness);
  return {
    kind: 'case-report',
    author: { resourceType: 'Device', id: 'author', deviceName: [{ name: 'Lamplight', type: 'model-name' }] },
    custodian: provider ?? { resourceType: 'Organization', id: 'custodian', name: 'Lamplight', identifier: [{ value: 'Lamplight' }] },
    time: `${at.toISOString().slice(0, 19)}Z`,
    sender: 'Lamplight',
    encounter,
    texts: {
      ...(words.length === 0 ? {} : { [loincOf.chiefComplaint]: words.join('\n'), [loincOf.reasonForVisit]: words.join('\n') }),
      ...(illness.length === 0 ? {} : { [loincOf.presentIllness]: illness.join('\n') }),
    },
    caseReport: { setId, version, triggers, isTrigger, valueSet },
  };
}

/** What was written down under a code. */
const wordsOf = (found: readonly Resource[], code: string): string[] =>
  found.flatMap((one) =>
    one.resourceType === 'Observation' && one.code.coding?.some((coding) => coding.code === code) === true && one.valueString !== undefined
      ? [one.valueString]
      : [],
  );

const partsOf = (found: readonly Resource[]): string[] =>
  found.map(({ resourceType, id = '', meta }) => `${resourceType}/${id}/${meta?.versionId ?? ''}`).sort();

const restsOn = (found: readonly Resource[]): string => createHash('sha256').update(partsOf(found).join('\n')).digest('hex');

/** What the header says, for whoever looks at it before it goes out. */
function headOf(chart: Chart, visit: Encounter): [string, string][] {
  const { patient } = chart;
  const [name] = patient.name ?? [];
  const address = (one: Patient['address']): string =>
    (one ?? []).slice(0, 1).map(({ text, line = [], city, state, postalCode, country }) =>
      text ?? [...line, city, state, postalCode, country].filter((part) => part !== undefined).join(', ')).join(''); // biome-ignore format: one expression
  const contact = (one: Patient['telecom']): string => (one ?? []).flatMap(({ value }) => value ?? []).join(', ');
  const origin = (kind: string): string =>
    (patient.extension?.find(({ url }) => url.endsWith(`us-core-${kind}`))?.extension ?? [])
      .flatMap(({ valueCoding, valueString }) => valueCoding?.display ?? valueCoding?.code ?? valueString ?? [])
      .filter((one, i, all) => all.indexOf(one) === i)
      .join(', ');
  const place = placeOf(chart, visit);
  const provider = providerOf(chart, visit);
  const who = responsible(chart, visit)?.name?.[0];
  const where = address(place?.address === undefined ? provider?.address : [place.address]);
  return [
    ['Patient', name?.text ?? [...(name?.given ?? []), name?.family ?? ''].join(' ').trim()],
    ['Born', patient.birthDate ?? ''],
    ['Sex', patient.gender ?? ''],
    ['Address', address(patient.address)],
    ['Contact', contact(patient.telecom)],
    ['Race', origin('race')],
    ['Ethnicity', origin('ethnicity')],
    ['Visit', visit.class.display ?? visit.class.code ?? ''],
    ['Began', visit.period?.start ?? ''],
    ['Ended', visit.period?.end ?? ''],
    ['Facility', [place?.name ?? provider?.name ?? '', where].filter((one) => one !== '').join(', ')],
    ['Responsible', who?.text ?? [...(who?.prefix ?? []), ...(who?.given ?? []), who?.family ?? ''].join(' ').trim()],
  ];
}
