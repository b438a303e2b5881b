// GET /medication/recall: who was given, or handed, a drug of this lot. Doses name the lots that were scanned (scan-record.ts);
// dispenses and doses of other systems name a Medication with its batch.
import type { MedicationAdministration, MedicationDispense, Provenance, Resource, ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Caller } from '../../record/contract.ts';
import type { Bedside } from './scan-facts.ts';
import { escaped } from './scan-products.ts';
import { lotSystem, lotsOf } from './scan-record.ts';

const mostDoses = 1000;
const together = 50;

interface Recalled {
  ref: string;
  patient?: string;
  at?: string;
  how: 'given' | 'dispensed';
  product?: string;
}

export async function recall(url: string, caller: Caller, bedside: Bedside): Promise<Result<object>> {
  const query = new URL(url, 'http://here').searchParams;
  const unknown = [...query.keys()].find((name) => name !== 'lot' && name !== 'product');
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are lot, product`);
  const lot = query.get('lot') ?? '';
  // GS1: a lot has at most 20 characters; other labels have longer ones.
  if (!/^[\x20-\x7e]{1,60}$/.test(lot) || lot.trim() !== lot)
    return fail('invalid', 'lot is the lot number as the package has it, such as lot=A12345', 'lot');
  const product = query.get('product') ?? '';
  if (product.length > 100) return fail('invalid', 'product is part of its name or number, at most 100 letters', 'product');
  const chart = bedside.chartFor(caller);
  const value = encodeURIComponent(escaped(lot));
  const [scanned, stocked, dispensed] = await Promise.all([
    chart.search('Provenance', `entity:identifier=${encodeURIComponent(lotSystem)}|${value}&_count=${mostDoses}`),
    chart.search('Medication', `lot-number=${value}&_count=200`),
    chart.search('MedicationDispense', `medication.lot-number=${value}&_count=${mostDoses}`),
  ]);
  // A recall that looked in two places of three would let somebody believe that nobody was harmed.
  for (const each of [scanned, stocked, dispensed]) if (!each.ok) return each;
  const hits = (page: typeof scanned): Resource[] => (page.ok ? page.value : []);
  const lots = lotsOf(hits(scanned) as Provenance[]);
  const references = hits(stocked).map((each) => `Medication/${each.id}`);
  const given = await several<MedicationAdministration>(
    'MedicationAdministration',
    '_id',
    [...lots.keys()].map((ref) => ref.split('/')[1]!),
  );
  if (!given.ok) return given;
  const named = await several<MedicationAdministration>('MedicationAdministration', 'medication', references);
  if (!named.ok) return named;
  const handed = await several<MedicationDispense>('MedicationDispense', 'medication', references);
  if (!handed.ok) return handed;

  async function several<T extends Resource>(type: ResourceType, parameter: string, values: readonly string[]): Promise<Result<T[]>> {
    const all: T[] = [];
    for (let i = 0; i < values.length; i += together) {
      const page = await chart.search(
        type,
        `${parameter}=${encodeURIComponent(values.slice(i, i + together).join(','))}&_count=${mostDoses}`,
      );
      if (!page.ok) return page;
      all.push(...(page.value as T[]));
    }
    return ok(all);
  }

  const found = new Map<string, Recalled>();
  const add = (how: Recalled['how'], one: MedicationAdministration | MedicationDispense, at: string | undefined) => {
    if (one.status === 'entered-in-error' || one.status === 'not-done' || one.status === 'cancelled') return;
    const ref = `${one.resourceType}/${one.id}`;
    const says =
      lots
        .get(ref)
        ?.map((each) => each.product)
        .join('; ') ??
      one.medicationCodeableConcept?.text ??
      one.medicationReference?.display;
    if (product !== '' && !(says ?? '').toLowerCase().includes(product.toLowerCase())) return;
    found.set(ref, {
      ref,
      how,
      ...(one.subject?.reference === undefined ? {} : { patient: one.subject.reference }),
      ...(at === undefined ? {} : { at }),
      ...(says === undefined ? {} : { product: says }),
    });
  };
  for (const one of [...given.value, ...named.value]) add('given', one, one.effectiveDateTime ?? one.effectivePeriod?.start);
  for (const one of [...handed.value, ...(hits(dispensed) as MedicationDispense[])])
    add('dispensed', one, one.whenHandedOver ?? one.whenPrepared);
  const doses = [...found.values()].sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
  const cut = [scanned, dispensed].some((page) => page.ok && page.value.length >= mostDoses);
  return ok({
    lot,
    patients: [...new Set(doses.flatMap((each) => each.patient ?? []))],
    doses,
    ...(cut ? { more: true } : {}),
    says: 'Doses that were not scanned, or whose code held no lot, cannot be found by a lot.',
  });
}
