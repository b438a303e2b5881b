// Searches and exports on a replica: first on one that lies beside its primary on this machine, then, by comparison with the primary,
// for random searches on a connection that cannot write.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Statement } from '../database/contract.ts';
import { migrate } from '../database/migrate.ts';
import { connect } from '../database/pool.ts';
import { type ReplicaPair, replicaPair } from '../database/replica.fixture.ts';
import { openReplica, type Replica } from '../database/replica.ts';
import type { Resource, ResourceType } from '../fhir/generated/types.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { parseWideQuery } from '../fhir/search/wide.ts';
import type { Caller, ExportPart, ExportWish, Page, RecordStore } from './contract.ts';
import { replicaRunner } from './from-replica.ts';
import { keyOfId } from './keys.ts';
import { defaultRecordSettings, openRecord } from './record.ts';
import { recordMigrations } from './schema.ts';
import { asksInside, searchContained } from './search/contained.ts';
import { search } from './search/search.ts';
import { makeQuery } from './search/testing/random-queries.ts';
import { seeded } from './search/testing/seeded.ts';
import { administrator, makeWorld, must, parsed, type World } from './search/testing/world.ts';

const as = (role: Caller['person']['role'], more: Partial<Caller['person']> = {}): Caller => ({
  ...administrator,
  person: { ...administrator.person, role, ...more },
});
const analyst = as('analyst');
const clinician = as('clinician');

const pair: ReplicaPair | undefined = await replicaPair();
if (pair === undefined) console.warn('skipped: no pg_basebackup');

const patient = (id: string, more: object = {}): Resource => ({ resourceType: 'Patient', id, ...more }) as Resource;
const weight = (id: string, of: string): Resource =>
  ({ resourceType: 'Observation', id, status: 'final', code: { text: 'weight' }, subject: { reference: `Patient/${of}` } }) as Resource;
const asked = (type: ResourceType, ...pairs: [string, string][]) => must(parseQuery(type, pairs, {}));
const idsOf = (page: Page): string[] => [...page.matches, ...page.included].map(({ type, id }) => `${type}/${id}`).sort();
const everything: ExportWish = { filters: [], types: ['Patient', 'Observation'], asked: 'all' };

