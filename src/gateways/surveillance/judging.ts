// Series judged where it holds nobody up: by EARS here, with rests, since a day costs some microseconds; by what compares with past years in
// a thread of its own, since one series may take a tenth of a second. Where the sources run as they are written all is judged here.
import { isMainThread, parentPort, Worker as Thread, workerData } from 'node:worker_threads';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type JudgedDays, type JudgeOptions, judgeDays } from '../../methods/alarm-runs/judge-days.ts';
import { slices } from '../../record/slices.ts';

export interface Unjudged {
  counts: readonly number[];
  options: JudgeOptions;
}

interface Plan {
  surveillanceJudging: readonly Unjudged[];
}

const timeMs = 60_000;
const shortest = 2 * 365;

/** In the order in which they came. */
export async function judgeAll(series: readonly Unjudged[]): Promise<Result<JudgedDays[]>> {
  const slow = series.some(({ counts, options: { method } }) => !method.startsWith('ears') && counts.length >= shortest);
  return slow && import.meta.url.endsWith('.js') ? inThread({ surveillanceJudging: series }) : ok(await here(series));
}

async function here(series: readonly Unjudged[]): Promise<JudgedDays[]> {
  const rest = slices();
  const judged: JudgedDays[] = [];
  for (const { counts, options } of series) {
    judged.push(judgeDays(counts, options));
    const pause = rest();
    if (pause !== undefined) await pause;
  }
  return judged;
}

async function inThread(plan: Plan): Promise<Result<JudgedDays[]>> {
  const thread = new Thread(new URL(import.meta.url), { workerData: plan, resourceLimits: { maxOldGenerationSizeMb: 512 } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result<JudgedDays[]>>((resolve) => {
      const late = fail('too-costly', `Judging took longer than ${timeMs / 1000} s: choose another method, or fewer days`);
      timer = setTimeout(() => resolve(late), timeMs);
      thread.once('message', (judged: JudgedDays[]) => resolve(ok(judged)));
      thread.once('error', () => resolve(fail('too-costly', 'Judging needed too much memory: choose another method, or fewer days')));
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

const isPlan = (data: unknown): data is Plan => typeof data === 'object' && data !== null && 'surveillanceJudging' in data;

if (!isMainThread && isPlan(workerData)) void here(workerData.surveillanceJudging).then((judged) => parentPort!.postMessage(judged));
