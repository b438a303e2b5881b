// The census of wards against closed forms and a simulation with a seed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEnd } from '../forecast/ets.ts';
import { seededRandom } from '../statistics/random-counts.ts';
import { emergencyWards, type HospitalFacts, hoursAheadOf, weekdayOf } from './contract.ts';
import { clockHours, dischargeClock } from './discharge-clock.ts';
import { asItIs, hospitalCensus, shownCensus } from './hospital-census.ts';
import { shareAfter, shorter, staysOn, wardCensus } from './ward-census.ts';

const even = new Float64Array(24).fill(1);
const exponential = (mean: number, hours = 2000): Float64Array => Float64Array.from({ length: hours }, (_, h) => Math.exp(-h / mean));
const ends = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('a ward', () => {
  it('in balance holds arrivals times mean stay (M/G/∞), as a Poisson number', () => {
    const hours = toEnd(
      wardCensus({
        here: [],
        streams: [{ arrivals: ends(400).map(() => 0.5), survival: exponential(24), clock: even }],
        now: 0,
        ends: ends(400),
        extra: ends(400).map(() => 0),
      }),
    );
    const last = hours.at(-1)!;
    expect(Math.abs(last.mean - 12)).toBeLessThan(0.01);
    const variance = last.chances.reduce((sum, chance, k) => sum + chance * (k - last.mean) ** 2, 0);
    expect(Math.abs(variance - last.mean)).toBeLessThan(0.01);
  });

  it('spreads by the square of its mean where the rate itself is uncertain', () => {
    const plan = {
      here: [],
      streams: [{ arrivals: ends(400).map(() => 0.5), survival: exponential(24), clock: even }],
      now: 0,
      ends: ends(400),
      extra: ends(400).map(() => 0.04),
    };
    const last = toEnd(wardCensus(plan)).at(-1)!;
    const variance = last.chances.reduce((sum, chance, k) => sum + chance * (k - last.mean) ** 2, 0);
    expect(Math.abs(variance - (last.mean + 0.04 * last.mean ** 2))).toBeLessThan(0.02);
  });

  it('is what a simulation of patients with a clock of discharges gives', () => {
    const clock = Float64Array.from({ length: 24 }, (_, h) => (h >= 10 && h < 18 ? 2.5 : 0.25));
    const survival = exponential(30);
    const now = 7;
    const since = [-20, -3, 2, 6];
    const count = 36;
    const plan = {
      here: since.map((at) => ({ since: at, survival, clock })),
      streams: [{ arrivals: ends(count).map(() => 0.4), survival, clock }],
      now,
      ends: ends(count).map((h) => now + h),
      extra: ends(count).map(() => 0),
    };
    const found = toEnd(wardCensus(plan)).at(-1)!;
    const random = seededRandom(9);
    const runs = 20_000;
    let [sum, over] = [0, 0];
    const between = (): number => -Math.log(1 - random()) / 0.4;
    const leaves = (): number => -30 * Math.log(1 - random());
    for (let run = 0; run < runs; run++) {
      let there = since.filter(() => leaves() > clockHours(clock, now, now + count)).length;
      for (let at = now + between(); at < now + count; at += between()) if (leaves() > clockHours(clock, at, now + count)) there++;
      sum += there;
      over += Number(there > 9);
    }
    expect(Math.abs(found.mean - sum / runs)).toBeLessThan(0.1);
    const overfull = found.chances.slice(10).reduce((total, each) => total + each, 0);
    expect(Math.abs(overfull - over / runs)).toBeLessThan(0.02);
  });
});

