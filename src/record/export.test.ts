import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Session, Statement } from '../database/contract.ts';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { type Resource, type ResourceType, resourceTypes } from '../fhir/generated/types.ts';
import { parseQuery } from '../fhir/search/query.ts';
import type { Caller, ExportPart, ExportWish, RecordStore } from './contract.ts';
import { defaultRecordSettings, openRecord } from './record.ts';
import { recordMigrations } from './schema.ts';
import { makeWorld, must, type World } from './search/testing/world.ts';

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r1',
};
const as = (role: Caller['person']['role'], more: Partial<Caller['person']> = {}): Caller => ({
  ...caller,
  person: { ...caller.person, role, ...more },
});
let database: TestDatabase;
let record: RecordStore;

beforeAll(async () => {
  database = await testDatabase();
  must(await migrate(database.db, recordMigrations));
  record = openRecord(database.db);
});
afterAll(() => database.drop());

const everything: ExportWish = { filters: [], asked: '' };

interface Found {
  at: Date;
  live: Map<string, string>;
  deleted: string[];
}

async function exported(wish: Partial<ExportWish> = {}, who = caller, from = record): Promise<Found> {
  const live = new Map<string, string>();
  const deleted: string[] = [];
  const sink = async ({ type, bodies, deleted: gone }: ExportPart): Promise<void> => {
    for (const body of bodies) {
      if (gone) deleted.push(`${type}/${body}`);
      else live.set(`${type}/${(JSON.parse(body) as { id: string }).id}`, body);
    }
  };
  const { at, resources } = must(await from.exportAll(who, { ...everything, ...wish }, sink, new AbortController().signal));
  expect(resources).toBe(live.size + deleted.length);
  return { at, live, deleted: deleted.sort() };
}

const put = async (...resources: Resource[]): Promise<void> => {
  must(
    await record.commit(
      caller,
      resources.map((resource) => ({ kind: 'update', resource })),
    ),
  );
};
const patient = (id: string, more: object = {}): Resource => ({ resourceType: 'Patient', id, ...more }) as Resource;
const weight = (id: string, of: string): Resource =>
  ({ resourceType: 'Observation', id, status: 'final', code: { text: 'weight' }, subject: { reference: `Patient/${of}` } }) as Resource;

