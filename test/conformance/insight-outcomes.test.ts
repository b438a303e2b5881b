// What the outcomes' methods reach, beside what they are held to: each rule of a control chart by a fixture that breaks it and one that does not, on
// charts of every kind; false alarms and finds on made-up series; signals against R and on planted pairs; run length of the risk-adjusted CUSUM.
import { expect, test } from 'vitest';
import { ruleNames } from '../../src/methods/control-charts/contract.ts';
import { type ChartKindName, controlChart } from '../../src/methods/control-charts/control-chart.ts';
import { stepChanges } from '../../src/methods/control-charts/step-change.ts';
import { type Report, screen } from '../../src/methods/disproportionality/screening.ts';
import { funnel } from '../../src/methods/risk-adjustment/funnel.ts';
import { averageRunLength, simulatedRunLength } from '../../src/methods/risk-adjustment/risk-adjusted-cusum.ts';

const whole = process.env['LAMPLIGHT_FULL'] === '1';
const told = (what: string, obtained: string, bar: string): void => console.log(`${what.padEnd(70)} ${obtained.padStart(24)}   bar ${bar}`);

/** Random numbers that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) % 4_294_967_296;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const normal = (random: () => number): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
function poisson(mean: number, random: () => number): number {
  let count = -1;
  for (let product = 1; product > Math.exp(-mean); count++) product *= random();
  return count;
}

// Twelve calm points make the limits (mean 10, mean moving range 1.82: 5.16 to 14.84, near 6.78 and 13.22); what follows breaks one rule, or just not.
const calm = [10, 11, 9, 11, 9, 11, 9, 11, 9, 11, 9, 10];
const fixtures: Record<(typeof ruleNames)[number], { breaks: number[]; keeps: number[] }> = {
  outside: { breaks: [9, 14.9, 9], keeps: [9, 14.8, 9] },
  run: { breaks: [9, 11, 10.5, 11, 10.5, 11, 10.5, 11, 9], keeps: [9, 11, 10.5, 11, 10.5, 11, 10.5, 9, 11] },
  trend: { breaks: [8, 8.5, 9, 9.5, 10.5, 11, 12, 9], keeps: [8, 8.5, 9, 9.5, 10.5, 11, 9] },
  'two-of-three': { breaks: [9, 14, 9, 14, 9], keeps: [9, 14, 9, 9, 14, 9] },
};

test('each rule is broken by its fixture, and by no other rule’s', () => {
  let right = 0;
  for (const rule of ruleNames) {
    const brokenBy = (tail: number[]): string[] => {
      const made = controlChart('xmr', { values: [...calm, ...tail] }, { baseline: calm.length });
      return made.ok ? made.value.signals.map((each) => each.rule) : ['none'];
    };
    expect(brokenBy(fixtures[rule].breaks)).toEqual([rule]);
    expect(brokenBy(fixtures[rule].keeps)).toEqual([]);
    right += 2;
  }
  told('rules of control charts: fixtures that break and that do not', `${right} of 8`, '8 of 8');
});

test('charts in control seldom have a point outside, and a doubled rate is found', () => {
  const random = numbers(11);
  const runs = whole ? 2000 : 200;
  const kinds: Partial<Record<ChartKindName, (shift: number) => number>> = {
    xmr: (shift) => 20 + (shift - 1) * 10 + 3 * normal(random),
    c: (shift) => poisson(12 * shift, random),
    u: (shift) => poisson(12 * shift, random),
    p: (shift) => Array.from({ length: 120 }, () => Number(random() < 0.1 * shift)).reduce((sum, each) => sum + each, 0),
    g: (shift) => Math.floor(Math.log(1 - random()) / Math.log(1 - 0.05 * shift)),
    t: (shift) => -Math.log(1 - random()) / (0.05 * shift),
  };
  // Charts of rare events see a doubled rate late: of twelve cases few come so close together that chance does not explain it.
  const bars: Record<string, number> = { g: 0.25, t: 0.25 };
  for (const [kind, draw] of Object.entries(kinds)) {
    const bar = bars[kind] ?? 0.9;
    let [outside, points, found] = [0, 0, 0];
    for (let i = 0; i < runs; i++) {
      const values = [...Array.from({ length: 36 }, () => draw(1)), ...Array.from({ length: 12 }, () => draw(2))];
      const made = controlChart(kind as ChartKindName, { values, denominators: values.map(() => 120) }, { baseline: 24 });
      if (!made.ok) throw new Error(made.problem.message);
      const later = made.value.points.slice(24, 36);
      points += later.length;
      outside += later.filter(({ broken }) => broken.includes('outside')).length;
      found += Number(made.value.points.slice(36).some(({ broken }) => broken.length > 0));
    }
    told(
      `${kind} chart, limits of 24 points: outside by chance; a doubled rate found in 12`,
      `${((100 * outside) / points).toFixed(2)} %; ${Math.round((100 * found) / runs)} %`,
      `≤ 3 %; ≥ ${100 * bar} %`,
    );
    expect(outside / points).toBeLessThan(0.03);
    expect(found / runs).toBeGreaterThan(bar);
  }
});

test('a change of level is found where it is, and seldom where there is none', () => {
  const random = numbers(5);
  const runs = whole ? 1000 : 200;
  let [near, wrong] = [0, 0];
  for (let i = 0; i < runs; i++) {
    const values = Array.from({ length: 48 }, (_, at) => (at < 24 ? 0 : 2) + normal(random));
    near += Number(stepChanges(values).some(({ at }) => Math.abs(at - 24) <= 2));
    wrong += Number(stepChanges(Array.from({ length: 48 }, () => normal(random))).length > 0);
  }
  told(
    'level change of 2 deviations found within 2 points; found where none is',
    `${((100 * near) / runs).toFixed(1)} %; ${((100 * wrong) / runs).toFixed(1)} %`,
    '≥ 90 %; ≤ 2 %',
  );
  expect(near / runs).toBeGreaterThan(0.9);
  expect(wrong / runs).toBeLessThan(0.02);
});

test('funnels in control hold 95 and 99.8 % of units', () => {
  const random = numbers(3);
  const units = Array.from({ length: whole ? 20_000 : 4000 }, (_, i) => {
    const denominator = 100 + (i % 900);
    return { name: String(i), observed: poisson(0.03 * denominator, random), denominator };
  });
  const made = funnel('rate', units, { target: 0.03 });
  if (!made.ok) throw new Error(made.problem.message);
  const share = (level: number): number =>
    made.value.units.filter(({ beyond }) => beyond !== null && beyond.level >= level).length / units.length;
  told('units in control beyond 95 and 99.8 %', `${(100 * share(95)).toFixed(2)} %; ${(100 * share(99.8)).toFixed(3)} %`, '≈ 5 %; ≈ 0.2 %');
  expect(share(95)).toBeGreaterThan(0.03);
  expect(share(95)).toBeLessThan(0.06);
  expect(share(99.8)).toBeLessThan(0.005);
});

test('the CUSUM’s run length by Markov chain is what trying shows', () => {
  const risks = [0.01, 0.03, 0.08, 0.2].map((risk, i) => ({ risk, weight: 4 - i }));
  const design = { oddsRatio: 2, limit: 3 };
  const chain = averageRunLength(risks, design)!;
  const tried = simulatedRunLength(risks, design, { random: numbers(9), runs: whole ? 4000 : 400 });
  told(
    'risk-adjusted CUSUM, patients until a false alarm: chain; tried',
    `${chain.toFixed(0)}; ${tried.mean.toFixed(0)} ± ${tried.standardError.toFixed(0)}`,
    'within 3.5 errors',
  );
  expect(Math.abs(chain - tried.mean)).toBeLessThan(3.5 * tried.standardError);
});

test('planted signals are found among many pairs, by every measure, with few beside them', () => {
  const random = numbers(21);
  const reports: Report[] = Array.from({ length: whole ? 40_000 : 12_000 }, () => {
    const drug = Math.floor(60 * random() ** 2);
    const planted = drug % 12 === 7 && random() < 0.3;
    return {
      drugs: [`drug ${drug}`],
      events: [planted ? `event ${40 + Math.floor(drug / 12)}` : `event ${Math.floor(60 * random() ** 1.5)}`],
    };
  });
  const start = performance.now();
  const made = screen(reports, { atLeast: 3 });
  const ms = performance.now() - start;
  if (!made.ok) throw new Error(made.problem.message);
  const { pairs, prior } = made.value;
  const isPlanted = (drug: string, event: string): boolean => {
    const n = Number(drug.slice(5));
    return n % 12 === 7 && event === `event ${40 + Math.floor(n / 12)}`;
  };
  for (const measure of ['prr', 'ror', 'ic', 'ebgm'] as const) {
    const signals = pairs.filter((pair) => pair[measure].signal);
    const found = signals.filter(({ drug, event }) => isPlanted(drug, event)).length;
    told(`${pairs.length} pairs, 5 planted: found by ${measure}; false`, `${found}; ${signals.length - found}`, '5; few');
    expect(found).toBe(5);
    if (measure === 'ebgm') expect(signals.length - found).toBe(0);
  }
  told(`${reports.length} reports through all measures, prior ${prior.fitted ? 'fitted' : 'not fitted'}`, `${ms.toFixed(0)} ms`, '-');
});
