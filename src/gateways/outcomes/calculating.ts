// Models and screenings are made by a thread of their own: they take up to some seconds, and meanwhile others are served. Where the sources run as they are
// written they are made at once.
import { isMainThread, parentPort, Worker as Thread, workerData } from 'node:worker_threads';
import { fail, type Result } from '../../fhir/result.ts';
import { type Expected, type ExpectedInput, expectedOf } from './expected.ts';
import { type Screened, screened } from './signals.ts';
import type { CountedReport } from './signals-sql.ts';

type Asked = { outcomes: 'expected'; input: ExpectedInput } | { outcomes: 'screened'; input: readonly CountedReport[] };
type Answered = Result<Expected> | Result<Screened>;

const answer = (asked: Asked): Answered => (asked.outcomes === 'expected' ? expectedOf(asked.input) : screened(asked.input));
const isAsked = (data: unknown): data is Asked => typeof data === 'object' && data !== null && 'outcomes' in data;

/** Longer than any of it takes that has an end. */
const timeMs = 60_000;

function byThread<T>(asked: Asked): Promise<Result<T>> {
  const thread = new Thread(new URL(import.meta.url), { workerData: asked, resourceLimits: { maxOldGenerationSizeMb: 512 } });
  return new Promise((resolve) => {
    const timer = setTimeout(() => void thread.terminate(), timeMs);
    thread.once('message', resolve);
    thread.once('error', () => resolve(fail('too-costly', 'It took too much memory: ask for a shorter time')));
    thread.once('exit', () => {
      clearTimeout(timer);
      resolve(fail('too-costly', 'It took too long: ask for a shorter time'));
    });
  });
}

const built = import.meta.url.endsWith('.js');
export const calculateExpected = async (input: ExpectedInput): Promise<Result<Expected>> =>
  built ? byThread<Expected>({ outcomes: 'expected', input }) : expectedOf(input);
export const calculateSignals = async (input: readonly CountedReport[]): Promise<Result<Screened>> =>
  built ? byThread<Screened>({ outcomes: 'screened', input }) : screened(input);

if (!isMainThread && isAsked(workerData)) parentPort!.postMessage(answer(workerData));
