// What is asked of POST /medication/labels: a wristband, or the label of a drug.
import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { BandSymbol } from '../../formats/barcodes/print/wristband.ts';
import { isObject, isText } from './scan-wish.ts';

const texts = ['drug', 'dose', 'route', 'rate', 'gtin', 'lot', 'serial', 'expires'] as const;
export type LabelWish =
  | { kind: 'wristband'; patient: string; symbol: BandSymbol }
  | ({ kind: 'drug'; order?: string } & Partial<Record<(typeof texts)[number], string>>);

const idOf = (value: unknown, type: string): string | undefined =>
  isText(value) ? new RegExp(`^(?:${type}/)?([A-Za-z0-9.-]{1,64})$`).exec(value)?.[1] : undefined;

export async function readLabelWish(text: string): Promise<Result<LabelWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body = read.value;
  if (!isObject(body) || (body['kind'] !== 'wristband' && body['kind'] !== 'drug'))
    return fail('invalid', 'The body is a JSON object with kind: wristband or drug', 'kind');
  const { kind } = body;
  const known: readonly string[] = kind === 'wristband' ? ['kind', 'patient', 'symbol'] : ['kind', 'order', ...texts];
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are ${known.join(', ')}`);
  if (kind === 'wristband') {
    const patient = idOf(body['patient'], 'Patient');
    const symbol = body['symbol'] ?? 'gs1-datamatrix';
    if (patient === undefined) return fail('invalid', 'patient is the id of a Patient, such as "Patient/123"', 'patient');
    if (symbol !== 'gs1-datamatrix' && symbol !== 'code-128') return fail('invalid', 'symbol is gs1-datamatrix or code-128', 'symbol');
    return ok({ kind, patient, symbol });
  }
  const order = body['order'] === undefined ? undefined : idOf(body['order'], 'MedicationRequest');
  if (body['order'] !== undefined && order === undefined)
    return fail('invalid', 'order is the id of an order, such as "MedicationRequest/123"', 'order');
  const wish: Extract<LabelWish, { kind: 'drug' }> = { kind: 'drug', ...(order === undefined ? {} : { order }) };
  for (const name of texts) {
    const value = body[name];
    if (value === undefined) continue;
    if (!isText(value) || /\p{Cc}/u.test(value)) return fail('invalid', `${name} is a text of at most 200 characters`, name);
    wish[name] = value.trim();
  }
  if (order === undefined && wish.drug === undefined) return fail('invalid', 'Say in drug what it is, or name the order', 'drug');
  if (wish.expires !== undefined && !/^20\d\d-\d\d-\d\d$/.test(wish.expires))
    return fail('invalid', 'expires is a date, such as 2026-12-31', 'expires');
  return ok(wish);
}
