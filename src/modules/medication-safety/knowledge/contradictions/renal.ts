// Bands for ill kidneys: none may allow more than a healthier one, nor more than everybody gets.
import type { KnowledgeBase, Rule } from '../base.ts';
import { isAbove, written } from './amounts.ts';
import { type Contradiction, contradiction } from './contract.ts';
import { sharesRoute } from './overlap.ts';

type Row = Rule<'renal-doses'>;

export const renal = (base: KnowledgeBase): Contradiction[] => [
  ...base.all('renal-doses').flatMap(betweenBands),
  ...base.all('renal-doses').flatMap((row) => aboveNormal(base, row)),
  ...twice(base),
];

function betweenBands(row: Row): Contradiction[] {
  const wrong: string[] = [];
  for (const [i, band] of row.bands.entries()) {
    const next = row.bands[i + 1];
    if (next === undefined) continue;
    if (isAbove(next.daily, band.daily)) wrong.push(`more a day below ${next.below} mL/min than above`);
    if (next.action === 'limit' && isAbove(next.single, band.single)) wrong.push(`a greater dose below ${next.below} mL/min than above`);
    if (band.action === 'avoid' && next.action !== 'avoid') wrong.push(`avoided above ${next.below} mL/min and not below`);
    if ((next.minimumHours ?? Number.POSITIVE_INFINITY) < (band.minimumHours ?? 0))
      wrong.push(`more often below ${next.below} mL/min than above`);
  }
  for (const band of row.bands)
    if (isAbove(band.single, band.daily)) wrong.push(`below ${band.below} mL/min one dose may be more than a whole day`);
  if (isAbove(row.dialysis?.single, row.dialysis?.daily)) wrong.push('on dialysis one dose may be more than a whole day');
  const [best] = row.bands;
  if (isAbove(row.dialysis?.daily, best?.daily)) wrong.push('more a day on dialysis than with the best of these kidneys');
  return wrong.map((says) => contradiction('renal', says, row));
}

/** Whoever has healthy kidneys is held to the general limit: one that is wider is none. */
function aboveNormal(base: KnowledgeBase, row: Row): Contradiction[] {
  const general = base
    .all('dose-limits')
    .filter(
      ({ drug, routes, population }) =>
        drug === row.drug &&
        (population.from ?? 0) >= 18 &&
        population.unit === undefined &&
        (row.routes === undefined || sharesRoute(new Set(routes), new Set(row.routes))),
    );
  if (general.length === 0) return [];
  return [...row.bands, ...(row.dialysis ? [row.dialysis] : [])].flatMap((band) =>
    (['single', 'daily'] as const).flatMap((what) =>
      general.every((limit) => isAbove(band[what], limit[what]))
        ? [
            contradiction(
              'renal',
              `${what}: ${written(band[what]!)} in ill kidneys, ${written(general[0]![what]!)} in healthy ones`,
              row,
              general[0]!,
            ),
          ]
        : [],
    ),
  );
}

/** Two rows about one drug, route and measure: both would speak. */
function twice(base: KnowledgeBase): Contradiction[] {
  const rows = base.all('renal-doses');
  return rows.flatMap((a, i) =>
    rows.slice(i + 1).flatMap((b) => {
      const same =
        a.drug === b.drug &&
        a.measure === b.measure &&
        (a.routes === undefined || b.routes === undefined || sharesRoute(new Set(a.routes), new Set(b.routes)));
      if (!same || JSON.stringify(a.bands) === JSON.stringify(b.bands)) return [];
      return [contradiction('renal', 'other bands for the same drug and route', a, b)];
    }),
  );
}
