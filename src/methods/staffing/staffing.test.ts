import { describe, expect, it } from 'vitest';
import { toEnd } from '../forecast/ets.ts';
import { censusAhead, poissonBinomial, poissonChances, surgeAt } from './census.ts';
import { erlangB, erlangC, serversFor, squareRootStaff, waitsLonger } from './erlang.ts';
import { remains, survivalOf } from './length-of-stay.ts';
import { shiftGaps } from './shifts.ts';

/** Park and Miller's generator: the same seed, the same numbers. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
const exponential = (next: () => number, mean: number): number => -mean * Math.log(next());

describe('length of stay', () => {
  it('is the share of those who left where all left', () => {
    const survival = survivalOf(
      [1, 2, 2, 3].map((hours) => ({ hours, ended: true })),
      4,
    );
    expect([...survival]).toEqual([1, 0.75, 0.25, 0, 0]);
  });

  it('counts those who are still here for as long as they have been', () => {
    // Worked by hand: at 1 one of 4 leaves, at 2 one is still here, at 3 one of 2 leaves.
    const survival = survivalOf(
      [
        { hours: 1, ended: true },
        { hours: 2, ended: false },
        { hours: 3, ended: true },
        { hours: 5, ended: false },
      ],
      4,
    );
    expect([...survival].map((share) => Number(share.toFixed(6)))).toEqual([1, 0.75, 0.75, 0.375, 0.375]);
    expect(remains(survival, 1, 2)).toBe(0.5);
  });
});

describe('the census', () => {
  const survival = Float64Array.from({ length: 400 }, (_, h) => Math.exp(-h / 24));

  it('of independent patients is Poisson-binomial', () => {
    expect([...poissonBinomial([0.5, 0.5])]).toEqual([0.25, 0.5, 0.25]);
    expect(poissonBinomial(Array.from({ length: 1000 }, () => 0.9)).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
  });

  it('of arrivals alone is Poisson, also of thousands', () => {
    expect(poissonChances(2)[3]).toBeCloseTo((Math.exp(-2) * 8) / 6, 12);
    const many = poissonChances(5000);
    expect(many.reduce((sum, chance, number) => sum + chance * number, 0)).toBeCloseTo(5000, 6);
    expect([...poissonChances(0)].slice(0, 2)).toEqual([1, 0]);
  });

  it('is what a simulation with a seed gives', () => {
    const plan = { here: [0, 5, 10, 30, 50, 60], arrivals: Array.from({ length: 12 }, () => 0.5), survival };
    const found = toEnd(censusAhead(plan, 8)).at(-1);
    const next = random(7);
    const runs = 40_000;
    let sum = 0;
    let over = 0;
    for (let run = 0; run < runs; run++) {
      let number = plan.here.filter(() => exponential(next, 24) > 12).length;
      for (let h = 0; h < 12; h++) {
        // So many come within the hour, and are seen at its end.
        for (let at = exponential(next, 2); at < 1; at += exponential(next, 2)) if (exponential(next, 24) > 11 - h) number++;
      }
      sum += number;
      over += Number(number > 8);
    }
    expect(found?.mean).toBeCloseTo(sum / runs, 1);
    expect(Math.abs((found?.overfull ?? 0) - over / runs)).toBeLessThan(0.008);
  });

  it('in balance is arrivals times stay, with twenty per cent more arrivals a fifth higher', () => {
    const plan = { here: [], arrivals: Array.from({ length: 300 }, () => 1), survival };
    const whole = survival.slice(0, 300).reduce((total, share) => total + share, 0);
    expect(toEnd(censusAhead(plan, 30)).at(-1)?.mean).toBeCloseTo(whole, 9);
    expect(toEnd(censusAhead(plan, 30, { arrivals: 1.2 })).at(-1)?.mean).toBeCloseTo(1.2 * whole, 9);
  });

  it('warns of a surge hours before, and earlier with ten beds fewer', () => {
    const plan = { here: Array.from({ length: 20 }, () => 3), arrivals: Array.from({ length: 24 }, () => 3), survival };
    const lead = surgeAt(toEnd(censusAhead(plan, 35)), 0.5);
    const fewer = surgeAt(toEnd(censusAhead(plan, 35, { beds: -10 })), 0.5);
    expect(lead).toBeGreaterThan(fewer ?? 99);
    expect(surgeAt(toEnd(censusAhead(plan, 500)), 0.5)).toBeNull();
  });

  it('falls when the day has its hour of leaving', () => {
    const discharges = Array.from({ length: 24 }, (_, h) => (h >= 10 && h < 16 ? 4 : 0));
    const plan = {
      here: Array.from({ length: 10 }, () => 24),
      arrivals: Array.from({ length: 24 }, () => 0),
      survival,
      discharges,
      startHour: 0,
    };
    const hours = toEnd(censusAhead(plan, 10));
    expect(hours[9]?.mean).toBe(10);
    expect(hours[23]?.mean).toBeCloseTo(10 * Math.exp(-1), 9);
  });
});

describe('Erlang', () => {
  it.each([
    // By the sums of the closed form.
    [2, 1, 0.2, 1 / 3],
    [1, 0.5, 1 / 3, 0.5],
    [3, 2, 4 / 19, 4 / 9],
  ])('%d servers and a load of %d have the closed form', (servers, load, b, c) => {
    expect(erlangB(servers, load)).toBeCloseTo(b, 12);
    expect(erlangC(servers, load)?.waits).toBeCloseTo(c, 12);
  });

  it('keeps its footing with a thousand servers', () => {
    const found = erlangC(1000, 970);
    // Halfin and Whitt's limit with the same distance to full.
    const beta = 30 / Math.sqrt(970);
    expect(found?.waits).toBeGreaterThan(0);
    const density = Math.exp((-beta * beta) / 2) / Math.sqrt(2 * Math.PI);
    expect(Math.abs((found?.waits ?? 0) - 1 / (1 + (beta * 0.8323) / density))).toBeLessThan(0.02);
    expect(erlangC(1000, 1000)).toBeNull();
  });

  it('is what a simulated queue gives', () => {
    const next = random(11);
    const free = [0, 0, 0];
    let clock = 0;
    let waited = 0;
    let waits = 0;
    const people = 200_000;
    for (let i = 0; i < people; i++) {
      clock += exponential(next, 0.5);
      free.sort((a, b) => a - b);
      const begins = Math.max(clock, free[0]!);
      waits += Number(begins > clock);
      waited += begins - clock;
      free[0] = begins + exponential(next, 1);
    }
    expect(Math.abs(waits / people - (erlangC(3, 2)?.waits ?? 0))).toBeLessThan(0.01);
    expect(Math.abs(waited / people - (erlangC(3, 2)?.meanWait ?? 0))).toBeLessThan(0.04);
  });

  it('finds the fewest servers', () => {
    const servers = serversFor(20, 0.1, 0.25);
    expect(waitsLonger(servers, 20, 0.25)).toBeLessThanOrEqual(0.1);
    expect(waitsLonger(servers - 1, 20, 0.25)).toBeGreaterThan(0.1);
    expect(squareRootStaff(100, 1)).toBe(110);
  });
});

it('says who is missing in a shift', () => {
  const gaps = shiftGaps([
    { shift: 'early', patients: 21, patientsPerNurse: 5, rostered: 4 },
    { shift: 'night', patients: 20, patientsPerNurse: 8, rostered: 4 },
  ]);
  expect(gaps.map(({ needed, gap }) => [needed, gap])).toEqual([
    [5, 1],
    [3, -1],
  ]);
});
