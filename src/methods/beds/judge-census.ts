// How the census of beds would have been foretold: from mornings of the past, with what was known then, beside the same hour a week before.
import { shareWithin } from '../arrivals/count-distribution.ts';
import { type DayOf, emergencyWards, type HospitalFacts, hoursAheadOf } from './contract.ts';
import { type CensusOf, hospitalCensus } from './hospital-census.ts';

export interface CensusJudgement {
  /** Of moments ahead so many hours, from and to. */
  fromHours: number;
  toHours: number;
  judged: number;
  /** Mean absolute error in beds, and that of the same hour a week before. */
  error: number;
  seasonalNaiveError: number;
  bias: number;
  coverage: { level: number; coverage: number }[];
}

export interface CensusPast {
  mornings: number;
  wards: CensusJudgement[];
  inpatient: CensusJudgement[];
  /** Hours that were said to be overfull with at least the chance asked for, 24 hours ahead and less, by what came. */
  overflow: { hours: number; found: number; missed: number; falseAlarms: number };
}

const bands = [
  [1, 24],
  [25, 72],
  [73, 168],
] as const;
const levels = [80, 95];
/** Every third hour is judged: neighbours tell the same. */
const everyHours = 3;
const weekHours = 168;

class Tally {
  readonly #rows = bands.map(() => ({ judged: 0, error: 0, naive: 0, bias: 0, held: [0, 0] }));

  take(lead: number, said: CensusOf['hours'][number], came: number, weekBefore: number): void {
    const row = this.#rows[bands.findIndex(([, to]) => lead <= to)];
    if (row === undefined) return;
    row.judged++;
    row.error += Math.abs(said.mean - came);
    row.bias += said.mean - came;
    row.naive += Math.abs(weekBefore - came);
    row.held = row.held.map((sum, i) => sum + shareWithin(said.chances, came, levels[i]!));
  }

  get judgements(): CensusJudgement[] {
    return this.#rows.flatMap(({ judged, error, naive, bias, held }, i) =>
      judged === 0
        ? []
        : [
            {
              fromHours: bands[i]![0],
              toHours: bands[i]![1],
              judged,
              error: error / judged,
              seasonalNaiveError: naive / judged,
              bias: bias / judged,
              coverage: levels.map((level, at) => ({ level, coverage: held[at]! / judged })),
            },
          ],
    );
  }
}

/** Who was in each ward at a moment; the last row is all wards without the emergency department's own patients. */
function countsAt({ wards, stays }: HospitalFacts, from: number, hours: number): { wards: Uint16Array[]; inpatient: Uint16Array } {
  const rows = wards.map(() => new Int32Array(hours + 1));
  const inpatients = new Int32Array(hours + 1);
  const emergency = emergencyWards({ wards, stays });
  for (let i = 0; i < stays.start.length; i++) {
    const begin = Math.max(0, Math.ceil(stays.start[i]! - from));
    const end = Number.isNaN(stays.end[i]!) ? hours : Math.min(hours, Math.ceil(stays.end[i]! - from));
    if (begin >= end) continue;
    const w = stays.ward[i]!;
    for (const row of emergency[w] === true ? [rows[w]!] : [rows[w]!, inpatients]) {
      row[begin] = row[begin]! + stays.count[i]!;
      row[end] = row[end]! - stays.count[i]!;
    }
  }
  const summedUp = (steps: Int32Array): Uint16Array => {
    let sum = 0;
    return Uint16Array.from(steps, (step) => {
      sum += step;
      return sum;
    });
  };
  return { wards: rows.map(summedUp), inpatient: summedUp(inpatients) };
}

/** `mornings`: wall-clock hours to look ahead from, each with what was then expected of the days. Null without any. Costs some 30 ms a morning. */
export function* judgeCensus(
  facts: HospitalFacts,
  mornings: readonly { at: number; dayOf: DayOf }[],
  chance: number,
): Generator<unknown, CensusPast | null> {
  const first = Math.min(...mornings.map(({ at }) => at)) - weekHours;
  if (!Number.isFinite(first)) return null;
  const there = countsAt(facts, first, Math.ceil(facts.now - first));
  const all = new Tally();
  const inpatient = new Tally();
  const overflow = { hours: 0, found: 0, missed: 0, falseAlarms: 0 };
  for (const { at, dayOf } of mornings) {
    const found = yield* hospitalCensus(facts, at, hoursAheadOf(at, weekHours), dayOf);
    for (let lead = everyHours; lead <= weekHours; lead += everyHours) {
      const place = at + lead - first;
      if (first + place > facts.now) break;
      for (const [w, { hours, beds }] of found.wards.entries()) {
        const came = there.wards[w]![place]!;
        const said = hours[lead - 1]!;
        all.take(lead, said, came, there.wards[w]![place - weekHours]!);
        if (lead > 24) continue;
        let over = 0;
        for (let k = beds + 1; k < said.chances.length; k++) over += said.chances[k]!;
        overflow.hours++;
        const outcome = came > beds ? (over >= chance ? 'found' : 'missed') : over >= chance ? 'falseAlarms' : undefined;
        if (outcome !== undefined) overflow[outcome]++;
      }
      inpatient.take(lead, found.inpatient.hours[lead - 1]!, there.inpatient[place]!, there.inpatient[place - weekHours]!);
    }
    yield at;
  }
  return { mornings: mornings.length, wards: all.judgements, inpatient: inpatient.judgements, overflow };
}
