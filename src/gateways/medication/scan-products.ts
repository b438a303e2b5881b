// The directory of products for the bedside: Medication resources by product number, national drug code or the label that the
// pharmacy prints, and the codes that the patient's own orders name. A Medication with a lot stands for that lot; status
// inactive says that it (with a lot: the lot) was withdrawn.

import { toNumber } from '../../fhir/decimal.ts';
import type { CodeableConcept, Medication } from '../../fhir/generated/types.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { hasGoodCheck } from '../../formats/barcodes/check-digit.ts';
import type { Barcode } from '../../formats/barcodes/contract.ts';
import { ndcCandidates, ndcsOf, ndcWordings } from '../../formats/barcodes/ndc.ts';
import type { Product } from '../../modules/medication-administration/contract.ts';
import type { Asked } from '../../modules/medication-safety/facts/from-chart.ts';
import type { Library } from '../../modules/medication-safety/library.ts';
import { readOrder, wordsOf } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import { isExtendedRelease } from '../../modules/medication-safety/reading/route.ts';

export const gtinSystem = 'https://www.gs1.org/gtin';
export const ndcSystem = 'http://hl7.org/fhir/sid/ndc';
export const numberSystems = new Set([gtinSystem, 'urn:oid:1.3.160', 'https://id.gs1.org/01']);
export const ndcSystems = new Set([ndcSystem, 'urn:oid:2.16.840.1.113883.6.69']);

/** Products that any of the codes may mean. */
export async function productsFor(codes: readonly Barcode[], chart: Asked, library: Library): Promise<Result<Product[]>> {
  const tokens = [...new Set(codes.filter((code) => code.faults.length === 0).flatMap(tokensOf))];
  const found = new Map<string, Product>();
  // A request holds so many alternatives; each search is one look-up of an index.
  for (let i = 0; i < tokens.length; i += 100) {
    const list = encodeURIComponent(tokens.slice(i, i + 100).join(','));
    for (const parameter of ['identifier', 'code']) {
      const page = await chart.search('Medication', `${parameter}=${list}&_count=200`);
      if (!page.ok) return page;
      for (const each of page.value)
        if (each.resourceType === 'Medication' && each.status !== 'entered-in-error')
          found.set(`Medication/${each.id}`, productOf(each, `Medication/${each.id}`, library));
    }
  }
  return ok([...found.values()]);
}

export const escaped = (text: string): string => text.replace(/[\\,|$]/g, '\\$&');

export function tokensOf(code: Barcode): string[] {
  const numbers = code.gtins.flatMap((gtin) => [
    gtin,
    ...[1, 2, 6].flatMap((zeros) => (gtin.startsWith('0'.repeat(zeros)) ? [gtin.slice(zeros)] : [])),
  ]);
  const ndcs = [...code.gtins.flatMap(ndcCandidates), ...(code.text?.includes('-') ? ndcsOf(code.text) : [])].flatMap(ndcWordings);
  const bare = code.gtins.filter((gtin) => ndcCandidates(gtin).length > 0).map((gtin) => gtin.slice(3, 13));
  return [
    ...numbers.flatMap((number) => [...numberSystems].map((system) => `${system}|${number}`)),
    ...[...ndcs, ...bare].flatMap((ndc) => [...ndcSystems].map((system) => `${system}|${ndc}`)),
    ...(code.text !== undefined && code.text.length <= 200 ? [escaped(code.text)] : []),
  ];
}

