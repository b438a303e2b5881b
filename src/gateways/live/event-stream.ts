// Changes as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). A generator: it goes on
// only when the client has taken what was sent, so a slow client holds one page in memory and no more.
import type { Feed } from '../../feed/contract.ts';
import { pause } from '../../feed/wake.ts';
import type { Result } from '../../fhir/result.ts';
import type { SeenChange, SeenChanges } from '../../record/contract.ts';
import type { LiveSettings } from './contract.ts';

export interface StreamParts {
  /** What the caller may see after a position. A refusal ends the stream. */
  page(after: bigint): Promise<Result<SeenChanges>>;
  feed: Pick<Feed, 'heard' | 'next'>;
  /** Aborted when the stream is to end; its reason says why, for the client. */
  signal: AbortSignal;
  settings: Pick<LiveSettings, 'heartbeatMs' | 'gatherMs'>;
}

/** Events from `first` on, until the signal or a refusal; the last one is `event: end` with the reason. */
export async function* eventStream(first: SeenChanges, { page, feed, signal, settings }: StreamParts): AsyncGenerator<string> {
  const dueMs = (): number => sentAtMs + settings.heartbeatMs - performance.now();
  let sentAtMs = performance.now();
  let { changes, next } = first;
  let atEnd = false;
  let looked = 0;
  yield 'retry: 2000\n\n';
  while (!signal.aborted) {
    if (changes.length > 0 || dueMs() <= 0) {
      yield changes.length > 0 ? changes.map(eventOf).join('') : heartbeat(next);
      sentAtMs = performance.now();
    }
    if (atEnd && feed.heard() === looked) {
      await feed.next(looked, Math.max(0, dueMs()), signal);
      if (feed.heard() === looked) continue;
      await pause(settings.gatherMs, signal);
    }
    const before = next;
    looked = feed.heard();
    const answer = await page(before);
    if (!answer.ok) return void (yield endOf(answer.problem.message));
    ({ changes, next } = answer.value);
    atEnd = next === before;
  }
  yield endOf(typeof signal.reason === 'string' ? signal.reason : 'The stream was ended');
}

function eventOf({ position, at, operation, type, id, version, patient }: SeenChange): string {
  const data = JSON.stringify({ position: position.toString(), at, operation, type, id, version, patient });
  return `id: ${position}\nevent: change\ndata: ${data}\n\n`;
}

/** An id without data tells nobody anything and moves only the place from which the client goes on. */
const heartbeat = (position: bigint): string => `: alive\nid: ${position}\n\n`;

const endOf = (why: string): string => `event: end\ndata: ${JSON.stringify({ why })}\n\n`;
