// Views are run by a thread of their own, one a run: a view that makes millions of rows of one resource fills the thread's memory and not
// the server's, and one that never ends is ended with it. Where the sources run as they are written there is no thread.
import { isMainThread, parentPort, Worker as Thread, workerData } from 'node:worker_threads';
import { fail, type Result } from '../../fhir/result.ts';
import { Evaluation, type Lines, type Plan } from './evaluate.ts';

export interface Evaluator {
  lines(bodies: readonly string[], most: number): Promise<Result<Lines[]>>;
  close(): Promise<void>;
}

interface Asked {
  bodies: readonly string[];
  most: number;
}

const heapMegabytes = 256;

/** One question at a time. `signal`: ends the thread, whatever it does. */
export function openEvaluator(plan: Plan, signal: AbortSignal): Evaluator {
  return import.meta.url.endsWith('.js') ? inThread(plan, signal) : here(plan);
}

function here(plan: Plan): Evaluator {
  const evaluation = new Evaluation(plan);
  return { lines: async (bodies, most) => evaluation.lines(bodies, most), close: async () => {} };
}

function inThread(plan: Plan, signal: AbortSignal): Evaluator {
  const thread = new Thread(new URL(import.meta.url), {
    workerData: { viewPlan: plan },
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  const tooMuch = fail('too-costly', 'The view makes more of one resource than fits into memory: ask for fewer columns or levels');
  let settle: ((answer: Result<Lines[]>) => void) | undefined;
  let over: Result<Lines[]> | undefined;
  const end = (why: Result<Lines[]>): void => {
    over ??= why;
    settle?.(over);
  };
  const stop = (): void => {
    end(fail('conflict', 'The run was stopped'));
    void thread.terminate();
  };
  thread.on('message', (answer: Result<Lines[]>) => settle?.(answer));
  thread.on('error', (error: Error & { code?: string }) =>
    end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch : fail('busy', 'The view could not be run: try again')),
  );
  thread.on('exit', () => end(fail('busy', 'The view could not be run: try again')));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return {
    lines: (bodies, most) =>
      over === undefined
        ? new Promise((resolve) => {
            settle = resolve;
            thread.postMessage({ bodies, most } satisfies Asked);
          })
        : Promise.resolve(over),
    async close() {
      signal.removeEventListener('abort', stop);
      await thread.terminate();
    },
  };
}

const isPlanned = (data: unknown): data is { viewPlan: Plan } => typeof data === 'object' && data !== null && 'viewPlan' in data;

if (!isMainThread && import.meta.url.endsWith('.js') && isPlanned(workerData)) {
  const evaluation = new Evaluation(workerData.viewPlan);
  parentPort!.on('message', ({ bodies, most }: Asked) => parentPort!.postMessage(evaluation.lines(bodies, most)));
}