/** Each row of the trail, but for what differs from one access to the next. */
async function trail(database: Pick<Database, 'query'>, request: string): Promise<string[]> {
  const { rows } = await database.query<{ row: string }>({
    text: `select json_build_array(action, outcome, type, target, query, role, case when seen is null then array[pat] else (select array_agg(s order by s) from unnest(seen) s) end) as row
      from audit where request = $1 order by id`,
    values: [request],
  });
  return rows.map(({ row }) => JSON.stringify(row)).sort();
}

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to be');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe.skipIf(pair === undefined)(`a replica${pair === undefined ? ' (skipped: no pg_basebackup)' : ''}`, () => {
  const { db, primary, replica: place } = pair ?? ({} as ReplicaPair);
  let replica: Replica;
  let record: RecordStore;
  const changes: boolean[] = [];

  const openOne = (lagMsMax: number): Replica =>
    openReplica(db, place, { lagMsMax, lookMs: 40, connectionsMax: 3, changed: (usable) => void changes.push(usable) });
  const put = async (...resources: Resource[]): Promise<void> => {
    must(
      await record.commit(
        administrator,
        resources.map((resource) => ({ kind: 'update', resource })),
      ),
    );
  };
  const find = async (caller: Caller, type: ResourceType, ...pairs: [string, string][]): Promise<string[]> =>
    idsOf(must(await record.search(caller, asked(type, ...pairs))));
  const exported = async (wish: Partial<ExportWish> = {}, from = record) => {
    const found: string[] = [];
    let begun = 1;
    const sink = async ({ type, deleted, bodies }: ExportPart): Promise<void> => {
      for (const body of bodies) found.push(deleted ? `gone ${type}/${body}` : `${type}/${(JSON.parse(body) as { id: string }).id}`);
    };
    const startOver = async (): Promise<void> => {
      begun++;
      found.length = 0;
    };
    const done = must(await from.exportAll(analyst, { ...everything, ...wish }, sink, new AbortController().signal, startOver));
    return { at: done.at, found: found.sort(), begun };
  };
  const caughtUp = async (): Promise<void> => {
    await pair!.resume();
    await pair!.replayed();
    await until(() => replica.usable());
  };

  beforeAll(async () => {
    must(await migrate(db, recordMigrations));
    replica = openOne(600_000);
    record = openRecord(db, { ...defaultRecordSettings, replica });
    await put(patient('a'), patient('b'), weight('o1', 'a'), weight('o2', 'b'));
    await caughtUp();
  });
  afterAll(async () => {
    await replica.close();
    await pair!.drop();
  });

  test('answers what an analyst searches, and never what somebody who treats does', async () => {
    await pair!.pause();
    await put(patient('late', { active: true }), weight('o-late', 'late'));
    for (const [type, pairs] of [
      ['Patient', []],
      ['Patient', [['_id', 'a,b,late']]],
      ['Observation', [['patient', 'Patient/late']]],
      [
        'Observation',
        [
          ['_include', 'Observation:patient'],
          ['_sort', '-_lastUpdated'],
        ],
      ],
    ] as [ResourceType, [string, string][]][]) {
      expect(await find(analyst, type, ...pairs)).not.toContain(type === 'Patient' ? 'Patient/late' : 'Observation/o-late');
      for (const role of ['clinician', 'nurse', 'pharmacist', 'administrator', 'system', 'records-officer'] as const)
        expect(await find(as(role), type, ...pairs), role).toContain(type === 'Patient' ? 'Patient/late' : 'Observation/o-late');
    }
    const several = must(parseWideQuery([['_type', 'Patient,Observation']], {}));
    expect(idsOf(must(await record.searchWide(analyst, several)))).toEqual(['Observation/o1', 'Observation/o2', 'Patient/a', 'Patient/b']);
    expect(idsOf(must(await record.searchWide(clinician, several)))).toContain('Patient/late');
    expect(idsOf(must(await record.lastN(analyst, asked('Observation'), 1)))).toEqual(['Observation/o1', 'Observation/o2']);
    // One who asks for a chart by its id gets the chart as it is.
    expect((await record.read(analyst, 'Patient', 'late')).ok).toBe(true);
    await caughtUp();
    expect(await find(analyst, 'Patient')).toContain('Patient/late');
  });

  test('leaves in the trail of the primary what was asked and all whom it concerned, before the answer', async () => {
    const request = 'who-was-seen';
    must(await record.search({ ...analyst, request }, asked('Observation', ['_include', 'Observation:patient'])));
    const rows = (await trail(db, request)).map((row) => JSON.parse(row) as [string, number, number, null, string, string, string[]]);
    expect(rows.map(([action]) => action)).toEqual(['include', 'search']);
    for (const row of rows) expect(row[6]).toEqual(['a', 'b', 'late'].map(keyOfId).sort());
  });

  test('gives nothing away where the primary cannot write who has seen it', async () => {
    const unwriting: Database = {
      ...db,
      query: (statement: Statement) =>
        /insert into audit/.test(statement.text) ? Promise.reject(new Error('no disk')) : db.query(statement),
      transaction: () => Promise.reject(new Error('no disk')),
    };
    const silent = openRecord(unwriting, { ...defaultRecordSettings, replica });
    await expect(silent.search(analyst, asked('Patient'))).rejects.toThrow('no disk');
    await expect(exported({}, silent)).rejects.toThrow('no disk');
  });

  test('keeps to the scope of who asks, and refuses as the primary does', async () => {
    await put(
      { resourceType: 'Organization', id: 'ward' } as Resource,
      patient('own', { managingOrganization: { reference: 'Organization/ward' } }),
    );
    await caughtUp();
    const ofWard = as('analyst', { organisations: ['ward'] });
    const usedBefore = replica.failures();
    expect(await find(ofWard, 'Patient')).toEqual(await find(as('clinician', { organisations: ['ward'] }), 'Patient'));
    expect(await find(ofWard, 'Observation')).toEqual([]);
    expect(replica.failures()).toBe(usedBefore);
    const refused = await record.search({ ...analyst, request: 'refused' }, asked('AuditEvent'));
    expect(refused).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
    expect(await trail(db, 'refused')).toHaveLength(1);
  });

  test('is not asked by a parameter whose index it may not have yet', async () => {
    await pair!.pause();
    await put({ resourceType: 'Location', id: 'here', position: { latitude: 51.9, longitude: 7.6 } } as Resource);
    expect(await find(analyst, 'Location')).toEqual([]);
    const failedBefore = replica.failures();
    expect(await find(analyst, 'Location', ['near', '51.9|7.6|10|km'])).toEqual(['Location/here']);
    expect(replica.failures()).toBe(failedBefore);
    await caughtUp();
  });

  test('is exported as it is, and the next export has what came since, whichever of the two is read', async () => {
    await pair!.pause();
    const all = await find(clinician, 'Patient');
    await put(patient('z1'), patient('a', { active: true }));
    must(await record.commit(administrator, [{ kind: 'delete', type: 'Patient', id: 'late' }]));
    const first = await exported({ types: ['Patient'], asked: 'first' });
    expect(first.found).toEqual(all);
    expect((await trail(db, administrator.request)).filter((row) => row.includes('"first"'))).toHaveLength(1);
    // The replica has not even the mark of the export before.
    expect((await exported({ types: ['Patient'], since: first.at })).found).toEqual([]);
    await caughtUp();
    const since = ['Patient/a', 'Patient/z1', 'gone Patient/late'];
    const second = await exported({ types: ['Patient'], since: first.at });
    expect(second.found).toEqual(since);
    const onPrimary = await exported({ types: ['Patient'], since: first.at }, openRecord(db));
    expect(onPrimary.found).toEqual(since);
    expect((await exported({ types: ['Patient'], since: second.at })).found).toEqual([]);
    // What the replica has not reached of the export before is the primary's to answer.
    await pair!.pause();
    await put(patient('z2'));
    const third = await exported({ types: ['Patient'], since: second.at }, openRecord(db));
    expect(third.found).toEqual(['Patient/z2']);
    await put(patient('z3'));
    expect((await exported({ types: ['Patient'], since: third.at })).found).toEqual(['Patient/z3']);
    await caughtUp();
  });

  test('whose replay cancels an export lets it begin again on the primary, and the files hold each resource once', async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => ({ resourceType: 'Basic', id: `n${i}`, code: { text: 'x' } }) as Resource);
    await put(...many);
    await caughtUp();
    const found = new Set<string>();
    let given = 0;
    let begun = 1;
    const sink = async ({ bodies }: ExportPart): Promise<void> => {
      for (const body of bodies) found.add((JSON.parse(body) as { id: string }).id);
      given += bodies.length;
      if (begun > 1 || given > bodies.length) return;
      await put(...many.map((one) => ({ ...one, language: 'de' }) as Resource));
      await db.query({ text: 'vacuum resource' });
      await pair!.replayed();
    };
    const startOver = async (): Promise<void> => {
      begun++;
      given = 0;
      found.clear();
    };
    const wish: ExportWish = { filters: [], types: ['Basic'], asked: 'cancelled' };
    expect(must(await record.exportAll(analyst, wish, sink, new AbortController().signal, startOver)).resources).toBe(2_500);
    expect([begun, given, found.size]).toEqual([2, 2_500, 2_500]);
    expect((await trail(db, administrator.request)).filter((row) => row.includes('"cancelled"'))).toHaveLength(1);
  });

  test('that is further behind than allowed is passed over until it has caught up, and not because nothing happens', async () => {
    const strict = openOne(300);
    const careful = openRecord(db, { ...defaultRecordSettings, replica: strict });
    await until(() => strict.usable());
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(strict.usable()).toBe(true);
    await pair!.pause();
    await put(patient('newer'));
    await until(() => !strict.usable());
    expect(strict.behindMs()).toBeGreaterThan(300);
    expect(idsOf(must(await careful.search(analyst, asked('Patient'))))).toContain('Patient/newer');
    expect(await find(analyst, 'Patient')).not.toContain('Patient/newer');
    await caughtUp();
    await until(() => strict.usable());
    await strict.close();
  });

  test('that is stopped is passed over at once and asked again when it is back; nothing fails meanwhile', async () => {
    changes.length = 0;
    let answered = 0;
    let over = false;
    const asking = (async () => {
      while (!over) {
        expect((await find(analyst, 'Patient', ['_id', 'a'])).length).toBe(1);
        answered++;
      }
    })();
    await until(() => answered > 10);
    await pair!.stopReplica();
    await until(() => !replica.usable());
    const before = answered;
    await until(() => answered > before + 10);
    expect((await exported({ types: ['Patient'] })).found).toContain('Patient/a');
    await pair!.startReplica();
    await until(() => replica.usable());
    over = true;
    await asking;
    expect(changes).toEqual([false, true]);
    await pair!.pause();
    await put(patient('newest'));
    expect(await find(analyst, 'Patient', ['_id', 'newest'])).toEqual([]);
    await caughtUp();
  });

  test.skipIf(process.platform !== 'linux')('that hangs keeps nobody waiting but those who asked it last, and these not long', async () => {
    await until(() => replica.usable());
    pair!.freezeReplica();
    const waiting = [
      find(analyst, 'Patient', ['_id', 'a']),
      exported({ types: ['Patient'] }),
      find(analyst, 'Patient', ['_sort', '-_lastUpdated']),
    ];
    for (const answer of await Promise.all(waiting)) expect(JSON.stringify(answer)).toContain('Patient/a');
    expect(replica.usable()).toBe(false);
    expect(await find(analyst, 'Patient', ['_id', 'a'])).toEqual(['Patient/a']);
    pair!.thawReplica();
    await until(() => replica.usable());
  });

  test('is nothing that answers without being one: the primary itself is passed over', async () => {
    let said = '';
    const changed = (_: boolean, why: string): void => {
      said = why;
    };
    const itself = openReplica(db, primary, { lagMsMax: 10_000, lookMs: 20, changed });
    await until(() => said !== '');
    expect(said).toContain('no standby');
    expect(itself.usable()).toBe(false);
    await itself.close();
  });
});

