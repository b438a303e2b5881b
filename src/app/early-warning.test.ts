// From a vital sign that is written to the early warning score that stands in the record: record, feed, runner, module and
// knowledge together, on a real database.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Feed } from '../feed/contract.ts';
import { openFeed } from '../feed/feed.ts';
import { defaultFeedSettings } from '../feed/follower.ts';
import { feedMigrations } from '../feed/schema.ts';
import type { Observation, Provenance, Resource, ResourceType } from '../fhir/generated/types.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { validateStructure } from '../fhir/structure/validate.ts';
import { moduleAccount } from '../modules/runner/module-account.ts';
import { type Runner, runModules } from '../modules/runner/runner.ts';
import type { Caller, RecordStore, Stored } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import { loadModules } from './knowledge.ts';
import { ownKnowledge } from './knowledge-folder.ts';

const nurse: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'nurse', role: 'nurse' },
  purpose: 'TREAT',
  from: 'ward',
  request: 'r1',
};
const auditor: Caller = { ...nurse, person: { ...nurse.person, role: 'administrator' } };
const quick = { ...defaultFeedSettings, leaseMs: 600, pollMs: 50, retryMs: { first: 5, most: 20 } };
const follower = 'module:deterioration';

let test: TestDatabase;
let record: RecordStore;
let feed: Feed;
let runner: Runner | undefined;

