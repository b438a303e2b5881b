// Charts of two series of formulas, and what R's surveillance 1.20.3 (algo.glrnb) says of them.
import { describe, expect, it } from 'vitest';
import { type GlrnbOptions, glrnb } from './glrnb.ts';

const series = { observed: [2, 1, 0, 3, 2, 1, 4, 2, 0, 3, 1, 5, 2, 2, 6, 9, 12, 7, 3, 2, 1, 0, 2, 4, 3], frequency: 6 };
const known: GlrnbOptions = { range: { first: 0, last: 24 }, mu0: series.observed.map((_, i) => 2 + Math.sin((2 * Math.PI * i) / 6)) };
const poisson = [
  0, 0, 0, 0.21639532432449, 0.46965396821181, 0.31170543341072, 0.93930793642362, 0.4088431913632, 0, 0.21639532432449, 0.10994388855572,
  3.55252014274446, 1.7592313733588, 0.72230410738148, 1.75337939597763, 6.75261644503903, 17.44410875613171, 6.87524401770451,
  0.21639532432449, 0.00182764086209, 0, 0, 0.26881135107881, 2.17623682818185, 1.98276952687399,
];
const negativeBinomial = [
  0, 0, 0, 0.148144183328311, 0.347933260167378, 0.225697359379528, 0.643462565724571, 0.32599940099964, 0.008168357276072,
  0.148144183328311, 0.069558258728164, 2.531123858711124, 1.471539444013562, 0.69271197931267, 1.392344080494238, 4.226784814340062,
  14.202210359801631, 4.688504714580155, 3.656655922619736, 2.169730463917724, 1.026015588922305, 0.34976138409246, 0.516207762207673,
  1.59182735385072, 1.532423939499812,
];
const lastingThree = [
  0, 0, 0, 0, 0, 0.225697359379528, 0.643462565724571, 0.32599940099964, 0.008168357276072, 0.058561561655255, 0.003640591075835,
  1.532423939499811, 1.171497364056871, 0.69271197931267, 1.392344080494238, 4.226784814340062, 13.495902497295058, 0, 0, 2.169730463917724,
  1.026015588922305, 0.34976138409246, 0.516207762207673, 1.360285912876097, 1.532423939499812,
];

function expectValues(found: readonly number[], expected: readonly number[], digits = 8): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, digits);
}
const valuesOf = (options: GlrnbOptions): number[] => glrnb(series, { ...known, ...options }).map((week) => week.value);
const alarmsOf = (options: GlrnbOptions): number[] =>
  glrnb(series, { ...known, ...options })
    .filter((week) => week.alarm)
    .map((week) => week.index);

describe('with a known mean', () => {
  it('has the values of R and starts anew after an alarm', () => {
    expectValues(valuesOf({ alpha: 0 }), poisson);
    expect(alarmsOf({ alpha: 0 })).toEqual([15, 16, 17]);
    expectValues(valuesOf({ alpha: 0.2 }), negativeBinomial);
    expect(alarmsOf({ alpha: 0.2 })).toEqual([16]);
    expectValues(valuesOf({ alpha: 0.2, Mtilde: 3, M: 6 }), lastingThree);
  });

  it('says how many cases would have been an alarm, as R does', () => {
    expect(glrnb(series, { ...known, alpha: 0, ret: 'cases' }).map((week) => week.upperbound)).toEqual([
      8, 10, 10, 8, 6, 6, 8, 10, 10, 8, 6, 6, 6, 9, 10, 8, 6, 6, 8, 10, 10, 8, 6, 6, 7,
    ]);
    expect(glrnb(series, { ...known, alpha: 0.2, ret: 'cases' }).map((week) => week.upperbound)).toEqual([
      11, 14, 14, 11, 8, 8, 11, 14, 14, 11, 8, 8, 8, 12, 14, 11, 3, 8, 5, 8, 11, 11, 8, 8, 9,
    ]);
  });

  it('for a rise by a share of the count before has the values of R where R takes the best rise, and never less', () => {
    const inR = [0, 0, 0, 0, 0, 0, 0.51075886771163, 0, 0, 0, 0, 2.51783189396687, 0, 0, 0.70879309351611, 3.25130194301352];
    for (const [i, value] of inR.entries()) expect(valuesOf({ alpha: 0.2, change: 'epi' })[i]).toBeGreaterThanOrEqual(value - 1e-9);
    const found = valuesOf({ alpha: 0, change: 'epi' });
    expectValues(found.slice(16, 19), [17.44410875613, 6.875244017705, 0.2163953243245]);
    expect(found[15]).toBeCloseTo(7.786978713829, 8);
    expect(alarmsOf({ alpha: 0, change: 'epi' })).toEqual([15, 16, 17]);
  });
});

