// What a bedside session is judged by, from the record as the nurse may see it: whose wristband it is, what the codes stand
// for, orders, doses given, allergies, last values. Wristbands are identifiers of the Patient: record numbers of any system,
// the GSRN under https://www.gs1.org/gsrn, the print that is worn now under https://www.gs1.org/srin.

import type {
  Medication,
  MedicationAdministration,
  MedicationRequest,
  Patient,
  Resource,
  ResourceType,
  Task,
} from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Barcode } from '../../formats/barcodes/contract.ts';
import { readBarcode } from '../../formats/barcodes/read.ts';
import { bodySurfaceM2 } from '../../methods/body-size.ts';
import { spokenRef } from '../../modules/medication-administration/checks/allergy.ts';
import type { Bandholder, BedsideFacts, Measured, Product, Windows } from '../../modules/medication-administration/contract.ts';
import type { BedsideRules } from '../../modules/medication-administration/rules.ts';
import { isBand } from '../../modules/medication-administration/understand.ts';
import type { Card, Facts, Measured as Value } from '../../modules/medication-safety/contract.ts';
import { weight } from '../../modules/medication-safety/facts/body.ts';
import type { Asked } from '../../modules/medication-safety/facts/from-chart.ts';
import type { Caller } from '../../record/contract.ts';
import { readDraft } from './check.ts';
import type { PagedChart, Safety } from './safety.ts';
import { bedsideOrder, givenDose, heldMedication } from './scan-orders.ts';
import { conceptProduct, escaped, productOf, productsFor } from './scan-products.ts';
import { pumpsFor } from './scan-pumps.ts';
import type { ScanWish } from './scan-wish.ts';
import { type BedsidePeople, isSame, maySecond } from './second-person.ts';

export const gsrnSystem = 'https://www.gs1.org/gsrn';
export const printSystem = 'https://www.gs1.org/srin';

export interface Bedside {
  safety: Safety;
  rules: BedsideRules;
  chartFor(caller: Caller): PagedChart;
  timeZone: string;
  people: BedsidePeople;
  /** Whether a scanned badge proves who checks as a second person. */
  badgeProves: boolean;
  /** How far from its time a dose is on time. */
  windows: Windows;
  pumps: PumpWays;
}

/** `tolerance`: by what share a rate may differ from the ordered one. */
export interface PumpWays {
  tolerance: number;
  /** A pump that was not heard of for so long is said to be silent. */
  silentMinutes: number;
}

const dayMs = 86_400_000;

/** `giver`: the Practitioner who is signed in. */
export type FactsOfCaller = BedsideFacts & { giver?: string };

export async function bedsideFacts(wish: ScanWish, atMs: number, caller: Caller, bedside: Bedside): Promise<Result<FactsOfCaller>> {
  const chart = bedside.chartFor(caller);
  const { library } = bedside.safety;
  const codes = [...new Set(wish.scans)].map((raw) => readBarcode(raw, new Date(atMs)));
  const notRead: string[] = [];
  const [found, stocked, badges, pumps] = await Promise.all([
    personsOf(codes, wish.patient, chart),
    productsFor(codes, chart, library),
    badgesOf(codes, chart, caller, bedside),
    pumpsFor(codes, chart),
  ]);
  if (!found.ok) return found;
  if (!stocked.ok) notRead.push(`the directory of products (${stocked.problem.message})`);
  const { holder, strangers } = found.value;
  if (!pumps.ok) notRead.push(`the list of pumps (${pumps.problem.message})`);
  const empty: FactsOfCaller = {
    ...(holder ? { holder } : {}),
    strangers,
    ...(badges.ok ? badges.value : { badges: [] }),
    badgeProves: bedside.badgeProves,
    products: stocked.ok ? stocked.value : [],
    pumps: pumps.ok ? pumps.value.map((one) => one.asSeenBy(holder?.patient)) : [],
    infusing: { tolerance: bedside.pumps.tolerance },
    orders: [],
    given: [],
    allergies: [],
    vitals: new Map(),
    laboratory: new Map(),
    ...bedside.rules,
    notRead,
    windows: bedside.windows,
    timeZone: bedside.timeZone,
  };
  if (holder === undefined) return ok(empty);
  const [facts, chartPart] = await Promise.all([
    bedside.safety.factsOf(caller, holder.patient),
    ordersOf(holder.patient, atMs, chart, notRead),
  ]);
  if (!facts.ok) notRead.push('allergies, laboratory values and vital signs');
  const kg = facts.ok ? weight(facts.value) : undefined;
  const heightCm = facts.ok ? facts.value.heightCm?.value : undefined;
  const weightKg = kg?.known ? kg.value : undefined;
  const { requests, administrations, medications, tasks } = chartPart;
  const context = {
    library,
    medications,
    tasks,
    ...(weightKg === undefined ? {} : { weightKg }),
    ...(weightKg === undefined || heightCm === undefined ? {} : { surfaceM2: bodySurfaceM2(weightKg, heightCm) }),
  };
  const orders = requests.map((each) => bedsideOrder(each, context));
  const products = [...empty.products, ...requests.flatMap((each) => ownProduct(each, medications, bedside))];
  if (facts.ok) notRead.push(...facts.value.notRead.map((each) => `${each.part} (${each.why})`));
  return ok({
    ...empty,
    products: uniquely(products),
    infusing: { ...empty.infusing, ...(weightKg === undefined ? {} : { weightKg }) },
    orders,
    given: administrations.flatMap((each) => givenDose(each, medications, orders, library) ?? []),
    allergies: facts.ok
      ? allergiesOf([...orders.filter((each) => each.ref === wish.order), ...spokenOf(wish), ...products], facts.value, bedside)
      : [],
    ...(wish.beforeOrder === undefined ? {} : withoutOrder(wish, products, facts.ok ? facts.value : undefined, notRead, bedside)),
    vitals: facts.ok ? latest(facts.value.vitals, atMs) : new Map(),
    laboratory: facts.ok ? latest(facts.value.laboratory, atMs) : new Map(),
  });
}