/** `ref`: what it is called where it comes from; an order's own code is a product too. */
export function productOf(medication: Medication, ref: string, library: Library): Product {
  const words = wordsOf(medication.code, medication.form);
  const numbers = [
    ...(medication.identifier ?? []).map(({ system, value }) => ({ system, value })),
    ...(medication.code?.coding ?? []).map(({ system, code }) => ({ system, value: code })),
  ];
  const of = (systems: ReadonlySet<string>) =>
    numbers.flatMap(({ system, value }) => (system !== undefined && value !== undefined && systems.has(system) ? [value] : []));
  const perUnit = reading(medication, { value: 1, unit: 'tablet' }, library);
  const perMl = reading(medication, { value: 1, unit: 'mL' }, library);
  const injection = medication.form ? wordsOf(medication.form) : '';
  const volumeMl = volumeOf(medication, words);
  return {
    ref,
    title: wordsOf(medication.code).slice(0, 120) || wordsOf(medication.form) || 'a product without a name',
    gtins: of(numberSystems)
      .filter((value) => /^\d{8,14}$/.test(value) && hasGoodCheck(value))
      .map((value) => value.padStart(14, '0')),
    ndcs: of(ndcSystems).flatMap(ndcsOf),
    labels: (medication.identifier ?? []).flatMap(({ system, value }) =>
      value === undefined || numberSystems.has(system ?? '') || ndcSystems.has(system ?? '') ? [] : [value],
    ),
    codes: (medication.code?.coding ?? []).flatMap(({ system, code }) =>
      system !== undefined && code !== undefined ? [`${system}|${code}`] : [],
    ),
    ingredients: perUnit.ingredients.map((one, i) => {
      const each = one.single;
      const milli = perMl.ingredients[i]?.single;
      return {
        id: one.ingredient,
        title: library.base.title(one.ingredient),
        ...(each && each.unit !== 'tablet' && one.strength ? { perUnit: { value: each.value, unit: each.unit } } : {}),
        ...(milli && milli.unit !== 'mL' ? { perMl: { value: milli.value, unit: milli.unit } } : {}),
      };
    }),
    ...(volumeMl === undefined ? {} : { volumeMl }),
    ...(injection === '' ? {} : { form: injection.slice(0, 80) }),
    ...(perUnit.route !== undefined && !perUnit.routeAssumed ? { route: perUnit.route } : {}),
    ...(isExtendedRelease(words) ? { extendedRelease: true as const } : {}),
    ...(medication.batch?.lotNumber === undefined ? {} : { lot: medication.batch.lotNumber }),
    ...(medication.batch?.expirationDate === undefined ? {} : { expires: lastOf(medication.batch.expirationDate) }),
    ...(medication.status === 'inactive' ? { withdrawn: true as const } : {}),
  };
}

/** The product as an order for one unit or one mL of it would be read: that says what one holds. */
function reading(medication: Medication, dose: { value: number; unit: string }, library: Library) {
  const { id: _, contained: __, ...held } = medication;
  return readOrder(
    {
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject: {},
      medicationReference: { reference: '#product' },
      contained: [{ ...held, id: 'product' }],
      dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: dose.value, unit: dose.unit } }] }],
    },
    { id: 'product', state: 'draft', origin: 'order' },
    library.reading,
  );
}

export const conceptProduct = (code: CodeableConcept, ref: string, library: Library): Product =>
  productOf({ resourceType: 'Medication', code }, ref, library);

/** Of one container: what the directory says, else "500 mg/10 mL" of what is injected, else "10 mL vial". */
function volumeOf({ amount }: Medication, words: string): number | undefined {
  const { numerator } = amount ?? {};
  const unit = (numerator?.code ?? numerator?.unit ?? '').toLowerCase();
  const value = numerator?.value === undefined ? undefined : toNumber(numerator.value);
  if (value !== undefined && (unit === 'ml' || unit === 'l')) return unit === 'l' ? value * 1000 : value;
  const said =
    /(\d+(?:\.\d+)?) ?ml (?:pre-?filled )?(?:vial|syringe|ampu?l|ampoule|bag|bottle|cartridge|pen|cup)/i.exec(words) ??
    (/vial|syringe|ampu?l|bag|inject/i.test(words) ? /\/ ?(\d+(?:\.\d+)?) ?ml\b/i.exec(words) : null);
  return said === null || Number(said[1]) === 0 ? undefined : Number(said[1]);
}

/** A month or a year ends with its last day. */
function lastOf(date: string): string {
  const [year = '', month] = date.slice(0, 10).split('-');
  if (date.length >= 10) return date.slice(0, 10);
  const last = new Date(Date.UTC(Number(year), Number(month ?? 12), 0)).getUTCDate();
  return `${year}-${month ?? '12'}-${last}`;
}