describe('a server that cannot write', () => {
  let world: World;
  let reading: Database;
  beforeAll(async () => {
    world = await makeWorld(5, ['Patient', 'Observation', 'Encounter', 'Condition', 'Organization', 'Practitioner', 'ValueSet', 'List'], 8);
    reading = must(await connect(world.database.connection, { connectionsMax: 1 }));
    await reading.query({ text: 'set default_transaction_read_only = on' });
  });
  afterAll(async () => {
    await reading.close();
    await world.database.drop();
  });

  test('finds for any search what the primary finds, and notes the patients whom the primary writes down', async () => {
    const random = seeded(7);
    const limits = { count: 7, countMax: 100 };
    let found = 0;
    for (let i = 0; i < 400; i++) {
      const query = parsed(makeQuery(random, world.known));
      if (query === undefined) continue;
      const counted = { ...query, total: random.chance(0.3) ? ('accurate' as const) : query.total };
      const here: Caller = { ...administrator, request: `here ${i}` };
      const there: Caller = { ...administrator, request: `there ${i}` };
      const expected = await world.record.search(here, { ...counted, count: 7 });
      const runner = replicaRunner(reading);
      const asked = { ...counted, count: 7 };
      const actual = await (asksInside(asked) ? searchContained(runner, there, asked, limits) : search(runner, there, asked, limits));
      expect(actual).toEqual(expected);
      if (!actual.ok) continue;
      found += actual.value.matches.length;
      const noted = runner.notes.map(({ action, outcome, query: text, pat, seen }) =>
        JSON.stringify([action, outcome, text, (seen ?? [pat]).toSorted()]),
      );
      const rows = (await trail(world.database.db, here.request)).map((row) => {
        const [action, outcome, , , text, , seen] = JSON.parse(row) as [string, number, number, null, string | null, string, string[]];
        return JSON.stringify([action, outcome, text, seen]);
      });
      expect(noted.sort()).toEqual(rows.sort());
    }
    expect(found).toBeGreaterThan(300);
  }, 60_000);
});
