// Which statements wait for the disk: every write, always; a read where the site wants it so.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Statement } from '../database/contract.ts';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { parseQuery } from '../fhir/search/query.ts';
import type { Caller } from './contract.ts';
import type { ReadAudit } from './promptly.ts';
import { defaultRecordSettings, openRecord } from './record.ts';
import { recordMigrations } from './schema.ts';

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r1',
};
let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase({ connectionsMax: 2 });
  const done = await migrate(test.db, recordMigrations);
  if (!done.ok) throw new Error(done.problem.message);
});
afterAll(() => test.drop());

/** The statements that do not wait for the disk, in three kinds of work. */
async function withoutWaiting(readAudit: ReadAudit) {
  const seen: string[] = [];
  const noted = (statement: Statement): Statement => {
    if (statement.text.includes('synchronous_commit')) seen.push(statement.text);
    return statement;
  };
  const watched: Database = {
    ...test.db,
    query: (statement) => test.db.query(noted(statement)),
    transaction: (work) => test.db.transaction((session) => work({ query: (statement) => session.query(noted(statement)) })),
  };
  const record = openRecord(watched, { ...defaultRecordSettings, readAudit });
  const count = async (work: () => Promise<unknown>): Promise<number> => {
    seen.length = 0;
    await work();
    return seen.length;
  };
  const query = parseQuery('Patient', [['family', 'nightingale']], {});
  if (!query.ok) throw new Error(query.problem.message);
  const made = await record.commit(caller, [{ kind: 'create', resource: { resourceType: 'Patient', name: [{ family: 'Nightingale' }] } }]);
  if (!made.ok) throw new Error(made.problem.message);
  return {
    read: await count(() => record.read(caller, 'Patient', made.value[0]!.stored.id)),
    search: await count(() => record.search(caller, query.value)),
    write: await count(() => record.commit(caller, [{ kind: 'create', resource: { resourceType: 'Patient' } }])),
    searchInsideWrite: await count(() =>
      record.transact(caller, [], async (find) => {
        expect(await find(query.value)).toMatchObject({ ok: true });
        return { ok: true, value: [{ kind: 'create', resource: { resourceType: 'Patient' } }] };
      }),
    ),
  };
}

describe('waiting for the disk', () => {
  it('reads and searches by themselves do not, writes and what they look up do', async () => {
    expect(await withoutWaiting('prompt')).toEqual({ read: 1, search: 1, write: 0, searchInsideWrite: 0 });
  });

  it('nothing does without, where reads are to be durable', async () => {
    expect(await withoutWaiting('durable')).toEqual({ read: 0, search: 0, write: 0, searchInsideWrite: 0 });
  });

  it('a read leaves nothing behind for the next one on its connection', async () => {
    await withoutWaiting('prompt');
    const said = await Promise.all(
      [1, 2].map(() =>
        test.db.query<{ now: string; usual: string }>({
          text: `select current_setting('synchronous_commit') as now, reset_val as usual from pg_settings where name = 'synchronous_commit'`,
        }),
      ),
    );
    for (const { rows } of said) expect(rows[0]!.now).toBe(rows[0]!.usual);
  });
});
