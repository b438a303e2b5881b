// POST /medication/labels: a wristband or the label of a drug as PDF. Each wristband has the number of its print (AI 8019), which the
// record keeps, so that a copy of a former one is recognised when it is scanned. A label without a product number has one of the
// pharmacy, under which the directory of products then knows it.
import { createHash, randomBytes } from 'node:crypto';
import type { HumanName, Medication, Patient, Resource } from '../../fhir/generated/types.ts';
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { drugLabel, labelText } from '../../formats/barcodes/print/drug-label.ts';
import { labelPdf } from '../../formats/barcodes/print/label.ts';
import { canPrint } from '../../formats/barcodes/print/print-letters.ts';
import { bandText, wristband } from '../../formats/barcodes/print/wristband.ts';
import { wordsOf } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { newId } from '../../record/uuid7.ts';
import type { LabelWish } from './label-wish.ts';
import { type Bedside, gsrnSystem, printSystem } from './scan-facts.ts';

export const pharmacyLabelSystem = 'https://lamplight.dev/fhir/NamingSystem/pharmacy-label';

export interface Printed {
  pdf: Buffer;
  /** What is in the symbol: element strings in brackets, or a plain text. */
  symbol: string;
  patient?: string;
  instance?: string;
  /** Reference of the entry in the directory that was made for it. */
  medication?: string;
  notices: string[];
}

type Writing = Pick<RecordStore, 'transact' | 'commit'>;

export const printLabel = (wish: LabelWish, caller: Caller, bedside: Bedside, record: Writing): Promise<Result<Printed>> =>
  wish.kind === 'wristband' ? printBand(wish, caller, record) : printDrug(wish, caller, bedside, record);

async function printBand(
  { patient, symbol }: Extract<LabelWish, { kind: 'wristband' }>,
  caller: Caller,
  record: Writing,
): Promise<Result<Printed>> {
  const query = parseQuery('Patient', [['_id', patient]]);
  if (!query.ok) return query;
  let made: { band: Parameters<typeof wristband>[0]; text: string } | undefined;
  // The number of the print is taken and kept in one step, so that no two prints have the same.
  const done = await record.transact(caller, [lockOf(patient)], async (find) => {
    const page = await find(query.value);
    if (!page.ok) return page;
    const stored = page.value.matches[0];
    const read = stored === undefined ? undefined : readJsonNow(stored.body);
    const value: unknown = read?.ok === true ? read.value : undefined;
    if (stored === undefined || !isPatient(value)) return fail('not-found', `There is no Patient/${patient}`, 'patient');
    const now = value.identifier?.filter((each) => each.use !== 'old' && each.period?.end === undefined) ?? [];
    const last = now.findLast((each) => each.system === printSystem)?.value;
    const gsrn = now.find((each) => each.system === gsrnSystem)?.value;
    const number = now.find((each) => each.system !== gsrnSystem && each.system !== printSystem && each.value !== undefined)?.value;
    const next = last !== undefined && /^\d{1,9}$/.test(last) ? Number(last) + 1 : 1;
    const band = {
      name: nameOf(value.name ?? []),
      ...(value.birthDate === undefined ? {} : { birthDate: value.birthDate }),
      ...(number === undefined ? {} : { number }),
      ...(gsrn === undefined ? {} : { gsrn }),
      instance: String(next),
    };
    const text = bandText(band, symbol);
    if (!text.ok) return text;
    made = { band, text: text.value };
    const others = (value.identifier ?? []).filter((each) => each.system !== printSystem);
    const printed: Patient = { ...value, identifier: [...others, { system: printSystem, value: String(next) }] };
    return ok([{ kind: 'update', resource: printed, ifVersion: stored.version }]);
  });
  if (!done.ok) return done;
  const { band, text } = made!;
  const label = wristband(band, symbol);
  if (!label.ok) return label;
  const { pdf, unprinted } = await labelPdf(label.value);
  return ok({
    pdf,
    symbol: text,
    patient,
    instance: band.instance,
    notices: [
      ...unprintedNotice(unprinted),
      ...(symbol === 'code-128'
        ? ['Code 128 cannot say which print it is: a copy of this wristband is not recognised when it is scanned']
        : []),
    ],
  });
}

