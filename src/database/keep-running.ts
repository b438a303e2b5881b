// Brings the embedded server back when it ends without having been asked to: killed, or out of memory. PostgreSQL restarts
// its own workers; nobody but us restarts the postmaster.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from '../fhir/result.ts';
import { isRunning, type Postmaster } from './postmaster.ts';

const lookEveryMs = 200;
const retryMsMax = 30_000;

/** `start` must give the server the same socket folder, so that the pool finds it again. `say` hears what happened. */
export function keepRunning(
  first: Postmaster,
  start: () => Promise<Result<Postmaster>>,
  say: (message: string) => void,
): { end(): Promise<void> } {
  let server = first;
  let ended = false;
  const end = new AbortController();

  const look = async (): Promise<void> => {
    for (let retryMs = lookEveryMs; !ended; ) {
      await sleep(isRunning(server) ? lookEveryMs : retryMs, undefined, { ref: false, signal: end.signal }).catch(() => {});
      if (ended || isRunning(server)) continue;
      say('PostgreSQL ended unexpectedly and is started again.');
      const started = await start();
      if (started.ok) {
        server = started.value;
        retryMs = lookEveryMs;
        say('PostgreSQL runs again.');
      } else {
        retryMs = Math.min(retryMs * 2, retryMsMax);
        say(started.problem.message);
      }
    }
  };
  const looking = look();

  return {
    async end() {
      ended = true;
      end.abort();
      await looking;
    },
  };
}
