// Where queries are run: in a process of their own (the server), or in this one (tests of the sources as they are written).
import { mkdirSync } from 'node:fs';
import type { Result } from '../../fhir/result.ts';
import type { Plan } from './plan.ts';
import { QueryProcess } from './query-process.ts';
import type { Outcome, Question } from './run.ts';
import { Turns, turnSettings } from './turns.ts';

export interface Queries {
  /** `plan` is made where nobody has it yet. `person`: whose turn it is. */
  run(person: string, key: string, plan: () => Plan, question: Question, signal?: AbortSignal): Promise<Result<Outcome>>;
  /** Folder for the files of answers. */
  work: string;
  close(): Promise<void>;
}

/** `atOnce` queries at most; a person's own ones wait for each other before others wait for them. */
export function openQueries(work: string, atOnce: number): Queries {
  const turns = new Turns(turnSettings(atOnce));
  const ready = import.meta.url.endsWith('.js') ? new QueryProcess(work) : here(work);
  return {
    work,
    async run(person, key, plan, question, signal) {
      const turn = await turns.take(person, signal);
      if (!turn.ok) return turn;
      try {
        return await ready.ask(key, plan, question, signal);
      } finally {
        turn.value();
      }
    },
    close: () => ready.close(),
  };
}

/** DuckDB is loaded with the first question. */
const here = (work: string): Pick<QueryProcess, 'ask' | 'close'> => ({
  async ask(_key, plan, question, signal) {
    const [{ openRoom }, { run }] = await Promise.all([import('./room.ts'), import('./run.ts')]);
    mkdirSync(work, { recursive: true });
    const room = await openRoom(plan(), work);
    try {
      return (await run(room, question, signal)).result;
    } finally {
      room.close();
    }
  },
  async close() {},
});