interface Persons {
  holder?: Bandholder;
  strangers: string[];
}

/** The open chart's patient, else the one and only whom a wristband names; and texts that are somebody else's number. */
async function personsOf(codes: readonly Barcode[], open: string | undefined, chart: Asked): Promise<Result<Persons>> {
  const tokens = codes.flatMap((code) =>
    code.faults.length > 0
      ? []
      : code.gsrn !== undefined
        ? [`${gsrnSystem}|${code.gsrn}`]
        : code.text !== undefined && code.text.length <= 100 && code.gtins.length === 0
          ? [escaped(code.text)]
          : code.text !== undefined && /^\d{8,14}$/.test(code.text)
            ? [code.text]
            : [],
  );
  const searched =
    tokens.length === 0
      ? ok<Resource[]>([])
      : await chart.search('Patient', `identifier=${encodeURIComponent(tokens.join(','))}&_count=50`);
  if (!searched.ok) return searched;
  const people = searched.value.filter((each): each is Patient => each.resourceType === 'Patient').map(bandholder);
  let holder: Bandholder | undefined;
  if (open !== undefined) {
    const read = await chart.read('Patient', open);
    if (!read.ok)
      return fail(
        read.problem.kind === 'forbidden' ? 'forbidden' : 'not-found',
        read.problem.kind === 'forbidden' ? read.problem.message : `There is no Patient/${open}`,
        'patient',
      );
    if (read.value.resourceType === 'Patient') holder = bandholder(read.value);
  } else if (people.length === 1) holder = people[0];
  const strangers = codes.flatMap(({ text }) =>
    text !== undefined &&
    people.some((each) => each.patient !== holder?.patient && each.numbers.includes(text)) &&
    !holder?.numbers.includes(text)
      ? [text]
      : [],
  );
  // The same number for two people decides nothing.
  const shared =
    holder && people.some((each) => each.patient !== holder.patient && codes.some((code) => isBand(code, each) && isBand(code, holder)));
  return ok({ ...(holder ? { holder: shared ? { ...holder, numbers: [], gsrns: [] } : holder } : {}), strangers });
}

function bandholder(one: Patient): Bandholder {
  const identifiers = (one.identifier ?? []).filter((each) => each.use !== 'old' && each.period?.end === undefined);
  const print = identifiers.findLast((each) => each.system === printSystem)?.value;
  return {
    patient: one.id ?? '',
    numbers: identifiers.flatMap(({ system, value }) =>
      value !== undefined && system !== gsrnSystem && system !== printSystem ? [value] : [],
    ),
    gsrns: identifiers.flatMap(({ system, value }) => (value !== undefined && system === gsrnSystem ? [value] : [])),
    ...(print === undefined ? {} : { print }),
  };
}

