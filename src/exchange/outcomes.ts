// For those who wait until a message is done: enhanced acknowledgements over the connection that it came by.
import type { Session } from '../database/contract.ts';
import type { Problem } from '../fhir/result.ts';
import type { MessageState } from './contract.ts';

export interface MessageOutcome {
  state: Exclude<MessageState, 'waiting'>;
  problem?: Problem;
}

interface Waiter {
  until: number;
  done(outcome: MessageOutcome | undefined): void;
}

const lookEveryMs = 500;

export class Outcomes {
  readonly #database: Session;
  readonly #waiting = new Map<string, Waiter[]>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(database: Session) {
    this.#database = database;
  }

  /** undefined: it was not done in time. */
  of(id: string, withinMs: number): Promise<MessageOutcome | undefined> {
    return new Promise((done) => {
      const waiters = this.#waiting.get(id) ?? [];
      waiters.push({ until: Date.now() + withinMs, done });
      this.#waiting.set(id, waiters);
      // What another process does is only seen by looking.
      this.#timer ??= setInterval(() => void this.look(), lookEveryMs);
      this.#timer.unref();
      // It may have been done before anybody asked.
      if (!this.#looking) void this.look();
    });
  }

  async look(): Promise<void> {
    if (this.#waiting.size === 0 || this.#looking) return;
    this.#looking = true;
    try {
      const { rows } = await this.#database.query<{ id: string; state: MessageOutcome['state']; problem: string | null }>({
        name: 'message-outcomes',
        text: `
select r.id, r.state, r.problem from message_result r
where r.id = any($1::uuid[]) and not exists (select 1 from message_work w where w.id = r.id)`,
        values: [[...this.#waiting.keys()]],
      });
      for (const { id, state, problem } of rows)
        this.#end(id, { state, ...(problem === null ? {} : { problem: JSON.parse(problem) as Problem }) });
    } catch {
      // Looked at again in a moment.
    } finally {
      this.#looking = false;
    }
    const now = Date.now();
    for (const [id, waiters] of this.#waiting) if (waiters.every(({ until }) => until < now)) this.#end(id, undefined);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const id of this.#waiting.keys()) this.#end(id, undefined);
  }

  #end(id: string, outcome: MessageOutcome | undefined): void {
    const waiters = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    for (const { done } of waiters) done(outcome);
  }
}
