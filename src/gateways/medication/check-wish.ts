// What is asked of POST /medication/check: a patient of the record or a situation in words, and the orders about to be signed,
// as free text or as resources.
import type { MedicationRequest, NutritionOrder, Resource, ServiceRequest } from '../../fhir/generated/types.ts';
import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { validateStructure } from '../../fhir/structure/validate.ts';
import type { Situation } from '../../modules/medication-safety/knowledge/contract.ts';

export type Draft = { text: string; reason?: string } | MedicationRequest | ServiceRequest | NutritionOrder;

export interface CheckWish {
  /** Id of a Patient of the record. */
  patient?: string;
  orders: Draft[];
  /** Beside or instead of the record. */
  situation?: Omit<Situation, 'order' | 'also'>;
  /** Resources that the record does not have. */
  resources: Resource[];
}

const ordersMax = 50;
const resourcesMax = 2000;
const known = ['patient', 'orders', 'situation', 'resources'];
const says =
  'Send {"patient": "Patient/…", "orders": ["ibuprofen 400 mg po tid"]}; instead of a patient, "situation": {"age": "67 y", "taking": ["warfarin 5 mg po daily"]}';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 4000 && !value.includes('\0') && !/\p{Surrogate}/u.test(value);

export async function readCheckWish(text: string): Promise<Result<CheckWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body: unknown = read.value;
  if (!isObject(body)) return fail('invalid', `The body is a JSON object. ${says}`);
  for (const name of Object.keys(body))
    if (!known.includes(name))
      return fail(
        'invalid',
        `${JSON.stringify(name.slice(0, 40))} is not understood here: known are ${known.join(', ')}`,
        name.slice(0, 40),
      );
  const { patient, orders, situation, resources } = body;
  const wish: CheckWish = { orders: [], resources: [] };
  if (patient !== undefined) {
    const id = isText(patient) ? /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/.exec(patient)?.[1] : undefined;
    if (id === undefined) return fail('invalid', 'patient is the id of a Patient, such as "Patient/123"', 'patient');
    wish.patient = id;
  }
  if (!Array.isArray(orders) || orders.length === 0) return fail('invalid', `orders is a list of at least one order. ${says}`, 'orders');
  if (orders.length > ordersMax) return fail('too-costly', `At most ${ordersMax} orders are checked at once`, 'orders');
  for (const [i, each] of orders.entries()) {
    const draft = readDraft(each, `orders[${i}]`);
    if (!draft.ok) return draft;
    wish.orders.push(draft.value);
  }
  if (situation !== undefined) {
    const checked = readSituationWish(situation);
    if (!checked.ok) return checked;
    wish.situation = checked.value;
  }
  if (resources !== undefined) {
    if (!Array.isArray(resources) || resources.length > resourcesMax)
      return fail('invalid', `resources is a list of at most ${resourcesMax} FHIR resources`, 'resources');
    for (const [i, each] of resources.entries()) {
      const fault = faultOf(each);
      if (fault !== undefined) return fail('invalid', fault, `resources[${i}]`);
      wish.resources.push(each as Resource);
    }
  }
  if (wish.patient === undefined && wish.situation === undefined && wish.resources.length === 0)
    return fail('invalid', `Say for whom: patient, situation or resources. ${says}`, 'patient');
  return ok(wish);
}

export const orderables = new Set(['MedicationRequest', 'ServiceRequest', 'NutritionOrder']);

function readDraft(value: unknown, where: string): Result<Draft> {
  if (isText(value)) return value.trim() === '' ? fail('invalid', 'An order is not empty', where) : ok({ text: value });
  if (isObject(value) && isText(value['text']) && value['resourceType'] === undefined) {
    const { text, reason } = value;
    if (Object.keys(value).some((name) => name !== 'text' && name !== 'reason') || (reason !== undefined && !isText(reason)))
      return fail('invalid', 'An order in words has text and, where it matters, reason', where);
    return ok({ text, ...(isText(reason) ? { reason } : {}) });
  }
  const fault = faultOf(value);
  if (fault !== undefined) return fail('invalid', fault, where);
  const resource = value as Resource;
  if (!orderables.has(resource.resourceType))
    return fail('invalid', `${resource.resourceType} is no order: send ${[...orderables].join(', ')} or text`, where);
  return ok(resource as Draft);
}

function faultOf(value: unknown): string | undefined {
  if (!isObject(value) || typeof value['resourceType'] !== 'string') return 'An order is a text or a FHIR resource';
  const [finding] = validateStructure(value);
  return finding === undefined ? undefined : `${finding.message} (${finding.where})`;
}

/** Only what the reader of situations can take: texts, lists of texts, numbers of vital signs. */
function readSituationWish(value: unknown): Result<NonNullable<CheckWish['situation']>> {
  if (!isObject(value)) return fail('invalid', 'situation is an object', 'situation');
  const texts = (each: unknown): boolean => Array.isArray(each) && each.length <= 200 && each.every(isText);
  const one =
    (...allowed: unknown[]) =>
    (each: unknown): boolean =>
      allowed.includes(each);
  const readers: Record<string, (each: unknown) => boolean> = {
    taking: texts,
    allergies: texts,
    problems: texts,
    age: isText,
    weight: isText,
    height: isText,
    reason: isText,
    sex: one('female', 'male'),
    pregnant: one(true, false, 1, 2, 3),
    breastfeeding: one(true, false),
    setting: one('inpatient', 'outpatient', 'emergency', 'intensive-care', 'palliative'),
    laboratory: (each) => isObject(each) && Object.values(each).every((part) => isText(part) || texts(part)),
    vitals: (each) => isObject(each) && Object.values(each).every((part) => Number.isFinite(Number(part))),
  };
  for (const [name, each] of Object.entries(value)) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (reader === undefined)
      return fail('invalid', `situation.${name.slice(0, 40)} is not understood: known are ${Object.keys(readers).join(', ')}`, 'situation');
    if (!reader(each))
      return fail(
        'invalid',
        `situation.${name} is not in the form that is understood, for example {"age": "67 y", "weight": "70 kg", "laboratory": {"potassium": "5.8 mmol/L"}}`,
        'situation',
      );
  }
  const vitals = isObject(value['vitals'])
    ? { vitals: Object.fromEntries(Object.entries(value['vitals']).map(([name, each]) => [name, Number(each)])) }
    : {};
  return ok({ ...value, ...vitals } as NonNullable<CheckWish['situation']>);
}
