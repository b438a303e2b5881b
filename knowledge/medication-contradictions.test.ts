// Rows that contradict each other: two that speak of the same and say different things. Which one holds would be chance then.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMedicationKnowledge } from '../src/app/medication-knowledge.ts';
import type { Amount, DoseLimitRow, Drug } from '../src/modules/medication-safety/knowledge/contract.ts';

const loaded = await loadMedicationKnowledge([join(import.meta.dirname)]);
if (!loaded.ok) throw new Error(loaded.problem.message);
const base = loaded.value;

const inMg: Partial<Record<Amount['unit'], number>> = { mg: 1, mcg: 0.001, g: 1000 };
const inUnits: Partial<Record<Amount['unit'], number>> = { unit: 1, 'million-unit': 1_000_000 };
/** Comparable amounts have one key. */
function sizeOf({ value, unit, per }: Amount): { key: string; size: number } {
  const mass = inMg[unit];
  const units = inUnits[unit];
  if (mass !== undefined) return { key: `mg/${per ?? ''}`, size: value * mass };
  if (units !== undefined) return { key: `unit/${per ?? ''}`, size: value * units };
  return { key: `${unit}/${per ?? ''}`, size: value };
}
const differ = (a: Amount | undefined, b: Amount | undefined): boolean => {
  if (a === undefined || b === undefined) return false;
  const [x, y] = [sizeOf(a), sizeOf(b)];
  return x.key === y.key && Math.abs(x.size - y.size) > 1e-9 * x.size;
};
const above = (a: Amount | undefined, b: Amount | undefined): boolean => {
  if (a === undefined || b === undefined) return false;
  const [x, y] = [sizeOf(a), sizeOf(b)];
  return x.key === y.key && x.size > y.size * (1 + 1e-9);
};
const drugKey = (drug: Drug): string => {
  const { members } = base.selection(drug);
  const rest = typeof drug === 'object' && !Array.isArray(drug) ? JSON.stringify([drug.routes ?? [], drug.dailyFrom ?? null]) : '';
  return `${[...members].sort().join(',')} ${rest}`;
};
/** Rows with the same key that do not say the same. */
function contradicting<R extends { id: string }>(rows: readonly R[], keyOf: (row: R) => string, says: (row: R) => unknown): string[] {
  const first = new Map<string, R>();
  const found: string[] = [];
  for (const row of rows) {
    const key = keyOf(row);
    const other = first.get(key);
    if (other === undefined) first.set(key, row);
    else if (JSON.stringify(says(other)) !== JSON.stringify(says(row))) found.push(`${other.id} and ${row.id}`);
  }
  return found;
}

const populationKey = ({ population }: DoseLimitRow): string => JSON.stringify(Object.entries(population).sort());

describe('no two rows contradict each other', () => {
  it('about the dose of one drug, route, population and indication', () => {
    const rows = base.all('dose-limits');
    const found: string[] = [];
    const byDrug = new Map<string, DoseLimitRow[]>();
    for (const row of rows) byDrug.set(row.drug, [...(byDrug.get(row.drug) ?? []), row]);
    for (const own of byDrug.values())
      for (const [i, a] of own.entries())
        for (const b of own.slice(i + 1)) {
          const same =
            a.routes.some((route) => b.routes.includes(route)) &&
            populationKey(a) === populationKey(b) &&
            JSON.stringify([...(a.indication ?? [])].sort()) === JSON.stringify([...(b.indication ?? [])].sort());
          if (same && (differ(a.single, b.single) || differ(a.daily, b.daily) || differ(a.weekly, b.weekly)))
            found.push(`${a.id} and ${b.id}`);
        }
    expect(found).toEqual([]);
  });

  it('nor one with itself: a single dose above what a day may have, a day above a week', () => {
    const found = base.all('dose-limits').filter(({ single, daily, weekly }) => above(single, daily) || above(daily, weekly));
    expect(found.map(({ id }) => id)).toEqual([]);
  });

  it('about kidneys: bands without overlap or gap, never more for less', () => {
    const found: string[] = [];
    for (const { id, bands } of base.all('renal-doses'))
      for (const [i, band] of bands.entries()) {
        const next = bands[i + 1];
        if (next === undefined) continue;
        if (band.from !== next.below) found.push(`${id}: ${band.from} and ${next.below}`);
        if (above(next.daily, band.daily) || (next.action === 'limit' && above(next.single, band.single)))
          found.push(`${id}: more below ${next.below}`);
        if (band.action === 'avoid' && next.action !== 'avoid') found.push(`${id}: avoided above ${next.below}, not below`);
        if (next.minimumHours !== undefined && band.minimumHours !== undefined && next.minimumHours < band.minimumHours)
          found.push(`${id}: oftener below ${next.below}`);
      }
    expect(found).toEqual([]);
  });

  it('about kidneys and the general limit: what is left for ill kidneys is not more than healthy ones get', () => {
    const found: string[] = [];
    for (const row of base.all('renal-doses')) {
      const general = base
        .all('dose-limits')
        .filter(
          ({ drug, routes, population }) =>
            drug === row.drug &&
            (population.from ?? 0) >= 18 &&
            (row.routes === undefined || routes.some((route) => row.routes!.includes(route))),
        );
      if (general.length === 0) continue;
      for (const band of row.bands)
        if (band.daily !== undefined && general.every(({ daily }) => above(band.daily, daily))) found.push(`${row.id} below ${band.below}`);
    }
    expect(found).toEqual([]);
  });

  it('about a pair of drugs', () => {
    const pair = ({ a, b }: { a: Drug; b: Drug }): string => [drugKey(a), drugKey(b)].sort().join(' | ');
    expect(contradicting(base.all('interactions'), pair, ({ tier, severity, levels }) => [tier, severity, levels ?? []])).toEqual([]);
  });

  it('about an allergy, a precaution, what is measured, what an opioid weighs', () => {
    expect([
      ...contradicting(
        base.all('allergies'),
        ({ allergen, avoid }) => JSON.stringify([allergen, drugKey(avoid)]),
        ({ tier, relation }) => [tier, relation],
      ),
      ...contradicting(
        base.all('precautions'),
        ({ category, drug, when }) => JSON.stringify([category, drugKey(drug), when]),
        ({ tier, severity }) => [tier, severity],
      ),
      ...contradicting(
        base.all('monitoring'),
        ({ drug, laboratory, when }) => JSON.stringify([drugKey(drug), laboratory, when ?? null]),
        ({ baselineDays, everyDays }) => [baselineDays, everyDays],
      ),
      ...contradicting(
        base.all('opioids').flatMap((row) => row.routes.map((route) => ({ ...row, route }))),
        ({ drug, route }) => `${drug} ${route}`,
        ({ factor, unit }) => [factor, unit],
      ),
    ]).toEqual([]);
  });

  it('about the way in: a limit by a route by which the drug is never given', () => {
    const found = base.all('dose-limits').filter(({ drug, routes }) => {
      const own = base.ingredients.get(drug)?.routes;
      return own !== undefined && !routes.some((route) => own.includes(route));
    });
    expect(found.map(({ id }) => id)).toEqual([]);
  });
});
