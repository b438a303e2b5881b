import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Feed } from '../../feed/contract.ts';
import { openFeed } from '../../feed/feed.ts';
import { defaultFeedSettings } from '../../feed/follower.ts';
import { feedMigrations } from '../../feed/schema.ts';
import type { Basic, Flag, Resource, ResourceType } from '../../fhir/generated/types.ts';
import { readJsonNow } from '../../fhir/json.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { asResource } from '../../fhir/structure/validate.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import type { Chart, Conclusion, Module, ModuleChange } from '../contract.ts';
import { moduleAccount } from './module-account.ts';
import { type Runner, runModules } from './runner.ts';

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r',
};
const quick = { ...defaultFeedSettings, leaseMs: 600, pollMs: 50, retryMs: { first: 5, most: 20 } };

let test: TestDatabase;
let record: RecordStore;
let feed: Feed;
const runners: Runner[] = [];

beforeEach(async () => {
  test = await testDatabase();
  const migrated = await migrate(test.db, [...recordMigrations, ...feedMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(test.db);
  feed = await openFeed(test.db, record, quick);
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
  await feed.close();
  await test.drop();
});

function run(...modules: Module[]): void {
  const started = runModules(modules, { feed, record, now: () => new Date() });
  if (!started.ok) throw new Error(started.problem.message);
  runners.push(started.value);
}

async function put(...resources: Resource[]): Promise<void> {
  const done = await record.commit(
    caller,
    resources.map((resource) => ({ kind: 'update', resource })),
  );
  if (!done.ok) throw new Error(done.problem.message);
}

async function all<T extends Resource>(type: ResourceType): Promise<T[]> {
  const query = parseQuery(type, [['_count', '1000']]);
  if (!query.ok) throw new Error(query.problem.message);
  const page = await record.search(caller, query.value);
  if (!page.ok) throw new Error(page.problem.message);
  return page.value.matches.map((stored) => JSON.parse(stored.body) as T);
}

async function settled(...names: string[]): Promise<void> {
  for (const name of names) {
    for (;;) {
      const lag = await feed.lag(`module:${name}`);
      if (lag !== undefined && lag.position === lag.head) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function problemOf(name: string): Promise<string> {
  for (;;) {
    const problem = (await feed.lag(`module:${name}`))?.problem;
    if (problem !== undefined) return problem;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let made = 0;
/** Each differs from the one before: what says the same makes no version, and no change to follow. */
const patient = (id: string, family = 'Test'): Resource => ({ resourceType: 'Patient', id, name: [{ family, given: [`${++made}`] }] });
const module = (name: string, follow: (change: ModuleChange, chart: Chart) => Promise<Resource[]>, more: Partial<Module> = {}): Module => ({
  name,
  question: 'Does the runner keep its promises?',
  watches: ['Patient'],
  emits: ['Flag', 'Basic'],
  follow: async (change, chart) =>
    (await follow(change, chart)).map(
      (resource): Conclusion => ({ resource, basis: [`${change.type}/${change.id}`], knowledge: 'rules 1' }),
    ),
  ...more,
});
const flag = (id: string, of: string, text: string): Flag => ({
  resourceType: 'Flag',
  id,
  status: 'active',
  code: { text },
  subject: { reference: `Patient/${of}` },
});
const tallyId = namedUuid('tally');
const tally = (count: number): Basic => ({ resourceType: 'Basic', id: tallyId, code: { text: String(count) } });
const must = <T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

describe('a module in the runner', () => {
  it('sees its own conclusions that are not committed yet, when it reads', async () => {
    // Counts all patients, each on top of what it said before.
    const counting = module('tally', async (_change, chart) => {
      const before = await chart.read('Basic', tallyId);
      return [tally(before.ok ? Number((before.value as Basic).code.text) + 1 : 1)];
    });
    await put(...Array.from({ length: 40 }, (_, i) => patient(`p${i}`)));
    run(counting);
    await settled('tally');
    // One batch, one version: forty conclusions of one resource, of which the last has the last word.
    expect((await all<Basic>('Basic')).map((one) => [one.code.text, one.meta?.versionId])).toEqual([['40', '1']]);
  });

  it('sees them when it searches: added, replaced, in order, within the count', async () => {
    const seen: string[] = [];
    const numbering = module('numbering', async ({ id, version }, chart) => {
      const found = must(await chart.search('Flag', `subject=Patient/${id}&_sort=_id`));
      seen.push(`${id} ${version}: ${found.map((one) => (one as Flag).code.text).join(',')}`);
      return [flag(`${id}-${version}`, id, `v${version}`), flag(`${id}-newest`, id, `n${version}`)];
    });
    await put(patient('a'));
    await put(patient('b'));
    await put(patient('a'));
    await put(patient('a'));
    run(numbering);
    await settled('numbering');
    expect(seen).toEqual(['a 1: ', 'b 1: ', 'a 2: v1,n1', 'a 3: v1,v2,n2']);
  });

  it('is asked change by change where only the record itself can answer', async () => {
    const seen: string[] = [];
    const asking = module('asking', async ({ id, version }, chart) => {
      const found = must(await chart.search('Flag', `subject:Patient.family=Test`));
      seen.push(`${id} ${version}: ${found.length}`);
      return [flag(`${id}-${version}`, id, 'f')];
    });
    await put(patient('a'));
    await put(patient('b'));
    await put(patient('a'));
    run(asking);
    await settled('asking');
    expect(seen.slice(-3)).toEqual(['a 1: 0', 'b 1: 1', 'a 2: 2']);
    expect(await all('Flag')).toHaveLength(3);
  });

  it('misses nothing behind a full page that its own conclusion made room on', async () => {
    const open = (id: string): Flag => ({ ...flag(id, 'a', 'x'), identifier: [{ value: 'open' }] });
    await put(patient('a'), open('f1'), open('f2'));
    await put(patient('a'));
    const seen: string[] = [];
    const closing = module('closing', async ({ id }, chart) => {
      const [first] = must(await chart.search('Flag', `subject=Patient/${id}&identifier=open&_sort=_id&_count=1`)) as Flag[];
      seen.push(first?.id ?? 'none');
      return first === undefined ? [] : [flag(first.id ?? '', id, 'closed')];
    });
    run(closing);
    await settled('closing');
    expect(seen.slice(-2)).toEqual(['f1', 'f2']);
    expect((await all<Flag>('Flag')).map((one) => one.code.text)).toEqual(['closed', 'closed']);
  });

  it('gets the changes of each patient in order, those of different patients side by side where it says so', async () => {
    const order = new Map<string, number[]>();
    let atOnce = 0;
    let most = 0;
    const busy = module(
      'busy',
      async ({ id, version }) => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setTimeout(resolve, 3));
        atOnce--;
        order.set(id, [...(order.get(id) ?? []), version]);
        return [];
      },
      { byPatient: true },
    );
    for (let version = 0; version < 3; version++) await put(...['a', 'b', 'c', 'd'].map((id) => patient(id)));
    run(busy);
    await settled('busy');
    expect(most).toBe(4);
    expect([...order.values()]).toEqual([1, 2, 3, 4].map(() => [1, 2, 3]));
  });

  it('does not get its own conclusions back, but what others do to them', async () => {
    const seen: string[] = [];
    const echo = module(
      'echo',
      async ({ type, id, operation, after }) => {
        seen.push(`${operation} ${type}/${id}`);
        return after === null ? [] : [flag('echo', 'a', after.id ?? '')];
      },
      { watches: ['Patient', 'Flag'] },
    );
    run(echo);
    await put(patient('a'));
    await settled('echo');
    must(await record.commit(caller, [{ kind: 'delete', type: 'Flag', id: 'echo' }]));
    await settled('echo');
    expect(seen).toEqual(['create Patient/a', 'delete Flag/echo']);
  });

  it('writes nothing where it concludes what already stands there', async () => {
    const steady = module('steady', async ({ id }) => [flag(`${id}-flag`, id, 'the same')]);
    run(steady);
    await put(patient('a'));
    await settled('steady');
    await put(patient('a', 'Married'));
    await settled('steady');
    expect((await all<Flag>('Flag')).map((one) => one.meta?.versionId)).toEqual(['1']);
    expect(await all('Provenance')).toHaveLength(1);
  });

  it('looks again where somebody changed in between what it is about to replace', async () => {
    let interfered = false;
    const careful = module('careful', async ({ id }, chart) => {
      const before = await chart.read('Flag', 'shared');
      if (!interfered) {
        interfered = true;
        await put(flag('shared', id, 'by a nurse'));
      }
      return [flag('shared', id, before.ok ? `after ${(before.value as Flag).code.text}` : 'first')];
    });
    run(careful);
    await put(patient('a'));
    await settled('careful');
    const [shared] = await all<Flag>('Flag');
    expect(shared).toMatchObject({ code: { text: 'after by a nurse' }, meta: { versionId: '2' } });
    const [provenance] = await all<Resource & { target: { reference: string }[] }>('Provenance');
    expect(provenance!.target).toEqual([{ reference: 'Flag/shared/_history/2' }]);
  });

  it('leaves its reading and writing in the audit trail under its own account', async () => {
    run(
      module('reader', async ({ id }, chart) => {
        await chart.read('Patient', id);
        return [flag('f', id, 'x')];
      }),
    );
    await put(patient('a'));
    await settled('reader');
    const { rows } = await test.db.query<{ action: string; who: string }>({
      text: 'select distinct action, who from audit where account = $1 order by 1',
      values: [moduleAccount('reader')],
    });
    expect(rows).toEqual(['create', 'read'].map((action) => ({ action, who: 'module:reader' })));
  });
});

describe('a module with a fault', () => {
  const faults: [string, Resource, RegExp][] = [
    [
      'a type that it does not emit',
      { resourceType: 'Task', id: 't', status: 'draft', intent: 'order' },
      /Task, which is not among what it emits/,
    ],
    ['a resource without an id', { resourceType: 'Basic', code: { text: 'x' } }, /Basic without an id/],
    [
      'a resource that is not valid',
      JSON.parse('{"resourceType":"Flag","id":"f","status":"Nightingale"}') as Resource,
      /Flag that is not valid at Flag\./,
    ],
  ];
  it.each(faults)('stops when it returns %s; the others go on', async (_, resource, problem) => {
    run(
      module('faulty', async () => [resource]),
      module('sound', async ({ id }) => [flag(`${id}-flag`, id, 'x')]),
    );
    await put(patient('a'));
    expect(await problemOf('faulty')).toMatch(problem);
    expect(await problemOf('faulty')).not.toContain('Nightingale');
    await settled('sound');
    await put(patient('b'));
    await settled('sound');
    expect((await all('Flag')).map((one) => one.id).sort()).toEqual(['a-flag', 'b-flag']);
    expect((await feed.lag('module:faulty'))?.position).toBe(0n);
  });

  it('is tried again when it throws, and nothing of the batch is written before', async () => {
    let broken = true;
    const moody = module('moody', async ({ id }) => {
      if (broken && id === 'b') throw new Error('not today');
      return [flag(`${id}-flag`, id, 'x')];
    });
    await put(patient('a'), patient('b'));
    run(moody);
    expect(await problemOf('moody')).toBe('not today');
    expect(await all('Flag')).toEqual([]);
    broken = false;
    await settled('moody');
    expect((await all('Flag')).map((one) => one.id).sort()).toEqual(['a-flag', 'b-flag']);
    expect((await feed.lag('module:moody'))?.problem).toBeUndefined();
  });
});

describe('starting modules', () => {
  const start = (...modules: Module[]) => runModules(modules, { feed, record, now: () => new Date() });

  it('is refused where they would wake each other in a circle', async () => {
    const one = module('one', async () => [], { watches: ['Flag'], emits: ['Task'] });
    const two = module('two', async () => [], { watches: ['Task'], emits: ['Flag'] });
    expect(start(one, two)).toMatchObject({
      ok: false,
      problem: { kind: 'conflict', message: expect.stringContaining('one → two → one') },
    });
    expect(await feed.lags()).toEqual([]);
  });

  it('is refused where two have one name', () => {
    expect(
      start(
        module('same', async () => []),
        module('same', async () => []),
      ),
    ).toMatchObject({ ok: false });
  });
});

describe('the chart', () => {
  it('answers with whole resources only, and says so', async () => {
    const answers: string[] = [];
    run(
      module('asking', async ({ id }, chart) => {
        for (const text of ['_include=Patient:organization', '_summary=true', '_elements=id', '_total=accurate', 'family=', 'surname=x']) {
          const found = await chart.search('Patient', text);
          answers.push(found.ok ? 'answered' : found.problem.kind);
        }
        const many = must(await chart.search('Patient', '_count=5000'));
        answers.push(String(many.length), (await chart.read('Patient', 'nobody')).ok ? 'there' : 'not there', id);
        return [];
      }),
    );
    await put(patient('a'));
    await settled('asking');
    expect(answers).toEqual(['unsupported', 'unsupported', 'unsupported', 'unsupported', 'invalid', 'invalid', '1', 'not there', 'a']);
  });

  it('keeps the digits of what it reads', async () => {
    let said = '';
    run(
      module(
        'digits',
        async ({ after }, chart) => {
          const found = must(await chart.search('Observation', 'code=http://loinc.org|2823-3'));
          said = [after, ...found].map((one) => String(one?.resourceType === 'Observation' ? one.valueQuantity?.value : '')).join(' ');
          return [];
        },
        { watches: ['Observation'] },
      ),
    );
    const potassium = must(
      readJsonNow(
        '{"resourceType":"Observation","id":"k","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"valueQuantity":{"value":4.10,"unit":"mmol/L"}}',
      ),
    );
    await put(must(asResource(potassium)));
    await settled('digits');
    expect(said).toBe('4.10 4.10');
  });
});