async function printDrug(
  wish: Extract<LabelWish, { kind: 'drug' }>,
  caller: Caller,
  bedside: Bedside,
  record: Writing,
): Promise<Result<Printed>> {
  const chart = bedside.chartFor(caller);
  const order = wish.order === undefined ? undefined : await chart.read('MedicationRequest', wish.order);
  if (order !== undefined && (!order.ok || order.value.resourceType !== 'MedicationRequest'))
    return !order.ok && order.problem.kind === 'forbidden'
      ? order
      : fail('not-found', `There is no MedicationRequest/${wish.order}`, 'order');
  const request = order?.ok === true && order.value.resourceType === 'MedicationRequest' ? order.value : undefined;
  const subject = request?.subject.reference?.match(/^Patient\/([A-Za-z0-9.-]{1,64})$/)?.[1];
  const person = subject === undefined ? undefined : await chart.read('Patient', subject);
  const patient = person?.ok === true && person.value.resourceType === 'Patient' ? person.value : undefined;
  const dosage = request?.dosageInstruction?.[0];
  const held = request?.medicationReference?.reference?.match(/^Medication\/(.+)$/)?.[1];
  const product = held === undefined ? undefined : await chart.read('Medication', held);
  const concept =
    request?.medicationCodeableConcept ??
    (product?.ok === true && product.value.resourceType === 'Medication' ? product.value.code : undefined);
  const drug = wish.drug ?? wordsOf(concept);
  if (drug === '') return fail('precondition', 'What the order is for has no words: say in drug what it is', 'drug');
  const said = dosage?.doseAndRate?.[0];
  const quantity = (one: { value?: unknown; unit?: string; code?: string } | undefined): string | undefined =>
    one?.value === undefined ? undefined : `${String(one.value)} ${one.unit ?? one.code ?? ''}`.trim();
  const optional = <K extends string>(name: K, value: string | undefined) =>
    value === undefined || value === '' ? {} : ({ [name]: value } as Record<K, string>);
  const internal = wish.gtin === undefined ? `LL${randomBytes(6).toString('hex').toUpperCase()}` : undefined;
  const number = patient?.identifier?.find(
    (each) => each.use !== 'old' && each.system !== gsrnSystem && each.system !== printSystem,
  )?.value;
  const label = {
    drug,
    ...optional('dose', wish.dose ?? quantity(said?.doseQuantity)),
    ...optional('route', wish.route ?? (dosage?.route ? wordsOf(dosage.route) : undefined)),
    ...optional('rate', wish.rate ?? quantity(said?.rateQuantity)),
    ...optional('patient', patient && nameOf(patient.name ?? [])),
    ...optional('number', number),
    ...optional('expires', wish.expires),
    ...optional('lot', wish.lot),
    ...optional('serial', wish.serial),
    ...optional('gtin', wish.gtin),
    ...optional('internal', internal),
  };
  const text = labelText(label);
  if (!text.ok) return text;
  const drawn = drugLabel(label);
  if (!drawn.ok) return drawn;
  let medication: string | undefined;
  if (internal !== undefined) {
    const id = newId();
    const batch = { ...optional('lotNumber', wish.lot), ...optional('expirationDate', wish.expires) };
    const resource: Medication = {
      resourceType: 'Medication',
      id,
      status: 'active',
      identifier: [{ system: pharmacyLabelSystem, value: internal }],
      code: wish.drug === undefined && concept ? concept : { text: drug },
      ...(Object.keys(batch).length === 0 ? {} : { batch }),
    };
    const written = await record.commit(caller, [{ kind: 'create', resource, id }]);
    if (!written.ok) return written;
    medication = `Medication/${id}`;
  }
  const { pdf, unprinted } = await labelPdf(drawn.value);
  return ok({
    pdf,
    symbol: text.value.text,
    ...(subject === undefined ? {} : { patient: subject }),
    ...(medication === undefined ? {} : { medication }),
    notices: unprintedNotice(unprinted),
  });
}

const unprintedNotice = (unprinted: readonly string[]): string[] =>
  unprinted.length === 0
    ? []
    : [
        `Not printed, since the print font has Latin, Arabic and Hebrew letters only: ${unprinted.join(', ')}. Nothing is transliterated; the label points to the record`,
      ];

/** The official or usual name; where its letters cannot be printed, another that the record has. */
export function nameOf(names: readonly HumanName[]): string {
  const order = ['official', 'usual'];
  const texts = names
    .filter((each) => each.use !== 'old' && each.period?.end === undefined)
    .sort((a, b) => rank(order, a.use) - rank(order, b.use))
    .map((each) => each.text ?? [each.family, ...(each.given ?? [])].filter(Boolean).join(', '))
    .filter((each) => each !== '');
  return texts.find(canPrint) ?? texts[0] ?? 'not known';
}
const rank = (order: readonly string[], use: string | undefined): number =>
  use !== undefined && order.includes(use) ? order.indexOf(use) : order.length;

const isPatient = (value: unknown): value is Patient & Resource =>
  typeof value === 'object' && value !== null && 'resourceType' in value && value.resourceType === 'Patient';

const lockOf = (patient: string): bigint => createHash('sha256').update(`wristband ${patient}`).digest().readBigInt64BE(0);
