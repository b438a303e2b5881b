// Forecasts are reckoned by a thread of its own: seconds of arithmetic that nobody at a bedside may feel. One question at a time; where the sources
// run as they are written there is no thread, and the work rests between its steps.
import { isMainThread, parentPort, Worker as Thread } from 'node:worker_threads';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { CensusPast } from '../../methods/beds/judge-census.ts';
import { slices } from '../../record/slices.ts';
import {
  type ArrivalsQuestion,
  arrivalsForecast,
  type CensusQuestion,
  censusForecast,
  censusPast,
  Kept,
  type PastQuestion,
  type Question,
} from './compute.ts';
import type { ArrivalsForecast, CensusForecast } from './contract.ts';

export interface Reckoner {
  arrivals(question: Omit<ArrivalsQuestion, 'kind'>): Promise<Result<ArrivalsForecast | null>>;
  census(question: Omit<CensusQuestion, 'kind'>): Promise<Result<CensusForecast>>;
  past(question: Omit<PastQuestion, 'kind'>): Promise<Result<CensusPast | null>>;
  close(): Promise<void>;
}

type Reckoned = ArrivalsForecast | CensusForecast | CensusPast | null;

interface Asked {
  number: number;
  question: Question;
}
interface Answered {
  number: number;
  value?: Reckoned;
  error?: string;
}

/** More than wait already: the asker is told so. */
const waitingMost = 8;

const stepsOf = (question: Question, kept: Kept): Generator<unknown, Reckoned> =>
  question.kind === 'arrivals'
    ? arrivalsForecast(question, kept)
    : question.kind === 'census'
      ? censusForecast(question, kept)
      : censusPast(question, kept);

export function openReckoner(): Reckoner {
  const ask = import.meta.url.endsWith('.js') ? inThread() : { ask: here(), close: async () => {} };
  return {
    arrivals: (question) => ask.ask({ kind: 'arrivals', ...question }) as Promise<Result<ArrivalsForecast | null>>,
    census: (question) => ask.ask({ kind: 'census', ...question }) as Promise<Result<CensusForecast>>,
    past: (question) => ask.ask({ kind: 'past', ...question }) as Promise<Result<CensusPast | null>>,
    close: ask.close,
  };
}

type Ask = (question: Question) => Promise<Result<Reckoned>>;

function here(): Ask {
  const kept = new Kept();
  return async (question) => {
    const rest = slices();
    const steps = stepsOf(question, kept);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return ok(step.value);
      const pause = rest();
      if (pause !== undefined) await pause;
    }
  };
}

function inThread(): { ask: Ask; close(): Promise<void> } {
  const waiting = new Map<number, (answer: Result<Reckoned>) => void>();
  let thread: Thread | undefined;
  let number = 0;
  const began = (): Thread => {
    if (thread !== undefined) return thread;
    const own = new Thread(new URL(import.meta.url));
    // It holds nothing that must be kept: the program ends without it.
    own.unref();
    own.on('message', ({ number: of, value, error }: Answered) => {
      waiting.get(of)?.(value === undefined ? fail('busy', `The forecast could not be made: ${error ?? 'try again'}`) : ok(value));
      waiting.delete(of);
    });
    const ended = (): void => {
      if (thread === own) thread = undefined;
      for (const answer of waiting.values()) answer(fail('busy', 'The forecast could not be made: try again'));
      waiting.clear();
    };
    own.on('error', ended);
    own.on('exit', ended);
    thread = own;
    return own;
  };
  return {
    ask: (question) => {
      if (waiting.size >= waitingMost) return Promise.resolve(fail('busy', 'Too many forecasts are being made: try again in a moment'));
      const asked: Asked = { number: ++number, question };
      return new Promise((resolve) => {
        waiting.set(asked.number, resolve);
        began().postMessage(asked);
      });
    },
    async close() {
      await thread?.terminate();
    },
  };
}

if (!isMainThread && import.meta.url.endsWith('.js') && parentPort !== null) {
  const port = parentPort;
  const kept = new Kept();
  port.on('message', ({ number, question }: Asked) => {
    const steps = stepsOf(question, kept);
    try {
      for (;;) {
        const step = steps.next();
        if (step.done !== true) continue;
        port.postMessage({ number, value: step.value } satisfies Answered);
        return;
      }
    } catch (error) {
      port.postMessage({ number, error: error instanceof Error ? error.name : 'unknown' } satisfies Answered);
    }
  });
}
