// One cell of the matrix: who asks what, and what must come of it. A run asks many at once, looks for canaries in each answer and
// keeps what the audit trail must say of it.
import type { Answer, Caller, Stand } from '../calls.ts';
import { byNumber, type Planted } from './canaries.ts';
import { leaked, type Seen } from './leaks.ts';
import { type Asker, sees } from './roles.ts';

export interface Cell {
  /** As the OpenAPI description writes it: `GET /fhir/{type}/{id}`. */
  route: string;
  asker: Asker;
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: object | string;
  status: number;
  /** What one of the rows of the audit trail must say; absent: the request does not reach the record. */
  audit?: { action: string; outcome: number; query?: string };
  /** What else must hold of the answer; words are what is wrong. */
  check?(answer: Answer): string | undefined;
  /** An id as long as the one that is asked for and that nobody has: the answer must be the same but for that. */
  sameAs?: { id: string; absent: string };
}

/** Makes the cells of one asker. */
export const cellFor =
  (asker: Asker) =>
  (method: string, route: string, path: string, status: number, body?: object): Cell => ({
    route: `${method} ${route}`,
    asker,
    method,
    path,
    status,
    ...(body === undefined ? {} : { body }),
  });

export const maySee = (asker: Asker) => {
  const seen = new Map<Planted, boolean>();
  return ({ resource, version }: Seen): boolean => {
    const one = byNumber(resource);
    if (one === undefined) return false;
    // The id is that of every version.
    const versions = version === 0 ? one.versions : one.versions.slice(version - 1, version);
    if (version !== 0 || one.versions.length !== 1) return versions.some((each) => sees(asker, one.type, each));
    let known = seen.get(one);
    if (known === undefined) {
      known = versions.some((each) => sees(asker, one.type, each));
      seen.set(one, known);
    }
    return known;
  };
};

export interface Matrix {
  /** Asks all of them; answers with what was wrong, at most twenty times. */
  run(cells: Iterable<Cell>): Promise<string[]>;
  /** Cells asked with a token that is good. */
  readonly asked: number;
  /** What the audit trail must say of each, by the id of the request. */
  readonly audits: Map<string, Cell>;
  readonly routes: Set<string>;
}

const together = 24;

export function matrix({ call }: Pick<Stand, 'call'>, tokens: ReadonlyMap<string, string>): Matrix {
  const audits = new Map<string, Cell>();
  const routes = new Set<string>();
  const absent = new Map<string, string>();
  let asked = 0;

  const ask = ({ method, path, asker, headers, body }: Cell): ReturnType<Caller> =>
    call(method, path, { token: tokens.get(asker.name)!, headers, body });

  async function wrongWith(cell: Cell): Promise<string | undefined> {
    asked++;
    routes.add(cell.route);
    const answer = await ask(cell);
    const request = answer.headers.get('x-request-id');
    if (cell.audit !== undefined && request !== null) audits.set(request, cell);
    if (answer.status !== cell.status) return `${answer.status} in place of ${cell.status}: ${answer.text.slice(0, 300)}`;
    const whole = `${[...answer.headers].join('\n')}\n${answer.text}`;
    const found = leaked(
      whole,
      `${cell.path} ${JSON.stringify(cell.headers ?? '')} ${JSON.stringify(cell.body ?? '')}`,
      maySee(cell.asker),
    );
    if (found.length > 0) return `LEAK of ${found.slice(0, 3).join(', ')} (${found.length}) in ${excerpt(whole, found[0]!)}`;
    return cell.check?.(answer) ?? (cell.sameAs === undefined ? undefined : await differsFromAbsent(cell, answer, cell.sameAs));
  }

  async function differsFromAbsent(cell: Cell, answer: Answer, { id, absent: other }: { id: string; absent: string }) {
    const path = cell.path.replace(id, other);
    const body = JSON.stringify(cell.body ?? '').replaceAll(id, other);
    const key = `${cell.asker.name} ${cell.method} ${path} ${JSON.stringify(cell.headers ?? '')} ${body}`;
    let expected = absent.get(key);
    if (expected === undefined) {
      const there = { ...cell, path, ...(cell.body === undefined ? {} : { body: JSON.parse(body) as object }) };
      expected = shapeOf(await ask(there), other);
      absent.set(key, expected);
    }
    const actual = shapeOf(answer, id);
    return actual === expected ? undefined : `what is hidden differs from what is not there: ${actual} and ${expected}`;
  }

  return {
    audits,
    routes,
    get asked() {
      return asked;
    },
    async run(cells) {
      const wrong: string[] = [];
      const queue = cells[Symbol.iterator]();
      const work = async (): Promise<void> => {
        for (let next = queue.next(); next.done !== true && wrong.length < 20; next = queue.next()) {
          const cell = next.value;
          const problem = await wrongWith(cell);
          if (problem !== undefined) wrong.push(`${cell.asker.name}: ${cell.method} ${cell.path}: ${problem}`);
        }
      };
      await Promise.all(Array.from({ length: together }, work));
      return wrong;
    },
  };
}

const excerpt = (text: string, found: string): string => {
  const at = Math.max(0, text.toUpperCase().indexOf(found));
  return JSON.stringify(text.slice(Math.max(0, at - 120), at + 60));
};

/** An answer without what differs by its nature. */
const shapeOf = ({ status, headers, text }: Answer, id: string): string => {
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name) && !name.startsWith('x-ratelimit'));
  return `${status} ${kept.join(' ')} ${text.replaceAll(id, 'ID')}`;
};
