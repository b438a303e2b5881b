// Searches that are asked at the same moment and wait for each other's answers: what they ask the database goes in one statement.
import type { Asked, Hit, Lanes } from './lanes.ts';
import type { SearchRunner } from './search.ts';

interface Gathered {
  asked: Asked;
  done(rows: Promise<Hit[]>): void;
}

/** A runner for one set of searches. Each comes to its statement in its own time; those that do so in one turn go together. */
export function inOne(runner: Pick<SearchRunner, 'query'>, lanes: Lanes): SearchRunner {
  let gathered: Gathered[] = [];
  const send = (): void => {
    const now = gathered;
    gathered = [];
    const answers = lanes.askSet(now.map(({ asked }) => asked));
    for (const [i, { done }] of now.entries()) done(answers[i]!);
  };
  return {
    query: (statement) => runner.query(statement),
    ask: (asked) =>
      new Promise((done) => {
        if (gathered.length === 0) setImmediate(send);
        gathered.push({ asked, done });
      }),
  };
}
