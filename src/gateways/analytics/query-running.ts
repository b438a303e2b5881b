// The queries that run now, by the name that whoever asked has given them: so that they can be cancelled, each by its own person.
import { randomUUID } from 'node:crypto';
import { fail, ok, type Result } from '../../fhir/result.ts';

export interface RunningQuery {
  signal: AbortSignal;
  stop(): void;
  ended(): void;
}

export class RunningQueries {
  readonly #byName = new Map<string, AbortController>();

  begin(person: string, id: string = randomUUID()): Result<RunningQuery> {
    const name = `${person} ${id}`;
    if (this.#byName.has(name)) return fail('conflict', 'A query of yours with this id runs already: choose another', 'id');
    const stopping = new AbortController();
    this.#byName.set(name, stopping);
    return ok({ signal: stopping.signal, stop: () => stopping.abort(), ended: () => void this.#byName.delete(name) });
  }

  /** False: no such query of this person runs. */
  cancel(person: string, id: string): boolean {
    const found = this.#byName.get(`${person} ${id}`);
    found?.abort();
    return found !== undefined;
  }
}
