// One dose of a downtime as it was written down: of which order, when, what became of it and why, which product, and who checked it.
import type { MedicationRequest, Provenance } from '../../fhir/generated/types.ts';
import { readBarcode } from '../../formats/barcodes/read.ts';
import { type Amount, type Outcome, outcomes } from '../../modules/medication-administration/contract.ts';
import { outcomeReasons } from '../../modules/medication-administration/recording.ts';
import { wordsOf } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import { newId } from '../../record/uuid7.ts';
import { lotSystem, scanSystem, written } from './scan-record.ts';
import { isObject, isText, momentOf, readDose } from './scan-wish.ts';

export interface OfflineDose {
  /** Chosen offline; the same again is the same dose. */
  id: string;
  patient: string;
  order: string;
  atMs: number;
  outcome: Outcome;
  dose?: Amount;
  /** Why it was not given: a code of `outcomeReasons`, or `code: words`. */
  reason?: string;
  /** As the scanner sent it, or in words. */
  product?: string;
  by?: string;
  /** Who signed the paper as the second person: a name, which proves nothing. */
  second?: string;
  words?: string;
}

export const doseMembers = ['id', 'patient', 'order', 'at', 'outcome', 'dose', 'reason', 'product', 'by', 'second', 'words'];
const symbolLength = 1000;

export function doseOf(value: unknown, nowMs: number): OfflineDose | undefined {
  if (!isObject(value) || Object.keys(value).some((name) => !doseMembers.includes(name))) return undefined;
  const { id, patient, order, at, outcome, dose, reason, product, by, second, words } = value;
  const atMs = momentOf(at);
  // On a pump a dose begins when the pump says so: paper has no word for a bag that only hangs.
  const chosen = outcomes.find((each) => each === outcome && each !== 'hung');
  const amount = dose === undefined ? undefined : readDose(dose);
  if (!isText(id, 100) || !/^[A-Za-z0-9.-]+$/.test(id) || !isText(patient) || !/^Patient\/[A-Za-z0-9.-]{1,64}$/.test(patient))
    return undefined;
  if (!isText(order) || !/^MedicationRequest\/[A-Za-z0-9.-]{1,64}$/.test(order)) return undefined;
  if (atMs === undefined || atMs > nowMs + 300_000 || chosen === undefined || (dose !== undefined && amount === undefined))
    return undefined;
  const texts = [
    [by, 200],
    [second, 200],
    [reason, 200],
    [product, symbolLength],
    [words, 1000],
  ] as const;
  if (texts.some(([text, most]) => text !== undefined && !isText(text, most))) return undefined;
  // Paper may lack a reason; one that is given is one of those that are counted.
  if (isText(reason) && outcomeReasons[chosen]?.includes(reason.split(':')[0]!.trim()) !== true) return undefined;
  return {
    id,
    patient,
    order,
    atMs,
    outcome: chosen,
    ...(amount === undefined ? {} : { dose: amount }),
    ...(isText(reason) ? { reason } : {}),
    ...(isText(product, symbolLength) ? { product } : {}),
    ...(isText(by) ? { by } : {}),
    ...(isText(second) ? { second } : {}),
    ...(isText(words, 1000) ? { words } : {}),
  };
}

/** What was scanned, as the bedside writes it down: by its lot a recall finds the dose. Undefined: words, or nothing. */
export function scanOf(
  { product, atMs }: OfflineDose,
  administration: string,
  request: MedicationRequest | undefined,
  who: { display: string },
  now: Date,
): Provenance | undefined {
  if (product === undefined) return undefined;
  const code = readBarcode(product, now);
  if (code.gtins.length === 0 || code.faults.length > 0) return undefined;
  const ordered = wordsOf(request?.medicationCodeableConcept) || (request?.medicationReference?.display ?? 'a product');
  const display = `${ordered.slice(0, 120)}, GTIN ${code.gtins[0]!}`;
  return {
    resourceType: 'Provenance',
    id: newId(),
    target: [{ reference: administration }],
    occurredDateTime: new Date(atMs).toISOString(),
    recorded: now.toISOString(),
    activity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', code: 'CREATE' }] },
    agent: [{ who }],
    entity: [
      { role: 'source', what: { identifier: { system: scanSystem, value: written(product) }, display: 'product, scanned in a downtime' } },
      ...(code.lot === undefined
        ? []
        : [{ role: 'source', what: { identifier: { system: lotSystem, value: written(code.lot) }, display } }]),
    ],
  };
}