async function badgesOf(
  codes: readonly Barcode[],
  chart: Asked,
  { person }: Caller,
  { people }: Bedside,
): Promise<Result<Pick<FactsOfCaller, 'badges' | 'giver'>>> {
  const texts = codes
    .flatMap((code) => (code.faults.length > 0 ? [] : [code.providerGsrn ?? code.text ?? '']))
    .filter((text) => text !== '' && text.length <= 100);
  if (texts.length === 0) return ok({ badges: [] });
  const found = await chart.search('Practitioner', `identifier=${encodeURIComponent(texts.map(escaped).join(','))}&_count=50`);
  if (!found.ok) return found;
  const badges = found.value.flatMap((each) =>
    each.resourceType === 'Practitioner'
      ? (each.identifier ?? []).flatMap(({ value }) =>
          value !== undefined && texts.includes(value) ? [{ code: value, person: `Practitioner/${each.id}` }] : [],
        )
      : [],
  );
  if (badges.length === 0) return ok({ badges });
  const accounts = await people.bound(
    badges.map((each) => each.person),
    person.id,
  );
  if (!accounts.ok) return accounts;
  const giver = accounts.value.find((each) => each.person.id === person.id)?.practitioner;
  const mayCheck = (practitioner: string) =>
    accounts.value.some((each) => each.practitioner === practitioner && maySecond(each.person) && !isSame(each.person, person));
  return ok({
    badges: badges.map((each) => ({ ...each, mayCheck: mayCheck(each.person) })),
    ...(giver === undefined ? {} : { giver }),
  });
}

export interface ChartPart {
  requests: MedicationRequest[];
  administrations: MedicationAdministration[];
  medications: Map<string, Medication>;
  tasks: Task[];
}

/** Doses of the last eight days, so that a weekly one is seen. */
/** `cut` is told which lists are longer than what was read: nothing that a dose is judged by, but somebody who looks back must know. */
export async function ordersOf(patient: string, atMs: number, chart: Asked, notRead: string[], cut: string[] = []): Promise<ChartPart> {
  const of = `patient=${encodeURIComponent(`Patient/${patient}`)}`;
  const since = new Date(atMs - 8 * dayMs).toISOString();
  const ask = async <T extends Resource>(
    type: ResourceType,
    query: string,
    says: string,
    is: (each: Resource) => each is T,
  ): Promise<T[]> => {
    const found = await chart.search(type, `${of}&${query}`);
    if (!found.ok) notRead.push(`${says} (${found.problem.message})`);
    const most = Number(/_count=(\d+)/.exec(query)?.[1] ?? Number.POSITIVE_INFINITY);
    if (found.ok && found.value.length >= most) cut.push(`${says}: only the newest ${most} were read`);
    return found.ok ? found.value.filter(is) : [];
  };
  const isRequest = (each: Resource): each is MedicationRequest =>
    each.resourceType === 'MedicationRequest' && each.doNotPerform !== true && !['proposal', 'plan', 'option'].includes(each.intent);
  const isAdministration = (each: Resource): each is MedicationAdministration => each.resourceType === 'MedicationAdministration';
  const [standing, ended, administrations, tasks] = await Promise.all([
    ask('MedicationRequest', 'status=active,on-hold,draft,unknown', 'orders', isRequest),
    ask('MedicationRequest', 'status=stopped,completed,cancelled&_sort=-authoredon&_count=60', 'ended orders', isRequest),
    ask('MedicationAdministration', `effective-time=ge${since}&_sort=-effective-time&_count=500`, 'doses given', isAdministration),
    ask('Task', 'code=verify&_count=500', 'verification by pharmacists', (each): each is Task => each.resourceType === 'Task'),
  ]);
  const requests = [...standing, ...ended];
  const references = [...requests, ...administrations]
    .flatMap((each) => each.medicationReference?.reference ?? [])
    .filter((each) => each.startsWith('Medication/'));
  const medications = new Map<string, Medication>();
  const read = await Promise.all(
    [...new Set(references)].slice(0, 200).map((reference) => chart.read('Medication', reference.slice('Medication/'.length))),
  );
  for (const each of read)
    if (each.ok && each.value.resourceType === 'Medication') medications.set(`Medication/${each.value.id}`, each.value);
  return { requests, administrations, medications, tasks };
}

