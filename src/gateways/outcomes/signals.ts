// Drugs or devices and what happened after them, screened. Pure; run by a thread (calculating.ts).
import type { Result } from '../../fhir/result.ts';
import { type PairSignal, type Screening, screen } from '../../methods/disproportionality/screening.ts';
import type { CountedReport } from './signals-sql.ts';

function* spread(reports: readonly CountedReport[]): Generator<CountedReport> {
  for (const report of reports) for (let n = 0; n < report.stays; n++) yield report;
}

export type Screened = Omit<Screening, 'pairs'> & { pairs: (PairSignal & { strong: boolean })[] };

/** A signal where three measures agree: EB05 of 2 or more (Szarfman 2002), the lower end of IC above 0, and at least three stays. */
export function screened(reports: readonly CountedReport[]): Result<Screened> {
  const found = screen(spread(reports), { atLeast: 1 });
  if (!found.ok) return found;
  const pairs = found.value.pairs.map((pair) => ({ ...pair, strong: pair.table.a >= 3 && pair.ebgm.eb05 >= 2 && pair.ic.low > 0 }));
  return { ok: true, value: { ...found.value, pairs: pairs.slice(0, 500) } };
}