describe('an export', () => {
  test('does not fail where another one began in the same moment, and the next one leaves out nothing of either', async () => {
    // The clock of the database stands still, and neither is written before both have their snapshot.
    const still: Database = Object.create(database.db, {
      transaction: {
        value: <T>(work: (session: Session) => Promise<T>): Promise<T> =>
          database.db.transaction((session) =>
            work(
              Object.create(session, {
                query: {
                  value: (statement: Statement) =>
                    session.query({
                      ...statement,
                      text: statement.text.replace('clock_timestamp()', `'2026-01-01T00:00:00Z'::timestamptz`),
                    }),
                },
              }),
            ),
          ),
      },
    });
    await put(patient('still'));
    let waiting = 2;
    let both = (): void => {};
    const met = new Promise<void>((resolve) => {
      both = resolve;
    });
    const one = async () => {
      let reached = false;
      return openRecord(still).exportAll(
        caller,
        { ...everything, types: ['Patient'] },
        async () => {
          if (!reached && --waiting === 0) both();
          reached = true;
          await met;
        },
        new AbortController().signal,
      );
    };
    const [first, second] = await Promise.all([one(), one()]);
    expect([must(first!).at, must(second!).at]).toEqual([must(first!).at, must(first!).at]);
    await put(patient('still-later'));
    const { live } = await exported({ since: must(first!).at });
    expect([...live.keys()]).toEqual(['Patient/still-later']);
  });

  test('holds every resource of a random record as it is read, once', async () => {
    const world: World = await makeWorld(11, resourceTypes, 3);
    const { live } = await exported({}, caller, world.record);
    const { rows } = await world.database.db.query<{ n: bigint }>({ text: 'select count(*) as n from resource where not deleted' });
    expect(live.size).toBe(Number(rows[0]!.n));
    for (const [name, body] of [...live].slice(0, 200)) {
      const [type, id] = name.split('/') as [ResourceType, string];
      expect(must(await world.record.read(caller, type, id)).body).toBe(body);
    }
    await world.database.drop();
  });

  test('since the time that the one before gave holds what changed and what was deleted, and nothing else', async () => {
    await put(patient('a'), patient('b'), patient('c'), weight('o1', 'a'));
    const first = await exported();
    expect([...first.live.keys()]).toEqual(expect.arrayContaining(['Patient/a', 'Observation/o1']));
    expect((await exported({ since: first.at })).live.size).toBe(0);
    await put(patient('b', { active: true }), patient('d'));
    must(await record.commit(caller, [{ kind: 'delete', type: 'Patient', id: 'c' }]));
    const second = await exported({ since: first.at });
    expect([...second.live.keys()].sort()).toEqual(['Patient/b', 'Patient/d']);
    expect(second.deleted).toEqual(['Patient/c']);
    expect((await exported({ since: second.at })).live.size).toBe(0);
    // A time that no export gave.
    expect((await exported({ since: new Date(0) })).live.size).toBe(first.live.size);
  });

  test('does not lose a write that commits after it with an earlier time', async () => {
    const first = await exported();
    const slow = openRecord(database.db, { ...defaultRecordSettings, now: () => new Date(first.at.getTime() - 10_000) });
    must(await slow.commit(caller, [{ kind: 'update', resource: patient('slow') }]));
    expect([...(await exported({ since: first.at })).live.keys()]).toEqual(['Patient/slow']);
  });

  test('of one moment: what is written while it runs is not in it', async () => {
    const types: ResourceType[] = [];
    await record.exportAll(
      caller,
      { ...everything, types: ['Observation', 'Patient'] },
      async ({ type, bodies }) => {
        types.push(type);
        if (type === 'Observation') await put(patient('late'));
        else expect(bodies.some((body) => body.includes('"late"'))).toBe(false);
      },
      new AbortController().signal,
    );
    expect(types).toEqual(['Observation', 'Patient']);
  });

  test('of patients holds what is in their compartments', async () => {
    await put(patient('p1'), patient('p2'), weight('w1', 'p1'), weight('w2', 'p2'), { resourceType: 'Organization', id: 'org', name: 'x' });
    expect([...(await exported({ patients: ['p1'] })).live.keys()].sort()).toEqual(['Observation/w1', 'Patient/p1']);
    const all = await exported({ patients: 'all' });
    expect(all.live.has('Observation/w2')).toBe(true);
    expect(all.live.has('Organization/org')).toBe(false);
  });

  test('with filters holds what matches one of them', async () => {
    await put(patient('f1', { gender: 'female' }), patient('f2', { gender: 'male', active: true }), patient('f3', { gender: 'other' }));
    const filter = (text: string) => must(parseQuery('Patient', [...new URLSearchParams(text)], {}));
    const { live } = await exported({ filters: [filter('gender=female'), filter('gender=male&active=true')] });
    expect([...live.keys()].filter((name) => name.startsWith('Patient/')).sort()).toEqual(['Patient/f1', 'Patient/f2']);
    expect(live.has('Observation/w1')).toBe(true);
  });

  test('keeps to the organisation of the account, and is refused to those who may not', async () => {
    await put({ resourceType: 'Organization', id: 'north' }, { resourceType: 'Organization', id: 'south' });
    await put(
      patient('n', { managingOrganization: { reference: 'Organization/north' } }),
      patient('s', { managingOrganization: { reference: 'Organization/south' } }),
    );
    await put(weight('wn', 'n'), weight('ws', 's'));
    const north = await exported({}, as('analyst', { organisations: ['north'] }));
    expect([...north.live.keys()].filter((name) => /^(Patient|Observation)\//.test(name)).sort()).toEqual(['Observation/wn', 'Patient/n']);
    const refused = await record.exportAll(as('nurse'), everything, async () => {}, new AbortController().signal);
    expect(refused).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
    expect(await record.exportable(as('analyst'), { types: ['AuditEvent'], asked: '' })).toMatchObject({
      ok: false,
      problem: { kind: 'forbidden' },
    });
  });

  test('is in the audit trail of every patient, and a refused one too', async () => {
    await exported({ patients: ['p1', 'p2'], asked: '_type=x' });
    const trail = must(await record.trail(caller, { ok: true, value: { patient: 'p2', actions: ['export'], count: 10, asked: '' } }));
    expect(trail.rows[0]).toMatchObject({ action: 'export', query: '_type=x', outcome: 200 });
    const refused = must(await record.trail(caller, { ok: true, value: { actions: ['export'], outcomes: [403], count: 10, asked: '' } }));
    expect(refused.rows.length).toBeGreaterThan(0);
  });

  test('that is stopped, or whose sink fails, leaves no audit row of what nobody got', async () => {
    const stop = new AbortController();
    const stopped = await record.exportAll(caller, { ...everything, asked: 'stopped' }, async () => stop.abort(), stop.signal);
    expect(stopped.ok).toBe(false);
    await expect(
      record.exportAll(
        caller,
        { ...everything, asked: 'stopped' },
        async (): Promise<void> => {
          throw new Error('disk full');
        },
        new AbortController().signal,
      ),
    ).rejects.toThrow('disk full');
    const { rows } = await database.db.query({ text: `select 1 from audit where query = 'stopped'` });
    expect(rows).toEqual([]);
  });

  test('brings bodies of any length', async () => {
    const data = Buffer.alloc(300_000, 7).toString('base64');
    await put({ resourceType: 'Binary', id: 'long', contentType: 'image/png', data });
    expect((await exported({ types: ['Binary'] })).live.get('Binary/long')).toContain(data);
  });
});

describe('what was exported, taken over by another record', () => {
  test('is exported from there as the same texts, deletions too', async () => {
    const other = await testDatabase();
    must(await migrate(other.db, recordMigrations));
    const there = openRecord(other.db);
    await put(patient('b', { active: false }));
    const here = await exported({ since: new Date(0) });
    const take = async (): Promise<string[]> => {
      const outcomes: string[] = [];
      for (const body of here.live.values()) {
        const resource = JSON.parse(body) as Resource & { meta: { versionId: string; lastUpdated: string } };
        const [written] = must(
          await there.takeOver(caller, [
            { kind: 'import', resource, version: Number(resource.meta.versionId), at: new Date(resource.meta.lastUpdated) },
          ]),
        );
        outcomes.push(written!.outcome);
      }
      for (const name of here.deleted) {
        const [type, id] = name.split('/') as [ResourceType, string];
        outcomes.push(must(await there.takeOver(caller, [{ kind: 'import-deleted', type, id }]))[0]!.outcome);
      }
      return [...new Set(outcomes)].sort();
    };
    expect(await take()).toEqual(['created', 'deleted']);
    const copy = await exported({ since: new Date(0) }, caller, there);
    expect([...copy.live]).toEqual([...here.live]);
    expect(copy.deleted).toEqual(here.deleted);
    expect(here.deleted).toContain('Patient/c');
    expect(await there.read(caller, 'Patient', 'c')).toMatchObject({ ok: false, problem: { kind: 'gone' } });
    // Once more changes nothing, and what says something else is not overwritten.
    expect(await take()).toEqual(['nothing', 'unchanged']);
    const wrong = await there.takeOver(caller, [{ kind: 'import', resource: patient('a', { active: true }), version: 9, at: new Date() }]);
    expect(wrong).toMatchObject({ ok: false, problem: { kind: 'conflict' } });
    await other.drop();
  });

  test('goes on counting versions from there', async () => {
    const at = new Date('2020-01-01T00:00:00Z');
    must(await record.takeOver(caller, [{ kind: 'import', resource: patient('old'), version: 7, at }]));
    const [next] = must(await record.commit(caller, [{ kind: 'update', resource: patient('old', { active: true }), ifVersion: 7 }]));
    expect(next!.stored.version).toBe(8);
    expect(must(await record.readVersion(caller, 'Patient', 'old', '7')).lastUpdated).toEqual(at);
  });

  test('only by an administrator', async () => {
    const write = { kind: 'import', resource: patient('forged'), version: 1, at: new Date(0) } as const;
    for (const role of ['system', 'clinician', 'records-officer'] as const)
      expect(await record.takeOver(as(role), [write]), role).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
  });
});
