// Each detector of outbreaks on the same weekly series as R's package surveillance, in the same run and in turns, so that a machine that is busy is
// so for both; and the combined detector, which R does not have, on many series.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bayes3 } from '../../src/methods/outbreak/bayes.ts';
import { combined } from '../../src/methods/outbreak/combined.ts';
import type { CountSeries, Judged, Range } from '../../src/methods/outbreak/contract.ts';
import { cusum } from '../../src/methods/outbreak/cusum.ts';
import { earsC1, earsC2, earsC3 } from '../../src/methods/outbreak/ears.ts';
import { farrington } from '../../src/methods/outbreak/farrington.ts';
import { farringtonFlexible } from '../../src/methods/outbreak/farrington-flexible.ts';
import { glrnb } from '../../src/methods/outbreak/glrnb.ts';
import { rki3 } from '../../src/methods/outbreak/rki.ts';
import { judgedWeeks, scenarios, simulate, simulatedWeeks } from '../../src/methods/outbreak/simulated-weeks.ts';
import { seededRandom } from '../../src/methods/statistics/random-counts.ts';

interface Beside {
  name: string;
  own: (series: CountSeries, range: Range) => Judged[];
  /** With s an sts, d a disProg and r the range. */
  inR: string;
}

const methods: Beside[] = [
  {
    name: 'farrington-flexible',
    own: (series, range) => farringtonFlexible(series, { range, limit54: [0, 4] }),
    inR: 'farringtonFlexible(s, list(range=r,noPeriods=10,b=5,w=3,weightsThreshold=2.58,pastWeeksNotIncluded=26,pThresholdTrend=1,thresholdMethod="nbPlugin",alpha=0.01,limit54=c(0,4),glmWarnings=FALSE))',
  },
  { name: 'farrington', own: (series, range) => farrington(series, { range }), inR: 'farrington(s, list(range=r,b=3,w=3,alpha=0.01))' },
  { name: 'ears-c1', own: (series, range) => earsC1(series, { range }), inR: 'earsC(s, list(range=r,method="C1"))' },
  { name: 'ears-c2', own: (series, range) => earsC2(series, { range }), inR: 'earsC(s, list(range=r,method="C2"))' },
  { name: 'ears-c3', own: (series, range) => earsC3(series, { range }), inR: 'earsC(s, list(range=r,method="C3"))' },
  { name: 'cusum', own: (series, range) => cusum(series, { range, trans: 'rossi' }), inR: 'cusum(s, list(range=r,trans="rossi",m=NULL))' },
  { name: 'rki', own: (series, range) => rki3(series, { range }), inR: 'rki(s, list(range=r,b=2,w=4,actY=FALSE))' },
  { name: 'bayes', own: (series, range) => bayes3(series, { range }), inR: 'bayes(s, list(range=r,b=2,w=4,actY=FALSE,alpha=0.05))' },
  {
    name: 'glrnb, Poisson',
    own: (series, range) => glrnb(series, { range }),
    inR: 'glrnb(s, list(range=r,c.ARL=5,mu0=list(S=1,trend=FALSE),alpha=0,ret="value"))',
  },
  {
    name: 'glrnb, alpha 0.1',
    own: (series, range) => glrnb(series, { range, alpha: 0.1 }),
    inR: 'glrnb(s, list(range=r,c.ARL=5,mu0=list(S=1,trend=FALSE),alpha=0.1,ret="value"))',
  },
];

/** Milliseconds a week in R by method, its start and its first run taken off; a sentence where R could not be run. */
function inR(all: number[][], range: Range): number[] | string {
  const data = all.map((observed) => `c(${observed.join(',')})`).join(',\n');
  const weeks = all.length * (range.last - range.first + 1);
  const timed = methods.map(
    ({ inR: call }) =>
      `f <- function(s) suppressWarnings(suppressMessages(${call})); f(all[[1]]); cat(system.time(for (s in all) f(s))[["elapsed"]], "")`,
  );
  const program = `suppressMessages(library(surveillance)); r <- ${range.first + 1}:${range.last + 1}; all <- lapply(list(${data}), function(x) sts(x, start=c(2001,1), frequency=52))\n${timed.map((each) => `invisible({${each}})`).join('\n')}`;
  // As a file: R cuts long lines of standard input.
  const folder = mkdtempSync(join(tmpdir(), 'detectors-'));
  writeFileSync(join(folder, 'program.R'), program);
  const done = spawnSync('Rscript', [join(folder, 'program.R')], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const seconds = (done.stdout ?? '').trim().split(/\s+/).map(Number);
  if (done.status === 0 && seconds.length === methods.length) return seconds.map((each) => (1000 * each) / weeks);
  return `R: skipped, Rscript with the package surveillance could not be run (${done.error?.message ?? done.stderr.trim().split('\n').slice(-2).join(' ')})`;
}

export function detectorsBesideR(count: number): void {
  const all = Array.from({ length: count }, (_, i) => simulate(scenarios[(5 * i) % scenarios.length]!, 3, 5, seededRandom(i)).observed);
  const theirs = inR(all, judgedWeeks);
  console.log(`${count} weekly series of ${simulatedWeeks}, the last ${judgedWeeks.last - judgedWeeks.first + 1} judged; ms a week`);
  for (const [i, { name, own }] of methods.entries()) {
    own({ observed: all[0]!, frequency: 52 }, judgedWeeks);
    const start = performance.now();
    let weeks = 0;
    for (const observed of all) weeks += own({ observed, frequency: 52 }, judgedWeeks).length;
    const ms = (performance.now() - start) / weeks;
    const beside = typeof theirs === 'string' ? theirs : `R ${theirs[i]!.toFixed(4)}, ${(theirs[i]! / ms).toFixed(1)} times`;
    console.log(`${name.padEnd(20)} ${ms.toFixed(4).padStart(9)}   ${beside}`);
  }
  const start = performance.now();
  for (let i = 0; i < 1000; i++) combined({ observed: all[i % count]!, frequency: 52 }, { range: judgedWeeks });
  console.log(
    `combined, 1,000 series of ${judgedWeeks.last - judgedWeeks.first + 1} judged weeks: ${((performance.now() - start) / 1000).toFixed(1)} s   bar 20 s`,
  );
}
