// Every method against what R's surveillance 1.20.3 said of the practice series: each upper bound within 1e-6 (Farrington's within 1e-4 of its
// size), each alarm the same. Prints the largest difference of each method and series.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bayes3 } from './bayes.ts';
import type { CountSeries, Judged, Range } from './contract.ts';
import { cusum } from './cusum.ts';
import { earsC1, earsC2, earsC3 } from './ears.ts';
import { farrington } from './farrington.ts';
import { farringtonFlexible } from './farrington-flexible.ts';
import { glrnb } from './glrnb.ts';
import { rki3 } from './rki.ts';

const folder = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'surveillance');
const there = existsSync(folder);

type Method = (series: CountSeries, range: Range) => Judged[];

/** By how R's run is named in the file's name. */
const methods: Record<string, Method> = {
  earsC1_b7: (series, range) => earsC1(series, { range }),
  earsC2_b7: (series, range) => earsC2(series, { range }),
  earsC3_b7: (series, range) => earsC3(series, { range }),
  earsC1_b28: (series, range) => earsC1(series, { range, baseline: 28 }),
  earsC2_b28: (series, range) => earsC2(series, { range, baseline: 28 }),
  earsC3_b28: (series, range) => earsC3(series, { range, baseline: 28 }),
  earsC1_b7_same: (series, range) => earsC1(series, { range }),
  rki3: (series, range) => rki3(series, { range }),
  bayes_b5w3: (series, range) => bayes3(series, { range, b: 5, w: 3 }),
  cusum_rossi: (series, range) => cusum(series, { range, trans: 'rossi' }),
  cusum_rossi_b3: (series, range) => cusum(series, { range, trans: 'rossi' }),
  cusum_anscombe: (series, range) => cusum(series, { range, trans: 'anscombe' }),
  farrington_b5w3: (series, range) => farrington(series, { range, b: 5 }),
  farrington_b3w3: (series, range) => farrington(series, { range, b: 3 }),
  farringtonFlexible_noufaily_b5w3: (series, range) => farringtonFlexible(series, { range, limit54: [0, 4] }),
  glrnb: (series, range) => glrnb(series, { range }),
  farringtonFlexible_delta_b5w3: (series, range) =>
    farringtonFlexible(series, {
      range,
      noPeriods: 1,
      weightsThreshold: 1,
      pastWeeksNotIncluded: 3,
      pThresholdTrend: 0.05,
      alpha: 0.05,
      thresholdMethod: 'delta',
    }),
  farringtonFlexible_noufaily_b3w3: (series, range) => farringtonFlexible(series, { range, b: 3, limit54: [0, 4] }),
};

interface Row {
  index: number;
  observed: number;
  upperbound: number;
  alarm: boolean;
}

function rows(file: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(join(folder, file), 'utf8').trim().split('\n');
  const names = head.split(',').map((name) => name.replaceAll('"', ''));
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i] ?? '', value])));
}

const said = (file: string): Row[] =>
  rows(file).map((row) => ({
    index: Number(row['i']) - 1,
    observed: Number(row['observed']),
    upperbound: Number(row['upperbound']),
    alarm: Number(row['alarm']) === 1,
  }));

const runs = there
  ? readdirSync(folder).flatMap((file) => {
      const [, series, algorithm] = /^ref_(.+?)_(.+)\.csv$/.exec(file) ?? [];
      return series === undefined || algorithm === undefined ? [] : [{ file, series, algorithm }];
    })
  : [];

describe.skipIf(!there)('on the practice series', () => {
  test('knows every run of R', () => {
    expect(runs.map((run) => run.algorithm).filter((algorithm) => !Object.hasOwn(methods, algorithm))).toEqual([]);
  });

  test.each(runs.filter((run) => Object.hasOwn(methods, run.algorithm)))(
    '$algorithm says of $series what R says',
    ({ file, series, algorithm }) => {
      const expected = said(file);
      const observed = rows(`series_${series}.csv`).map((row) => Number(row['observed']));
      const range = { first: expected[0]?.index ?? 0, last: expected.at(-1)?.index ?? 0 };
      const found = methods[algorithm]?.({ observed, frequency: 52 }, range) ?? [];
      expect(found.map((week) => week.observed)).toEqual(expected.map((row) => row.observed));
      const relative = algorithm.startsWith('farrington');
      const differences = expected.map((row, i) => {
        const bound = found[i]?.upperbound ?? Number.NaN;
        if (Number.isNaN(row.upperbound) && Number.isNaN(bound)) return 0;
        return Math.abs(bound - row.upperbound) / (relative ? Math.max(1, row.upperbound) : 1);
      });
      const largest = Math.max(...differences.map((difference) => (Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)));
      const alarms = expected.filter((row, i) => row.alarm !== found[i]?.alarm).map((row) => row.index);
      console.log(
        `${algorithm} ${series}: ${expected.length} weeks, largest difference ${largest.toExponential(1)}, alarms that differ ${alarms.length}`,
      );
      expect(largest).toBeLessThanOrEqual(relative ? 1e-4 : 1e-6);
      expect(alarms).toEqual([]);
    },
  );
});

if (!there) console.log('skipped: no practice data');
