// What is asked of POST /medication/scan and /medication/administer: the scans of a bedside session as the scanner sent them,
// and what the nurse entered.
import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type Amount, type Outcome, outcomes } from '../../modules/medication-administration/contract.ts';
import { routeByCode, routeIn } from '../../modules/medication-safety/reading/route.ts';

export interface ScanWish {
  patient?: string;
  /** `MedicationRequest/1`. */
  order?: string;
  scans: string[];
  atMs?: number;
  workstation?: string;
  /** A name that was typed: it proves nothing. */
  witness?: string;
  entered: { dose?: Amount; route?: string; site?: string; reason?: string };
  beforeOrder?: BeforeOrder;
}

/** Why there is no order yet. */
export const beforeOrderReasons = ['emergency', 'verbal-order'] as const;
export interface BeforeOrder {
  reason: (typeof beforeOrderReasons)[number];
  prescriber: string;
  /** In words, where it cannot be scanned: "epinephrine 1 mg iv". */
  drug?: string;
}

/** How a second person proves who they are. */
export type Proof = { name: string; password: string } | { token: string };

export interface AdministerWish extends ScanWish {
  proof?: Proof;
  outcome: Outcome;
  /** Why it was not given, or why it was given against a warning: a code, or words. */
  reason?: string;
  /** Why wristband or drug were not scanned: one of `notScannedReasons`. */
  notScanned?: string;
  /** A UUID that the client makes for each dose: what is sent again after a lost answer is recorded once. */
  session?: string;
}

/** Why something could not be scanned (after the Department of Veterans Affairs' BCMA, "Unable to Scan"). */
export const notScannedReasons = [
  'damaged-wristband',
  'damaged-label',
  'no-barcode',
  'product-not-in-directory',
  'scanner-failure',
  'patient-isolated',
  'emergency',
  'downtime',
] as const;

const scansMax = 40;
const scanLength = 4096;
const known = ['patient', 'order', 'scan', 'scans', 'at', 'workstation', 'witness', 'entered', 'beforeOrder'];
const more = ['outcome', 'reason', 'notScanned', 'session'];
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const says = 'Send {"patient": "Patient/…", "scans": ["]d201…", …]}, the scans as the scanner sent them';

type Json = Record<string, unknown>;
export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isText = (value: unknown, max = 200): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= max && !value.includes('\0') && !/\p{Surrogate}/u.test(value);

export async function readScanWish(text: string): Promise<Result<ScanWish>> {
  const read = await readJson(text);
  return read.ok ? wishOf(read.value, known) : read;
}

export async function readAdministerWish(text: string): Promise<Result<AdministerWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const wish = wishOf(read.value, [...known, ...more]);
  if (!wish.ok) return wish;
  const { outcome, reason, notScanned, session, witness }: Json = isObject(read.value) ? read.value : {};
  const proof = witness === undefined ? undefined : proofOf(witness);
  if (witness !== undefined && proof === undefined) return fail('invalid', proves, 'witness');
  const chosen = outcomes.find((each) => each === outcome);
  if (chosen === undefined) return fail('invalid', `outcome is one of ${outcomes.join(', ')}`, 'outcome');
  if (reason !== undefined && !isText(reason)) return fail('invalid', 'reason is a text of at most 200 characters', 'reason');
  const why = notScannedReasons.find((each) => each === notScanned);
  if (notScanned !== undefined && why === undefined)
    return fail('invalid', `notScanned is one of ${notScannedReasons.join(', ')}`, 'notScanned');
  if (session !== undefined && !(isText(session) && uuid.test(session)))
    return fail('invalid', 'session is a UUID that the client makes for this dose', 'session');
  return ok({
    ...wish.value,
    outcome: chosen,
    ...(proof === undefined ? {} : { proof }),
    ...(isText(reason) ? { reason } : {}),
    ...(why === undefined ? {} : { notScanned: why }),
    ...(isText(session) ? { session: session.toLowerCase() } : {}),
  });
}

const proves =
  'witness is how the second person proves who they are: {"name", "password"} or {"token"}, their own; a name alone is no proof';

function proofOf(value: unknown): Proof | undefined {
  if (!isObject(value)) return undefined;
  const names = Object.keys(value).sort().join();
  const { name, password, token } = value;
  if (names === 'token' && isText(token, 500)) return { token };
  return names === 'name,password' && isText(name) && isText(password, 1000) ? { name, password } : undefined;
}

