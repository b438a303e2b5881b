// The scan in space and time in a thread of its own: 999 repetitions over some hundred areas are seconds that nobody who asks something else shall
// wait. Where the sources run as they are written it is run at once, with rests. Bounded in cases, areas and time.
import { isMainThread, parentPort, Worker as Thread, workerData } from 'node:worker_threads';
import { fail, type Result } from '../../fhir/result.ts';
import type { ScanData, ScanOptions, ScanResult } from '../../methods/scan/contract.ts';
import { scanSteps } from '../../methods/scan/space-time-scan.ts';
import { seededRandom } from '../../methods/statistics/random-counts.ts';
import { slices } from '../../record/slices.ts';

export interface ScanPlan {
  surveillanceScan: ScanData;
  options: ScanOptions;
  seed: number;
}

export const scanMost = { cases: 50_000, places: 2_000 };
const timeMs = 60_000;
/** One at a time: others wait their turn with a sentence. */
let running = false;

export async function scan(plan: ScanPlan): Promise<Result<ScanResult>> {
  const { cases, places } = plan.surveillanceScan;
  if (cases.length > scanMost.cases || places.length > scanMost.places)
    return fail('too-costly', `A scan takes at most ${scanMost.cases} cases in ${scanMost.places} areas: ask for fewer days`);
  if (running) return fail('busy', 'Another scan is running: try again in some seconds');
  running = true;
  try {
    return import.meta.url.endsWith('.js') ? await inThread(plan) : await here(plan);
  } finally {
    running = false;
  }
}

async function inThread(plan: ScanPlan): Promise<Result<ScanResult>> {
  const thread = new Thread(new URL(import.meta.url), { workerData: plan, resourceLimits: { maxOldGenerationSizeMb: 512 } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result<ScanResult>>((resolve) => {
      timer = setTimeout(() => resolve(fail('too-costly', `The scan took longer than ${timeMs / 1000} s: ask for fewer days`)), timeMs);
      thread.once('message', resolve);
      thread.once('error', () => resolve(fail('too-costly', 'The scan needed too much memory: ask for fewer days')));
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

async function here({ surveillanceScan, options, seed }: ScanPlan): Promise<Result<ScanResult>> {
  const rest = slices();
  const run = scanSteps(surveillanceScan, options, seededRandom(seed));
  for (;;) {
    const step = run.next();
    if (step.done === true) return step.value;
    const pause = rest();
    if (pause !== undefined) await pause;
  }
}

const isPlan = (data: unknown): data is ScanPlan => typeof data === 'object' && data !== null && 'surveillanceScan' in data;

if (!isMainThread && isPlan(workerData)) void here(workerData).then((result) => parentPort!.postMessage(result));
