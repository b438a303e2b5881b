// GET /medication/recall: who was given, or handed, a drug of this lot, number or name, and who of them lies in a bed now. Doses name the
// lots that were scanned (scan-record.ts); dispenses and doses of other systems name a Medication with its batch or its number.
import type {
  Medication,
  MedicationAdministration,
  MedicationDispense,
  Provenance,
  Resource,
  ResourceType,
} from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { wordsOf } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import type { Caller } from '../../record/contract.ts';
import type { Recall, RecalledDose } from './loop-answers.ts';
import { peopleOf } from './recall-people.ts';
import { isNumber, type RecallWish, readRecallWish } from './recall-wish.ts';
import type { Bedside } from './scan-facts.ts';
import { escaped } from './scan-products.ts';
import { lotSystem, lotsOf } from './scan-record.ts';

/** Of each search. A recall of more than that is asked by lot, or since a day. */
const most = 5000;
const together = 50;
type Dose = MedicationAdministration | MedicationDispense;

export async function recall(url: string, caller: Caller, bedside: Bedside): Promise<Result<Recall>> {
  const read = readRecallWish(url, bedside.safety.now());
  if (!read.ok) return read;
  const wish = read.value;
  const chart = bedside.chartFor(caller);
  const stops: string[] = [];
  /** A recall that looked in two places of three would let somebody believe that nobody was harmed: what fails fails it. */
  const all = async <T extends Resource>(type: ResourceType, query: string, says: string): Promise<Result<T[]>> => {
    const page = await chart.pages(type, query, most);
    if (!page.ok) return page.problem.kind === 'forbidden' ? page : fail(page.problem.kind, `${says}: ${page.problem.message}`);
    if (page.value.more) stops.push(`${says}: only ${page.value.resources.length} were read, and there are more`);
    return ok(page.value.resources as T[]);
  };
  const each = async <T extends Resource>(
    type: ResourceType,
    name: string,
    values: readonly string[],
    says: string,
  ): Promise<Result<T[]>> => {
    const found: T[] = [];
    for (let i = 0; i < values.length; i += together) {
      const page = await all<T>(type, `${name}=${encodeURIComponent(values.slice(i, i + together).join(','))}`, says);
      if (!page.ok) return page;
      found.push(...page.value);
    }
    return ok(found);
  };
  const found = await (wish.lot === undefined ? byProduct(wish, all, each) : byLot(wish.lot, all, each));
  if (!found.ok) return found;
  const { doses, lots, stocked } = found.value;
  const known = new Map(stocked.map((one) => [`Medication/${one.id}`, one]));
  const kept = new Map<string, RecalledDose>();
  for (const one of doses) {
    if (one.status === 'entered-in-error' || one.status === 'not-done' || one.status === 'cancelled') continue;
    const at = timeOf(one);
    if (wish.since !== undefined && at !== undefined && at.slice(0, 10) < wish.since) continue;
    const ref = `${one.resourceType}/${one.id}`;
    const medication = heldBy(one, known);
    const product = saidOf(one, medication, lots.get(ref));
    if (!isAsked(wish, one, medication, product)) continue;
    const batches =
      lots.get(ref)?.map(({ lot }) => lot) ?? (medication?.batch?.lotNumber === undefined ? [] : [medication.batch.lotNumber]);
    kept.set(ref, {
      ref,
      how: one.resourceType === 'MedicationDispense' ? 'dispensed' : 'given',
      ...(one.subject?.reference === undefined ? {} : { patient: one.subject.reference }),
      ...(at === undefined ? {} : { at }),
      ...(product === '' ? {} : { product }),
      ...(batches.length === 0 ? {} : { lots: [...new Set(batches)] }),
    });
  }
  const sorted = [...kept.values()].sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
  const patients = [...new Set(sorted.flatMap(({ patient }) => patient ?? []))];
  const { people, notRead } = await peopleOf(patients, chart);
  return ok({
    ...(wish.lot === undefined ? {} : { lot: wish.lot }),
    ...(wish.number === undefined ? {} : { ndc: wish.number.asked, means: wish.number.means }),
    patients,
    people,
    doses: sorted,
    ...(stops.length > 0 ? { more: true } : {}),
    stops,
    notRead,
    says:
      wish.lot === undefined
        ? 'Doses whose record names neither this product nor its number cannot be found by it.'
        : 'Doses that were not scanned, or whose code held no lot, cannot be found by a lot.',
  });
}

interface Found {
  doses: Dose[];
  lots: Map<string, { lot: string; product: string }[]>;
  stocked: Medication[];
}
type All = <T extends Resource>(type: ResourceType, query: string, says: string) => Promise<Result<T[]>>;
type Each = <T extends Resource>(type: ResourceType, name: string, values: readonly string[], says: string) => Promise<Result<T[]>>;

