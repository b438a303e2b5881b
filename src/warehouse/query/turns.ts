// Who asks next: so many queries at once, the others wait in a queue that is bounded, and people take turns in it, so that one with a
// dashboard of fifty questions does not hold up one with a single question (fair queueing after Nagle, RFC 970).
import { fail, ok, type Result } from '../../fhir/result.ts';

export interface TurnSettings {
  /** Queries that run at once. */
  atOnce: number;
  /** Of one person: below `atOnce`, somebody else finds a place even while that person's queries run long. */
  atOnceOfOne: number;
  waiting: number;
  waitingOfOne: number;
  /** Who has waited so long is turned away. */
  patienceMs: number;
}

export const turnSettings = (atOnce: number): TurnSettings => ({
  atOnce,
  atOnceOfOne: Math.max(1, atOnce - 1),
  waiting: 200,
  waitingOfOne: 60,
  patienceMs: 60_000,
});

/** Gives the place back; only the first call counts. */
export type Release = () => void;

interface Waiting {
  person: string;
  begin(release: Release): void;
}

export class Turns {
  readonly #settings: TurnSettings;
  readonly #running = new Map<string, number>();
  /** When each person last began, as a count: who began longest ago is next. */
  readonly #began = new Map<string, number>();
  #waiting: Waiting[] = [];
  #count = 0;
  #inAll = 0;

  constructor(settings: TurnSettings) {
    this.#settings = settings;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get running(): number {
    return this.#inAll;
  }

  /** A place, at once or when its turn has come; busy where too many wait already, conflict where the signal ended the waiting. */
  take(person: string, signal?: AbortSignal): Promise<Result<Release>> {
    const { waiting, waitingOfOne, patienceMs } = this.#settings;
    if (signal?.aborted === true) return Promise.resolve(fail('conflict', 'The query was stopped'));
    if (this.#free(person)) return Promise.resolve(ok(this.#begin(person)));
    const own = this.#waiting.filter((one) => one.person === person).length;
    if (own >= waitingOfOne || this.#waiting.length >= waiting)
      return Promise.resolve(
        fail('busy', `${own >= waitingOfOne ? `${own} queries of yours` : 'Too many queries'} wait already: try again in a moment`),
      );
    return new Promise((resolve) => {
      const leave = (problem: Result<Release>): void => {
        this.#waiting = this.#waiting.filter((one) => one !== waits);
        settle(problem);
      };
      const onAbort = (): void => leave(fail('conflict', 'The query was stopped'));
      const late = setTimeout(() => leave(fail('busy', 'Too many queries run at this moment: try again later')), patienceMs);
      const settle = (result: Result<Release>): void => {
        clearTimeout(late);
        signal?.removeEventListener('abort', onAbort);
        resolve(result);
      };
      const waits: Waiting = { person, begin: (release) => settle(ok(release)) };
      this.#waiting.push(waits);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  #free(person: string): boolean {
    return this.#inAll < this.#settings.atOnce && (this.#running.get(person) ?? 0) < this.#settings.atOnceOfOne;
  }

  #begin(person: string): Release {
    this.#inAll++;
    this.#running.set(person, (this.#running.get(person) ?? 0) + 1);
    this.#began.set(person, ++this.#count);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#inAll--;
      const left = (this.#running.get(person) ?? 1) - 1;
      if (left > 0) this.#running.set(person, left);
      else this.#running.delete(person);
      this.#next();
      // Who has nothing running and nothing waiting is forgotten.
      if (!this.#running.has(person) && !this.#waiting.some((one) => one.person === person)) this.#began.delete(person);
    };
  }

  #next(): void {
    const may = this.#waiting.filter(({ person }) => this.#free(person));
    // The least busy first, then who began longest ago, then who came first.
    const [next] = may.sort(
      (a, b) => this.#rank(a, this.#running) - this.#rank(b, this.#running) || this.#rank(a, this.#began) - this.#rank(b, this.#began),
    );
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((one) => one !== next);
    next.begin(this.#begin(next.person));
  }

  #rank({ person }: Waiting, by: ReadonlyMap<string, number>): number {
    return by.get(person) ?? 0;
  }
}
