// Each method of forecasting on the same series as R's package forecast, in the same run and in turns, so that a machine that is busy is so for both.
import { spawnSync } from 'node:child_process';
import type { Method } from '../../src/methods/forecast/contract.ts';
import { ets, ses } from '../../src/methods/forecast/ets.ts';
import { seasonalNaive } from '../../src/methods/forecast/seasonal-naive.ts';
import { stlEts } from '../../src/methods/forecast/stl-ets.ts';
import { theta } from '../../src/methods/forecast/theta.ts';

const methods: { name: string; own: Method; inR: string }[] = [
  { name: 'ets', own: ets, inR: 'forecast(ets(x), h = 12)' },
  { name: 'theta', own: theta, inR: 'thetaf(x, h = 12)' },
  { name: 'ses', own: ses, inR: 'ses(x, h = 12)' },
  { name: 'stl', own: stlEts, inR: 'stlf(x, h = 12)' },
  { name: 'seasonal naive', own: seasonalNaive, inR: 'snaive(x, h = 12)' },
];

/** Monthly series of a formula: no two alike, all with trend, season and noise. */
const seriesOf = (count: number): number[][] =>
  Array.from({ length: count }, (_, k) =>
    Array.from({ length: 72 }, (__, i) => {
      const season = (10 + k) * Math.sin((2 * Math.PI * (i + k)) / 12);
      return Math.round(100 + k * 7 + (0.1 + 0.05 * k) * i + season + 9 * Math.sin((i + 1) * (i + k + 1)));
    }),
  );

/** Milliseconds a series in R, its start and its first run taken off; null where R or the package is not there. */
function inR(expression: string, series: number[][]): number | null {
  const data = series.map((values) => `c(${values.join(',')})`).join(',');
  const program = `suppressMessages(library(forecast)); all <- lapply(list(${data}), ts, frequency = 12); x <- all[[1]]; ${expression}; cat(system.time(for (x in all) ${expression})[["elapsed"]])`;
  const done = spawnSync('Rscript', ['-'], { input: program, encoding: 'utf8' });
  const seconds = Number(done.stdout?.trim().split(/\s/).at(-1));
  return done.status === 0 && Number.isFinite(seconds) ? (seconds * 1000) / series.length : null;
}

export function forecastsBesideR(count: number): void {
  const series = seriesOf(count);
  console.log(`${count} monthly series of 72 values, horizon 12, intervals of 80 and 95 %; ms a series`);
  for (const { name, own, inR: expression } of methods) {
    own({ values: series[0]!, season: 12 }, { horizon: 12, levels: [80, 95] });
    const start = performance.now();
    for (const values of series) own({ values, season: 12 }, { horizon: 12, levels: [80, 95] });
    const ms = (performance.now() - start) / count;
    const theirs = inR(expression, series);
    const beside =
      theirs === null
        ? 'R: skipped, Rscript with the package forecast is not installed'
        : `R ${theirs.toFixed(2)}, ${(theirs / ms).toFixed(1)} times`;
    console.log(`${name.padEnd(16)} ${ms.toFixed(2).padStart(8)}   ${beside}`);
  }
}
