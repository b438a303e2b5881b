// The two forms of a scope (policy/row-predicate.ts) must agree on every row. It stands here because policy knows no database.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scope } from '../policy/contract.ts';
import { rowPredicate, sees } from '../policy/row-predicate.ts';
import { type TestDatabase, testDatabase } from './testing.ts';

let bench: TestDatabase;
beforeAll(async () => {
  bench = await testDatabase();
  await bench.db.query({
    text: `create table resource (place int, pat uuid not null, also uuid[], shared boolean not null);
      create table compartment (pat uuid primary key, org uuid)`,
  });
});
afterAll(() => bench.drop());

/** Few ids, so that rows and scopes meet. */
const ids = ['1', '2', '3', '4'];
const key = (id: string) => `00000000-0000-7000-8000-00000000000${id}`;
const keys = ids.map(key);
const someIds = fc.option(fc.subarray(ids), { nil: undefined });
const rows = fc.array(fc.record({ pat: fc.constantFrom(...keys), also: fc.option(fc.subarray(keys)), shared: fc.boolean() }), {
  minLength: 1,
  maxLength: 30,
});
const held = fc.array(fc.option(fc.constantFrom(...keys)), { minLength: 3, maxLength: 4 });

const seenInSql = (scope: Scope) => {
  const values: string[] = [];
  const condition = rowPredicate(scope, 'r', {
    key,
    uuids: (list) => `$${values.push(`{${list.join(',')}}`)}::uuid[]`,
    shared: 'r.shared',
  });
  return { text: `select place from resource r where ${condition} order by place`, values };
};

test('the SQL condition and the plain function see the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(rows, held, fc.record({ patients: someIds, organisations: someIds }), async (table, orgs, scope) => {
      const org = (pat: string) => orgs[keys.indexOf(pat)] ?? null;
      const [, , , , seen] = await bench.db.transaction(
        async (session) =>
          [
            session.query({ text: 'delete from resource' }),
            session.query({ text: 'delete from compartment' }),
            session.query({
              text: `insert into resource select (row->>'place')::int, (row->>'pat')::uuid, (row->>'also')::uuid[], (row->>'shared')::boolean
            from json_array_elements($1) as row`,
              values: [
                JSON.stringify(table.map((row, place) => ({ ...row, place, also: row.also === null ? null : `{${row.also.join(',')}}` }))),
              ],
            }),
            session.query({
              text: 'insert into compartment select * from unnest($1::uuid[], $2::uuid[])',
              values: [keys.slice(0, orgs.length), orgs],
            }),
            session.query<{ place: number }>(seenInSql(scope)),
          ] as const,
      );
      const expected = table.flatMap((row, place) => (sees(scope, { ...row, org: org(row.pat) }, key) ? [place] : []));
      expect((await seen).rows.map((row) => row.place)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('ids reach the statement as parameters only', () => {
  const hostile = `x') or true --`;
  const { text, values } = seenInSql({ patients: [hostile], organisations: [hostile] });
  expect(text).not.toContain('true');
  expect(values).toHaveLength(2);
});
