// How waiting searches share statements and connections.
import { describe, expect, it, vi } from 'vitest';
import type { Statement } from '../../database/contract.ts';
import { auditRow } from '../audit.ts';
import type { Caller } from '../contract.ts';
import { type Asked, Lanes, type Runner } from './lanes.ts';

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r1',
};
const search = (shape: string, value: string): Asked => ({
  hits: `select null::uuid as pat, null::uuid[] as also, ${shape} as word, q.p1 as value`,
  columns: [
    { name: 'word', kind: 'text' },
    { name: 'value', kind: 'text' },
  ],
  order: 'value',
  values: [value],
  types: ['text'],
  audit: auditRow(caller, new Date(), 'search', { outcome: 200 }),
});

/** Answers each search with its own value; those whose shape is named slow only when told. */
function fakeDatabase() {
  const statements: { text: string; together: number }[] = [];
  let letGo: () => void = () => {};
  const told = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const runner: Runner = {
    async query<R>({ text, values = [] }: Statement) {
      const asked = String(values[0]).slice(2, -2).split('","');
      statements.push({ text, together: asked.length });
      if (text.includes("'slow")) await told;
      const rows = asked.map((value, i) => ({ row: `${i + 1}\u0001word\u0001${value}` }) as R);
      return { rows, rowCount: rows.length };
    },
  };
  return { runner, statements, letGo };
}

describe('searches that wait', () => {
  it('of one shape go in one statement, and each gets its own rows', async () => {
    const { runner, statements } = fakeDatabase();
    const lanes = new Lanes(runner, 2, 'prompt');
    const answers = await Promise.all(['a', 'b', 'c'].map((value) => lanes.ask(search(`'x'`, value))));
    expect(answers).toEqual([[{ word: 'word', value: 'a' }], [{ word: 'word', value: 'b' }], [{ word: 'word', value: 'c' }]]);
    expect(statements.map(({ together }) => together)).toEqual([3]);
  });

  it('are not kept from their turn by slow ones of other shapes', async () => {
    const { runner, statements, letGo } = fakeDatabase();
    const lanes = new Lanes(runner, 2, 'prompt');
    const slow = ['slow 1', 'slow 2', 'slow 3'].map((shape) => lanes.ask(search(`'${shape}'`, 'a')));
    expect(await lanes.ask(search(`'quick'`, 'b'))).toEqual([{ word: 'word', value: 'b' }]);
    letGo();
    expect(await Promise.all(slow)).toHaveLength(3);
    expect(statements).toHaveLength(4);
  });

  it('do not all get a connection at once when everything is slow', async () => {
    const { runner, statements, letGo } = fakeDatabase();
    const lanes = new Lanes(runner, 2, 'prompt');
    const slow = Array.from({ length: 20 }, (_, i) => lanes.ask(search(`'slow ${i}'`, 'a')));
    await vi.waitFor(() => expect(statements).toHaveLength(6), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(statements).toHaveLength(6);
    letGo();
    expect(await Promise.all(slow)).toHaveLength(20);
  });

  it('of several shapes go in one statement where they are asked as a set, and each gets its own rows', async () => {
    const { runner, statements } = fakeSets();
    const lanes = new Lanes(runner, 2, 'prompt');
    const set = (value: string) => Promise.all(lanes.askSet([search(`'x'`, `${value}1`), search(`'y'`, `${value}2`)]));
    const [first, second] = await Promise.all([set('a'), set('b')]);
    expect(first).toEqual([[{ word: 'word', value: 'a1' }], [{ word: 'word', value: 'a2' }]]);
    expect(second).toEqual([[{ word: 'word', value: 'b1' }], [{ word: 'word', value: 'b2' }]]);
    expect(statements.map(({ together }) => together)).toEqual([2]);
  });

  it('and are asked one by one where the set fails: only what is too costly is not answered', async () => {
    const { runner } = fakeSets();
    const failing: Runner = {
      query: (statement) => (/'bad'/.test(statement.text) ? Promise.reject(new Error('too costly')) : runner.query(statement)),
    };
    const lanes = new Lanes(failing, 2, 'prompt');
    const [good, bad] = await Promise.allSettled(lanes.askSet([search(`'x'`, 'a'), search(`'bad'`, 'b')]));
    expect(good).toMatchObject({ status: 'fulfilled', value: [{ value: 'a' }] });
    expect(bad).toMatchObject({ status: 'rejected' });
  });
});

/** Answers each search of a set with its own value: parameter after parameter, a row a set. */
function fakeSets() {
  const statements: { together: number }[] = [];
  const runner: Runner = {
    async query<R>({ text, values = [] }: Statement) {
      const parts = text.match(/from \(select n, /g)?.length ?? 1;
      const asked = values.slice(0, parts).map((list) => String(list).slice(2, -2).split('","'));
      const sets = asked[0]!.length;
      statements.push({ together: sets });
      const rows = Array.from({ length: sets * parts }, (_, n) => {
        const value = asked[n % parts]![Math.floor(n / parts)];
        return { row: `${n + 1}\u0001word\u0001${value}` } as R;
      });
      return { rows, rowCount: rows.length };
    },
  };
  return { runner, statements };
}