beforeEach(async () => {
  test = await testDatabase();
  const migrated = await migrate(test.db, [...recordMigrations, ...feedMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(test.db);
  feed = await openFeed(test.db, record, quick);
  await write({ resourceType: 'Patient', id: 'ada', birthDate: '1950-05-17' });
});
afterEach(async () => {
  await runner?.stop();
  await feed.close();
  await test.drop();
});

/** Starts the modules on the record, or on one that behaves otherwise. */
async function run(on: RecordStore = record): Promise<void> {
  const modules = await loadModules([ownKnowledge]);
  if (!modules.ok) throw new Error(modules.problem.message);
  const started = runModules(modules.value, { feed, record: on, now: () => new Date() });
  if (!started.ok) throw new Error(started.problem.message);
  runner = started.value;
}

async function write(...resources: Resource[]): Promise<Stored[]> {
  const done = await record.commit(
    auditor,
    resources.map((resource) => ({ kind: 'update', resource })),
  );
  if (!done.ok) throw new Error(done.problem.message);
  return done.value.map((written) => written.stored);
}

async function find<T extends Resource>(type: ResourceType, text: string): Promise<T[]> {
  const query = parseQuery(type, [...new URLSearchParams(text)]);
  if (!query.ok) throw new Error(query.problem.message);
  const page = await record.search(auditor, { ...query.value, count: 500 });
  if (!page.ok) throw new Error(page.problem.message);
  return page.value.matches.map((stored) => JSON.parse(stored.body) as T);
}
const scores = (): Promise<Observation[]> => find<Observation>('Observation', 'code=http://lamplight.example/CodeSystem/score|news2');

/** Until the module has dealt with everything that is in the record. */
async function settled(): Promise<void> {
  for (;;) {
    const lag = await feed.lag(follower);
    if (lag !== undefined && lag.position === lag.head) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const sign = (id: string, code: string, value: number, unit: string, at = '08:00'): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  subject: { reference: 'Patient/ada' },
  effectiveDateTime: `2026-11-22T${at}:00Z`,
  valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
});

/** Respiration 22 (2), saturation 95 on air (1 + 0), systolic 105 (1), pulse 95 (1), alert (0), temperature 38.5 (1): 6. */
const round = (): Observation[] => {
  const { valueQuantity: _, ...alert } = sign('alert', '80288-4', 0, '');
  return [
    sign('respiration', '9279-1', 22, '/min'),
    sign('saturation', '59408-5', 95, '%'),
    sign('flow', '3151-8', 0, 'L/min'),
    sign('systolic', '8480-6', 105, 'mm[Hg]'),
    sign('pulse', '8867-4', 95, '/min'),
    { ...alert, valueCodeableConcept: { text: 'Alert' } },
    sign('temperature', '8310-5', 38.5, 'Cel'),
  ];
};

describe('early warning', () => {
  it('scores a round of vital signs as it arrives, exactly, and says what the score rests on', async () => {
    await run();
    for (const one of round()) await write(one);
    await settled();
    const [score, ...more] = await scores();
    expect(more).toEqual([]);
    expect(score).toMatchObject({
      status: 'final',
      valueQuantity: { value: 6 },
      effectiveDateTime: '2026-11-22T08:00:00Z',
      subject: { reference: 'Patient/ada' },
    });
    expect(score!.derivedFrom?.map((fact) => fact.reference).sort()).toEqual(
      round()
        .map((one) => `Observation/${one.id}`)
        .sort(),
    );

    const provenances = await find<Provenance>('Provenance', `target=Observation/${score!.id}`);
    const version = score!.meta!.versionId;
    const current = provenances.filter((one) => one.target[0]?.reference === `Observation/${score!.id}/_history/${version}`);
    expect(current).toHaveLength(1);
    expect(provenances).toHaveLength(Number(version));
    expect(validateStructure(current[0])).toEqual([]);
    expect(current[0]!.agent[0]!.who).toEqual({ type: 'Device', display: 'Lamplight deterioration' });
    expect(current[0]!.entity?.map((entity) => entity.what.reference ?? entity.what.display)).toEqual([
      'Knowledge: news2 2017.1',
      ...score!.derivedFrom!.map((fact) => fact.reference),
    ]);
  });

  it('writes one score and one Provenance for a round that arrives at once', async () => {
    await write(...round());
    await run();
    await settled();
    const [score] = await scores();
    expect(score).toMatchObject({ meta: { versionId: '1' }, valueQuantity: { value: 6 } });
    expect(await find('Provenance', `target=Observation/${score!.id}`)).toHaveLength(1);
  });

  it('names the account of the module as who wrote it', async () => {
    await run();
    await write(...round());
    await settled();
    const [score] = await scores();
    const changes = await record.changes(0n, 1000);
    expect(changes.filter((change) => change.id === score!.id).map((change) => change.by)).toEqual([moduleAccount('deterioration')]);
  });

  it('makes the score again when a vital sign is corrected, and when one is taken away', async () => {
    await run();
    await write(...round());
    await settled();
    await write({ ...sign('respiration', '9279-1', 25, '/min'), status: 'corrected' });
    await settled();
    expect((await scores())[0]).toMatchObject({ meta: { versionId: '2' }, valueQuantity: { value: 7 } });
    const gone = await record.commit(auditor, [{ kind: 'delete', type: 'Observation', id: 'pulse' }]);
    expect(gone.ok).toBe(true);
    await settled();
    const [score] = await scores();
    expect(score!.valueQuantity).toBeUndefined();
    expect(score!.dataAbsentReason?.text).toContain('pulse');
  });

  it('loses nothing and doubles nothing when it dies before, in or after a commit', async () => {
    let commits = 0;
    const dying: RecordStore = {
      ...record,
      async commitWith(caller, writes, beside) {
        commits++;
        if (commits === 1) throw new Error('killed before the commit');
        if (commits === 2) {
          return record.commitWith(caller, writes, async (session) => {
            await beside(session);
            throw new Error('killed inside the transaction');
          });
        }
        const done = await record.commitWith(caller, writes, beside);
        if (commits === 3) throw new Error('killed after the commit, before its answer');
        return done;
      },
    };
    await run(dying);
    await write(...round());
    await settled();
    await write(sign('later', '9279-1', 18, '/min', '09:00'));
    await settled();
    expect(commits).toBeGreaterThan(3);
    const both = await scores();
    expect(both.map((score) => [score.effectiveDateTime, score.valueQuantity?.value, score.meta?.versionId])).toEqual(
      expect.arrayContaining([
        ['2026-11-22T08:00:00Z', 6, '1'],
        ['2026-11-22T09:00:00Z', 4, '1'],
      ]),
    );
    expect(both).toHaveLength(2);
    expect(await find('Provenance', '_count=100')).toHaveLength(2);
  });

  it('leaves the record as it is when it is set back to the start', async () => {
    await run();
    for (const one of round()) await write(one);
    await settled();
    const head = await record.head();
    expect(await feed.rewind(follower, 0n)).toBe(true);
    await settled();
    expect(await record.head()).toBe(head);
  });

  it('puts a score back that somebody deleted, when its vital signs are looked at again', async () => {
    await run();
    await write(...round());
    await settled();
    const [score] = await scores();
    const gone = await record.commit(auditor, [{ kind: 'delete', type: 'Observation', id: score!.id! }]);
    expect(gone.ok).toBe(true);
    await settled();
    await feed.rewind(follower, 0n);
    await settled();
    expect((await scores())[0]).toMatchObject({ id: score!.id, meta: { versionId: '3' }, valueQuantity: { value: 6 } });
  });
});