const weeks = Array.from({ length: 338 }, (_, i) => i);
const wave = (i: number): number => Math.sin((2 * Math.PI * i) / 52);
const outbreaks: Record<number, number> = { 150: 6, 151: 12, 152: 7, 153: 4, 331: 5, 332: 14, 333: 8 };
const even = weeks.map((i) => Math.round(8 + 4 * wave(i) + 3 * Math.sin(i * i) + 0.01 * i) + (outbreaks[i] ?? 0));
const scattered = weeks.map((i) => Math.max(0, Math.round(8 + 4 * wave(i) + 7 * Math.sin(i * i) + 5 * Math.max(0, Math.sin(i * i * i)))));

describe('with a mean and a dispersion from the past', () => {
  it.each<[string, number[], GlrnbOptions, number[], number]>([
    [
      'Poisson with one wave',
      even,
      { alpha: 0 },
      [
        0.6910285270758, 1.4231371973481, 1.4021879461317, 1.7416866062774, 1.7130860862505, 3.7279025868119, 8.4744669418673,
        3.1840443513863, 1.4435077000228, 2.2547998034156, 2.2862079611068, 2.7896341974267,
      ],
      13.461961098845,
    ],
    [
      'a fixed dispersion, a trend and two waves',
      even,
      { alpha: 0.1, trend: true, S: 2 },
      [
        0.10620118848931, 0.21082071898926, 0.14326027407565, 0.14900698108873, 0.09209238594801, 0.5791448727644, 1.67637582631429,
        2.19698534031429, 1.26565117593094, 1.21079440312483, 0.95041778498067, 0.88172598193254,
      ],
      15.02999307628,
    ],
    [
      'a dispersion to estimate where there is next to none',
      even,
      { alpha: null },
      [
        0.6909807812259, 1.4230392869077, 1.4020924372313, 1.7415690742204, 1.7129709785647, 3.7276608390112, 8.4738821848785,
        3.1838400502999, 1.4434217655739, 2.2546702716597, 2.2860791102021, 2.7894814423929,
      ],
      13.46196703098,
    ],
    [
      'a dispersion to estimate where there is much',
      scattered,
      { alpha: null, trend: true },
      [
        0.5039988040491, 1.2178414486089, 1.0820927326379, 1.0395601011055, 1.0503656500237, 1.2444476474605, 0.6330690372289,
        0.6485136852678, 0.3306135139745, 0.4804818310745, 0.4834283359528, 0.5090953050541,
      ],
      13.016890957929,
    ],
  ])('has the values of R: %s', (_, observed, options, values, mean) => {
    const found = glrnb({ observed, frequency: 52 }, { range: { first: 326, last: 337 }, ...options });
    expectValues(
      found.map((week) => week.value),
      values,
      7,
    );
    expect(found[0]?.expected).toBeCloseTo(mean, 8);
  });

  it('says nothing where the past is too short to fit', () => {
    const found = glrnb({ observed: [1, 2, 3, 4], frequency: 52 }, { range: { first: 2, last: 3 } });
    expect(found.map((week) => [week.upperbound, week.alarm])).toEqual([
      [null, false],
      [null, false],
    ]);
  });
});
