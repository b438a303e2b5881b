// All pairs of drugs and events of a body of reports, by every measure. Memory is bounded by the pairs that are met; reports are read once.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { signalIsNotACause, type TwoByTwo } from './contract.ts';
import { type Ebgm, ebgm, type FittedPrior, fitPrior } from './ebgm.ts';
import { type InformationComponent, informationComponent } from './information-component.ts';
import { type Prr, prr } from './prr.ts';
import { type Ror, ror } from './ror.ts';
import { type Stratified, stratifiedExpected, stratifiedRor } from './stratified.ts';

export interface Report {
  drugs: readonly string[];
  events: readonly string[];
  /** Such as age band and sex. */
  stratum?: string;
}

export interface PairSignal {
  drug: string;
  event: string;
  table: TwoByTwo;
  expected: number;
  prr: Prr;
  ror: Ror;
  /** Across strata; null where there is one, or they say nothing. */
  stratifiedRor: Stratified | null;
  ic: InformationComponent;
  ebgm: Ebgm;
}

export interface Screening {
  reports: number;
  prior: FittedPrior;
  /** Pairs met, strongest EB05 first. */
  pairs: PairSignal[];
  says: string;
}

interface Counts {
  reports: number;
  drugs: Map<string, number>;
  events: Map<string, number>;
  pairs: Map<string, Map<string, number>>;
}

const pairsMost = 2_000_000;
const more = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Expectations are summed over strata where reports name them. `atLeast` reports for a pair to be listed; all pairs make the prior. */
export function screen(reports: Iterable<Report>, { atLeast = 1 }: { atLeast?: number } = {}): Result<Screening> {
  const strata = new Map<string, Counts>();
  const drugEvents = new Map<string, Set<string>>();
  let met = 0;
  let read = 0;
  for (const report of reports) {
    read++;
    const name = report.stratum ?? '';
    let own = strata.get(name);
    if (own === undefined) {
      own = { reports: 0, drugs: new Map(), events: new Map(), pairs: new Map() };
      strata.set(name, own);
    }
    own.reports++;
    const events = new Set(report.events);
    for (const event of events) more(own.events, event);
    for (const drug of new Set(report.drugs)) {
      more(own.drugs, drug);
      const together = own.pairs.get(drug) ?? new Map<string, number>();
      own.pairs.set(drug, together);
      const known = drugEvents.get(drug) ?? new Set<string>();
      drugEvents.set(drug, known);
      for (const event of events) {
        if (!together.has(event) && ++met > pairsMost)
          return fail('too-costly', `more than ${pairsMost} different pairs; name fewer strata, or group drugs and events`);
        more(together, event);
        known.add(event);
      }
    }
  }
  const all = [...strata.values()];
  const tableIn = ({ reports: n, drugs, events, pairs }: Counts, drug: string, event: string): TwoByTwo => {
    const a = pairs.get(drug)?.get(event) ?? 0;
    const [ofDrug, ofEvent] = [drugs.get(drug) ?? 0, events.get(event) ?? 0];
    return { a, b: ofDrug - a, c: ofEvent - a, d: n - ofDrug - ofEvent + a };
  };
  const counted = [...drugEvents].flatMap(([drug, events]) =>
    [...events].map((event) => {
      const tables = all.map((counts) => tableIn(counts, drug, event));
      const table = tables.reduce((sum, { a, b, c, d }) => ({ a: sum.a + a, b: sum.b + b, c: sum.c + c, d: sum.d + d }), {
        a: 0,
        b: 0,
        c: 0,
        d: 0,
      });
      const expected = stratifiedExpected(tables);
      return { drug, event, table, expected, observed: table.a, stratifiedRor: all.length > 1 ? stratifiedRor(tables) : null };
    }),
  );
  const prior = fitPrior(counted);
  const pairs = counted
    .filter(({ observed }) => observed >= atLeast)
    .map(
      ({ observed, ...pair }): PairSignal => ({
        ...pair,
        prr: prr(pair.table),
        ror: ror(pair.table),
        ic: informationComponent(observed, pair.expected),
        ebgm: ebgm({ observed, expected: pair.expected }, prior.prior),
      }),
    )
    .toSorted((a, b) => b.ebgm.eb05 - a.ebgm.eb05);
  return ok({ reports: read, prior, pairs, says: signalIsNotACause });
}