async function byLot(lot: string, all: All, each: Each): Promise<Result<Found>> {
  const value = encodeURIComponent(escaped(lot));
  const [scanned, stocked, dispensed] = await Promise.all([
    all<Provenance>('Provenance', `entity:identifier=${encodeURIComponent(lotSystem)}|${value}`, 'scans of doses'),
    all<Medication>('Medication', `lot-number=${value}`, 'products of this lot'),
    all<MedicationDispense>('MedicationDispense', `medication.lot-number=${value}`, 'dispenses of this lot'),
  ]);
  for (const one of [scanned, stocked, dispensed]) if (!one.ok) return one;
  if (!scanned.ok || !stocked.ok || !dispensed.ok) return fail('busy', 'The record was not read');
  const lots = lotsOf(scanned.value);
  const ids = [...lots.keys()].map((ref) => ref.split('/')[1]!);
  const given = await each<MedicationAdministration>('MedicationAdministration', '_id', ids, 'doses that were scanned');
  if (!given.ok) return given;
  const named = await naming(stocked.value, each);
  return named.ok ? ok({ doses: [...given.value, ...named.value, ...dispensed.value], lots, stocked: stocked.value }) : named;
}

/** By its number, or by words of its name. */
async function byProduct({ number, product = '' }: RecallWish, all: All, each: Each): Promise<Result<Found>> {
  const words = encodeURIComponent(escaped(product.trim()));
  const coded = <T extends Resource>(type: ResourceType, says: string) =>
    number === undefined ? all<T>(type, `code:text=${words}`, says) : each<T>(type, 'code', number.tokens, says);
  const numbered =
    number === undefined ? ok<Medication[]>([]) : await each<Medication>('Medication', 'identifier', number.tokens, 'products');
  if (!numbered.ok) return numbered;
  const stocked = await coded<Medication>('Medication', 'products');
  if (!stocked.ok) return stocked;
  const given = await coded<MedicationAdministration>('MedicationAdministration', 'doses given');
  if (!given.ok) return given;
  const handed = await coded<MedicationDispense>('MedicationDispense', 'dispenses');
  if (!handed.ok) return handed;
  const medications = [...new Map([...numbered.value, ...stocked.value].map((one) => [one.id, one])).values()];
  const named = await naming(medications, each);
  return named.ok ? ok({ doses: [...given.value, ...handed.value, ...named.value], lots: new Map(), stocked: medications }) : named;
}

async function naming(stocked: readonly Medication[], each: Each): Promise<Result<Dose[]>> {
  const references = stocked.filter(({ status }) => status !== 'entered-in-error').map(({ id }) => `Medication/${id}`);
  const given = await each<Dose>('MedicationAdministration', 'medication', references, 'doses that name the product');
  if (!given.ok) return given;
  const handed = await each<Dose>('MedicationDispense', 'medication', references, 'dispenses that name the product');
  return handed.ok ? ok([...given.value, ...handed.value]) : handed;
}

const timeOf = (one: Dose): string | undefined =>
  one.resourceType === 'MedicationDispense'
    ? (one.whenHandedOver ?? one.whenPrepared)
    : (one.effectiveDateTime ?? one.effectivePeriod?.start);

function heldBy(one: Dose, known: ReadonlyMap<string, Medication>): Medication | undefined {
  const reference = one.medicationReference?.reference ?? '';
  const inside = one.contained?.find((each) => `#${each.id}` === reference);
  return inside?.resourceType === 'Medication' ? inside : known.get(reference);
}

function saidOf(one: Dose, medication: Medication | undefined, scanned: readonly { product: string }[] | undefined): string {
  const words = scanned?.map(({ product }) => product).join('; ') ?? '';
  return words || wordsOf(one.medicationCodeableConcept) || wordsOf(medication?.code) || (one.medicationReference?.display ?? '');
}

/** What names no product, or no number, cannot be told apart by it, and is kept: nobody should be missed for want of a name. */
function isAsked({ lot, product, number }: RecallWish, one: Dose, medication: Medication | undefined, says: string): boolean {
  const numbers = [
    ...(/\bGTIN (\d{14})/.exec(says)?.slice(1) ?? []),
    ...[...(one.medicationCodeableConcept?.coding ?? []), ...(medication?.code?.coding ?? [])].flatMap(({ system, code }) =>
      isNumber(system) ? (code ?? []) : [],
    ),
    ...(medication?.identifier ?? []).flatMap(({ system, value }) => (isNumber(system) ? (value ?? []) : [])),
  ];
  if (number !== undefined && numbers.length > 0 && !numbers.some((each) => number.values.has(each))) return false;
  const wanted = product?.trim().toLowerCase() ?? '';
  // By words alone the search has decided: it knows more wordings of a code than the one that is shown.
  return wanted === '' || (lot === undefined && number === undefined) || says === '' || says.toLowerCase().includes(wanted);
}