/** The product that an order names by itself, with a number or a national drug code. */
function ownProduct(one: MedicationRequest, medications: ReadonlyMap<string, Medication>, { safety }: Bedside): Product[] {
  const held = heldMedication(one, medications);
  const contained = one.contained?.find(
    (each): each is Medication => each.resourceType === 'Medication' && `#${each.id}` === one.medicationReference?.reference,
  );
  const made = held
    ? productOf(held, `Medication/${held.id}`, safety.library)
    : contained
      ? productOf(contained, `MedicationRequest/${one.id}`, safety.library)
      : one.medicationCodeableConcept && conceptProduct(one.medicationCodeableConcept, `MedicationRequest/${one.id}`, safety.library);
  return made && (made.gtins.length > 0 || made.ndcs.length > 0 || made.labels.length > 0) ? [made] : [];
}

const uniquely = (products: readonly Product[]): Product[] => [...new Map(products.map((each) => [each.ref, each])).values()];

/** The allergies of the checks of orders, asked for each product as if it were ordered now. */
function allergiesOf(
  products: readonly { ref: string; title: string; route?: string }[],
  facts: Facts,
  { safety }: Bedside,
): BedsideFacts['allergies'] {
  return products.slice(0, 40).flatMap((product) => {
    const draft = { ...readDraft({ text: product.title }, 0, safety), id: 'scanned' };
    const answer = safety.check([draft], { ...facts, orders: [] });
    const cards = answer.cards
      .filter((card) => card.category === 'allergy')
      .map((card) => ({ product: product.ref, says: card.summary, severity: severityOf(card) }));
    // Nobody asked the patient: said, but it is the prescriber's and not a reason to withhold the dose.
    const unchecked = answer.couldNot.filter((each) => each.category === 'allergy').slice(0, 1);
    return [
      ...cards,
      ...unchecked.map(({ why }) => ({ product: product.ref, says: `Allergies could not be checked: ${why}`, severity: 'aside' as const })),
    ];
  });
}

const spokenOf = ({ beforeOrder }: ScanWish): { ref: string; title: string }[] =>
  beforeOrder?.drug === undefined ? [] : [{ ref: spokenRef, title: beforeOrder.drug }];

/** A drug given before an order, checked as an order of it would be. What was scanned stands before what was said. */
function withoutOrder(
  wish: ScanWish,
  products: readonly Product[],
  facts: Facts | undefined,
  notRead: string[],
  { safety }: Bedside,
): Pick<BedsideFacts, 'spoken' | 'asDraft'> {
  const said = wish.beforeOrder?.drug;
  const spoken = said === undefined ? undefined : readDraft({ text: said }, 0, safety);
  const named = spoken?.ingredients.map((one) => ({ id: one.ingredient, title: safety.library.base.title(one.ingredient) }));
  const titles = products.length > 0 ? products.map((each) => each.title) : said === undefined ? [] : [said];
  if (facts === undefined || titles.length === 0) return named === undefined ? {} : { spoken: named };
  const dose = wish.entered.dose;
  const route = wish.entered.route ?? '';
  const drafts = titles
    .slice(0, 10)
    .map((title, i) =>
      readDraft({ text: dose === undefined || titles.length > 1 ? title : `${title} ${dose.value} ${dose.unit} ${route} once` }, i, safety),
    );
  const answer = safety.check(drafts, facts);
  for (const { category, why } of answer.couldNot) if (category !== 'allergy') notRead.push(`${category}: ${why}`);
  const asDraft = answer.cards
    .filter((card) => card.category !== 'allergy')
    .map((card) => ({ says: card.summary, severity: card.tier === 'aside' ? ('aside' as const) : ('warn' as const) }));
  return { asDraft, ...(named === undefined ? {} : { spoken: named }) };
}

const severityOf = ({ tier, severity }: Card): 'block' | 'warn' | 'aside' =>
  tier === 'aside' ? 'aside' : tier === 'stop' || severity === 'contraindicated' ? 'block' : 'warn';

/** The newest value of each that was known at the time. */
const latest = (values: ReadonlyMap<string, readonly Value[]>, atMs: number): Map<string, Measured> =>
  new Map(
    [...values].flatMap(([id, all]): [string, Measured][] => {
      const last = all.find((each) => each.atMs <= atMs + 60_000);
      return last ? [[id, { value: last.value, unit: last.unit, atMs: last.atMs }]] : [];
    }),
  );
