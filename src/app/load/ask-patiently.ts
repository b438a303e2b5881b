// A request that outlives a server's short absence: what says "not now" is asked again after growing pauses.
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, type Result } from '../../fhir/result.ts';
import type { Answer, Ask, Destination } from '../destination/contract.ts';

/** Too many requests, and the ways in which a server or a proxy in front says that it is away. */
const notNow = new Set([429, 502, 503, 504]);
const firstPauseMs = 250;
const longestPauseMs = 15_000;

export interface Patience {
  /** How long one request is tried for before the load gives up. */
  forMs: number;
  /** Hears why and for how long it waits. */
  say(why: string, pauseMs: number): void;
  signal?: AbortSignal;
}

/** Problem: given up; what was acknowledged before stays so. */
export async function askPatiently(destination: Destination, ask: Ask, patience: Patience): Promise<Result<Answer>> {
  let waitedMs = 0;
  for (let tries = 0; ; tries++) {
    const answer = await destination.fhir(ask);
    if (answer.ok && answer.value.status === 401)
      return fail('forbidden', `${destination.name} does not know the token: give a valid one in LAMPLIGHT_TOKEN`);
    const why = answer.ok
      ? notNow.has(answer.value.status)
        ? `${destination.name} answers ${answer.value.status}`
        : undefined
      : answer.problem.message;
    if (why === undefined) return answer;
    if (!answer.ok && answer.problem.kind !== 'busy') return answer;
    const asked = answer.ok ? Number(answer.value.headers['retry-after'] ?? 0) * 1000 : 0;
    const pauseMs = Math.max(Math.min(asked || 0, longestPauseMs), Math.min(firstPauseMs * 2 ** tries, longestPauseMs));
    if (patience.signal?.aborted === true || waitedMs + pauseMs > patience.forMs)
      return fail('busy', `${why}; it was tried for ${Math.round(waitedMs / 1000)} s`);
    patience.say(why, pauseMs);
    waitedMs += pauseMs;
    await sleep(pauseMs, undefined, { signal: patience.signal }).catch(() => {});
  }
}