describe('the clock of discharges', () => {
  it('makes a day a day, whatever its hours weigh', () => {
    const weights = fc.array(fc.double({ min: 0.01, max: 5, noNaN: true }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(weights, fc.double({ min: -500, max: 500, noNaN: true }), (own, from) => {
        const mean = own.reduce((sum, each) => sum + each, 0) / 24;
        const clock = Float64Array.from(own, (each) => each / mean);
        expect(clockHours(clock, from, from + 48)).toBeCloseTo(48, 6);
        expect(clockHours(clock, from, from + 5)).toBeGreaterThan(0);
      }),
    );
  });

  it('runs fast in the hours in which people left, and evenly where few did', () => {
    const stays = Array.from({ length: 200 }, (_, i) => ({ start: i * 24 + 2, end: i * 24 + 36 + (i % 4), count: 1 }));
    const clock = dischargeClock(stays, 200 * 24);
    expect(clock[13]!).toBeGreaterThan(3);
    expect(clock[3]!).toBeLessThan(0.2);
    expect([...dischargeClock(stays.slice(0, 5), 500)]).toEqual([...even]);
  });
});

describe('stays', () => {
  it('shorter by half a day end half a day sooner; as they are they are the same', () => {
    const survival = exponential(48);
    expect(shorter(survival, 0)).toBe(survival);
    expect(shareAfter(shorter(survival, 12), 12)).toBeCloseTo(Math.exp(-0.5), 9);
    expect(shorter(survival, -12)[12]).toBe(1);
  });

  it('of one who was there longer than anybody go on to end', () => {
    const short = Float64Array.of(1, 0.5, 0, 0);
    expect(staysOn(short, 3, 24)).toBeCloseTo(Math.exp(-1), 9);
    expect(staysOn(short, 0, 1)).toBe(0.5);
  });
});

describe('a hospital', () => {
  const facts = (): HospitalFacts => {
    const random = seededRandom(4);
    const rows: [number, number, number, number][] = [];
    const now = 24 * 400 + 7;
    for (let day = 300; day < 400; day++)
      for (let i = 0; i < 4; i++) {
        const start = day * 24 + 24 * random();
        const end = start - 40 * Math.log(1 - random());
        rows.push([1, 2, start, end > now ? Number.NaN : end]);
        rows.push([0, 0, start, start + 3]);
      }
    return {
      now,
      wards: [
        { id: 'ed', name: 'Emergency', beds: 5 },
        { id: 'w', name: 'Ward', beds: 8 },
      ],
      stays: {
        ward: Uint16Array.from(rows, ([ward]) => ward),
        kind: Uint8Array.from(rows, ([, kind]) => kind),
        start: Float64Array.from(rows, ([, , start]) => start),
        end: Float64Array.from(rows, ([, , , end]) => end),
        count: Uint32Array.from(rows, () => 1),
      },
      arrivals: {
        hour: Float64Array.from(
          rows.filter(([w]) => w === 0),
          ([, , start]) => Math.floor(start),
        ).sort(),
        count: Uint32Array.from(
          rows.filter(([w]) => w === 0),
          () => 1,
        ),
      },
    };
  };
  const dayOf = () => ({ mean: 4, deviation: 2 });

  it('knows its emergency department by who comes there', () => {
    expect(emergencyWards(facts())).toEqual([true, false]);
    expect(weekdayOf(0)).toBe(3);
  });

  it('does not know what comes later than the moment it looks from', () => {
    const whole = facts();
    const at = whole.now - 240;
    const early = [...whole.stays.start.keys()].filter((i) => whole.stays.start[i]! <= at);
    const pick = <T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(of: T): T => of.filter((_, i) => early.includes(i)) as T;
    const ends = pick(whole.stays.end).map((end) => (end > at ? Number.NaN : end));
    const cut: HospitalFacts = {
      ...whole,
      now: at,
      stays: {
        ward: pick(whole.stays.ward),
        kind: pick(whole.stays.kind),
        start: pick(whole.stays.start),
        end: ends,
        count: pick(whole.stays.count),
      },
    };
    const ahead = hoursAheadOf(at, 24);
    expect(toEnd(hospitalCensus(whole, at, ahead, dayOf)).wards[1]!.hours).toEqual(
      toEnd(hospitalCensus(cut, at, ahead, dayOf)).wards[1]!.hours,
    );
  });

  it('with fewer beds, more arrivals or longer stays is overfull more often', () => {
    const of = facts();
    const chance = (change: Partial<typeof asItIs>): number =>
      shownCensus(toEnd(hospitalCensus(of, of.now, hoursAheadOf(of.now, 72), dayOf, { ...asItIs, ...change })).inpatient, 0.5)
        .overfull[71]!;
    const base = chance({});
    for (const change of [{ beds: -2 }, { arrivals: 1.5 }, { stayDays: 1 }]) expect(chance(change)).toBeGreaterThan(base);
    expect(chance({ stayDays: -0.5 })).toBeLessThan(base);
  });

  it('knows all wards together no better than their common arrivals', () => {
    const one = facts();
    // The same people once on two wards by turns, and nobody there yet.
    const ward = one.stays.ward.map((w, i) => (w === 1 ? 1 + (i % 4 < 2 ? 0 : 1) : 0));
    const two = { ...one, wards: [...one.wards, { id: 'v', name: 'Other ward', beds: 8 }], stays: { ...one.stays, ward } };
    const uncertain = () => ({ mean: 4, deviation: 6 });
    const last = (of: HospitalFacts) => toEnd(hospitalCensus(of, of.now, hoursAheadOf(of.now, 96), uncertain)).inpatient.hours.at(-1)!;
    const spread = ({ mean, chances }: ReturnType<typeof last>): number =>
      chances.reduce((sum, chance, k) => sum + chance * (k - mean) ** 2, 0);
    const [whole, parts] = [last(one), last(two)];
    expect(Math.abs(parts.mean - whole.mean)).toBeLessThan(1);
    expect(spread(parts) / spread(whole)).toBeGreaterThan(0.9);
    expect(spread(parts) / spread(whole)).toBeLessThan(1.2);
  });
});