function wishOf(body: unknown, names: readonly string[]): Result<ScanWish> {
  if (!isObject(body)) return fail('invalid', `The body is a JSON object. ${says}`);
  for (const name of Object.keys(body))
    if (!names.includes(name))
      return fail(
        'invalid',
        `${JSON.stringify(name.slice(0, 40))} is not understood here: known are ${names.join(', ')}`,
        name.slice(0, 40),
      );
  const { patient, order, scan, scans, at, workstation, witness, entered, beforeOrder } = body;
  if (scan !== undefined && scans !== undefined) return fail('invalid', 'Send scan or scans, not both', 'scans');
  const list = scan === undefined ? (scans ?? []) : [scan];
  if (!Array.isArray(list)) return fail('invalid', `scans is a list of texts. ${says}`, 'scans');
  if (list.length > scansMax) return fail('too-costly', `At most ${scansMax} scans make a session`, 'scans');
  const wish: ScanWish = { scans: [], entered: {} };
  for (const [i, each] of list.entries()) {
    // An empty scan is one that failed; what is not a text is not from a scanner.
    if (typeof each !== 'string' || each.length > scanLength || each.includes('\0') || /\p{Surrogate}/u.test(each))
      return fail('invalid', `A scan is a text of at most ${scanLength} characters without NUL`, `scans[${i}]`);
    wish.scans.push(each);
  }
  const person = idOf(patient, 'Patient');
  const request = idOf(order, 'MedicationRequest');
  if (patient !== undefined && person === undefined)
    return fail('invalid', 'patient is the id of a Patient, such as "Patient/123"', 'patient');
  if (order !== undefined && request === undefined)
    return fail('invalid', 'order is the id of an order, such as "MedicationRequest/123"', 'order');
  if (person !== undefined) wish.patient = person;
  if (request !== undefined) wish.order = `MedicationRequest/${request}`;
  if (at !== undefined) {
    const moment = momentOf(at);
    if (moment === undefined) return fail('invalid', 'at is a moment such as "2026-11-22T09:00:00Z"', 'at');
    wish.atMs = moment;
  }
  if (workstation !== undefined) {
    if (!isText(workstation)) return fail('invalid', 'workstation is a text of at most 200 characters', 'workstation');
    wish.workstation = workstation;
  }
  if (witness !== undefined) {
    if (!isText(witness) && proofOf(witness) === undefined) return fail('invalid', proves, 'witness');
    if (isText(witness)) wish.witness = witness;
  }
  if (wish.patient === undefined && wish.scans.length === 0) return fail('invalid', `Nothing was scanned. ${says}`, 'scans');
  if (beforeOrder !== undefined) {
    const before = readBeforeOrder(beforeOrder);
    if (!before.ok) return before;
    if (request !== undefined) return fail('invalid', 'Send order or beforeOrder, not both', 'beforeOrder');
    wish.beforeOrder = before.value;
  }
  if (entered === undefined) return ok(wish);
  const told = readEntered(entered);
  return told.ok ? ok({ ...wish, entered: told.value }) : told;
}

/** ms; undefined: no date with a time. */
export function momentOf(value: unknown): number | undefined {
  const moment = isText(value) && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment;
}

function readBeforeOrder(value: unknown): Result<BeforeOrder> {
  const where = 'beforeOrder';
  const says = `beforeOrder is {"reason": ${beforeOrderReasons.map((each) => `"${each}"`).join(' or ')}, "prescriber": "who asked for it"} and, where it cannot be scanned, "drug"`;
  if (!isObject(value) || Object.keys(value).some((name) => !['reason', 'prescriber', 'drug'].includes(name)))
    return fail('invalid', says, where);
  const { reason, prescriber, drug } = value;
  const coded = beforeOrderReasons.find((each) => each === (typeof reason === 'string' ? reason.trim().replace(' ', '-') : reason));
  if (coded === undefined || !isText(prescriber) || (drug !== undefined && !isText(drug))) return fail('invalid', says, where);
  return ok({ reason: coded, prescriber: prescriber.trim(), ...(drug === undefined ? {} : { drug }) });
}

function readEntered(value: unknown): Result<ScanWish['entered']> {
  if (!isObject(value)) return fail('invalid', 'entered is an object with dose, route, site, reason', 'entered');
  const made: ScanWish['entered'] = {};
  for (const [name, each] of Object.entries(value)) {
    if (name === 'dose') {
      const dose = readDose(each);
      if (dose === undefined) return fail('invalid', 'entered.dose is such as "500 mg" or {"value": 500, "unit": "mg"}', 'entered.dose');
      made.dose = dose;
    } else if (name === 'route' || name === 'site' || name === 'reason') {
      if (!isText(each)) return fail('invalid', `entered.${name} is a text of at most 200 characters`, `entered.${name}`);
      made[name] = name === 'route' ? (routeByCode(each.trim()) ?? routeIn(each.toLowerCase()) ?? each) : each;
    } else return fail('invalid', `entered.${name.slice(0, 40)} is not understood: known are dose, route, site, reason`, 'entered');
  }
  return ok(made);
}

/** Unit → unit in which orders are read, and the factor to it. */
const units: Record<string, readonly [string, number]> = {
  mg: ['mg', 1],
  g: ['mg', 1000],
  mcg: ['mg', 0.001],
  ug: ['mg', 0.001],
  µg: ['mg', 0.001],
  unit: ['unit', 1],
  units: ['unit', 1],
  u: ['unit', 1],
  iu: ['unit', 1],
  '[iu]': ['unit', 1],
  "[usp'u]": ['unit', 1],
  ml: ['mL', 1],
  l: ['mL', 1000],
  mmol: ['mmol', 1],
  meq: ['mEq', 1],
  tablet: ['tablet', 1],
  tablets: ['tablet', 1],
  tab: ['tablet', 1],
  tabs: ['tablet', 1],
  capsule: ['tablet', 1],
  capsules: ['tablet', 1],
  puff: ['puff', 1],
  puffs: ['puff', 1],
  drop: ['drop', 1],
  drops: ['drop', 1],
  patch: ['patch', 1],
};

export function readDose(value: unknown): Amount | undefined {
  const [number, unit] = isObject(value)
    ? [value['value'], value['unit']]
    : isText(value)
      ? (/^\s*(\d+(?:\.\d+)?)\s*((?!e[+-]?\d)[^\d\s].*?)\s*$/i.exec(value)?.slice(1) ?? [])
      : [];
  if (!isText(unit) || !(typeof number === 'number' || (typeof number === 'string' && number !== ''))) return undefined;
  const key = unit.trim().toLowerCase();
  const amount = Number(number);
  if (!Number.isFinite(amount) || amount < 0 || amount > 1e9) return undefined;
  const [base, factor] = Object.hasOwn(units, key) ? units[key]! : [unit.trim(), 1];
  return { value: Number((amount * factor).toPrecision(12)), unit: base };
}

const idOf = (value: unknown, type: string): string | undefined =>
  isText(value) ? new RegExp(`^(?:${type}/)?([A-Za-z0-9.-]{1,64})$`).exec(value)?.[1] : undefined;
