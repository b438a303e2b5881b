// Searches over several types as a client asks them: by GET and POST at the base, in a compartment, inside a Bundle.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller } from '../../record/contract.ts';
import { openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import type { FhirContext, FhirRequest } from './contract.ts';
import { readPairs } from './pairs.ts';
import { answer } from './router.ts';

const base = 'http://here/fhir';
let test: TestDatabase;
let context: FhirContext;

const as = (person: Partial<Person> & Pick<Person, 'role'>): Caller => ({
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'someone', ...person },
  purpose: 'TREAT',
  from: 'test',
  request: 'r',
});
const administrator = as({ role: 'administrator' });

beforeAll(async () => {
  test = await testDatabase();
  const migrated = await migrate(test.db, recordMigrations);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  const record = openRecord(test.db);
  context = { record, base, limits: { bundleEntries: 100 } };
  const resources: Resource[] = [];
  for (const id of ['ann', 'bob']) {
    resources.push(
      { resourceType: 'Patient', id, name: [{ family: id }] },
      { resourceType: 'Condition', id: `${id}-1`, subject: { reference: `Patient/${id}` } },
      { resourceType: 'Observation', id: `${id}-2`, status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${id}` } },
    );
  }
  resources.push({ resourceType: 'Organization', id: 'house', name: 'house' });
  resources.push({
    resourceType: 'AuditEvent',
    id: 'noted',
    type: {},
    recorded: '2026-01-01T00:00:00Z',
    agent: [],
    source: { observer: {} },
  } as Resource);
  for (const resource of resources) {
    const done = await record.commit(administrator, [{ kind: 'update', resource }]);
    if (!done.ok) throw new Error(done.problem.message);
  }
});
afterAll(() => test.drop());

interface Bundle {
  total?: number;
  link: { relation: string; url: string }[];
  entry?: {
    resource: Resource & { name?: unknown; status?: unknown; subject?: unknown };
    fullUrl: string;
    response?: { status: string };
  }[];
  issue?: { diagnostics: string }[];
  rest?: { interaction: { code: string }[]; searchParam: { name: string }[] }[];
}

async function ask(target: string, more: Partial<FhirRequest> = {}): Promise<{ status: number; bundle: Bundle }> {
  const [path = '', query = ''] = target.split('?');
  const pairs = readPairs(query);
  if (!pairs.ok) throw new Error(pairs.problem.message);
  const segments = path.split('/').filter((one) => one !== '');
  const response = await answer(
    { method: 'GET', path: segments, query: pairs.value, headers: {}, caller: administrator, ...more },
    context,
  );
  return { status: response.status, bundle: JSON.parse(response.body ?? '{}') as Bundle };
}

const names = ({ entry = [] }: Bundle): string[] => entry.map(({ resource }) => `${resource.resourceType}/${resource.id}`).toSorted();
const words = ({ issue = [] }: Bundle): string => issue.map(({ diagnostics }) => diagnostics).join();

describe('the base', () => {
  it('finds what of the types named matches, by GET and by POST', async () => {
    const expected = ['Observation/ann-2', 'Observation/bob-2', 'Patient/ann', 'Patient/bob'];
    const { status, bundle } = await ask('?_type=Patient,Observation&_total=accurate');
    expect([status, names(bundle), bundle.total]).toEqual([200, expected, 4]);
    expect(bundle.entry![0]!.fullUrl).toMatch(/^http:\/\/here\/fhir\/(Patient|Observation)\//);
    expect(names((await ask('_search?_type=Patient,Observation', { method: 'POST' })).bundle)).toEqual(expected);
  });

  it('takes what the named types have in common', async () => {
    expect(names((await ask('?_type=Condition,Observation&patient=ann')).bundle)).toEqual(['Condition/ann-1', 'Observation/ann-2']);
    expect(names((await ask('?_has:Observation:patient:_id=ann-2')).bundle)).toEqual(['Patient/ann']);
  });

  it('gives pages whose links lead to the end', async () => {
    const seen: string[] = [];
    let target: string | undefined = '?_count=2&_sort=-_lastUpdated';
    for (let page = 0; target !== undefined && page < 10; page++) {
      const { bundle }: { bundle: Bundle } = await ask(target);
      seen.push(...names(bundle));
      target = bundle.link.find(({ relation }) => relation === 'next')?.url.slice(base.length);
    }
    expect(seen).toHaveLength(8);
    expect(new Set(seen).size).toBe(8);
  });

  it('shows the elements asked for of the types that have them, the others whole', async () => {
    const { bundle } = await ask('?_type=Patient,Condition,Observation&_elements=Patient.active,status&_id=ann,ann-1,ann-2');
    const of = (type: string) => bundle.entry!.find(({ resource }) => resource.resourceType === type)!.resource;
    expect(of('Patient').name).toBeUndefined();
    expect(of('Observation')).toMatchObject({ status: 'final', meta: { tag: [{ code: 'SUBSETTED' }] } });
    expect(of('Observation').subject).toBeUndefined();
    expect(of('Condition').subject).toBeDefined();
  });

  it('leaves out what the asker may not search, and refuses it where it is named', async () => {
    const all = await ask('', { caller: as({ role: 'clinician' }) });
    expect(names(all.bundle)).toHaveLength(7);
    expect(names(all.bundle)).not.toContain('AuditEvent/noted');
    expect((await ask('?_type=Patient,AuditEvent', { caller: as({ role: 'clinician' }) })).status).toBe(403);
    const own = await ask('', { caller: as({ role: 'patient', patients: ['ann'] }) });
    expect(names(own.bundle)).toEqual(['Condition/ann-1', 'Observation/ann-2', 'Organization/house', 'Patient/ann']);
    expect((await ask('', { caller: as({ role: 'patient', patients: [] }) })).status).toBe(403);
  });

  it('says what can be asked', async () => {
    const { status, bundle } = await ask('?code=x');
    expect(status).toBe(400);
    expect(words(bundle)).toMatch(/_lastUpdated.*_tag.*_type/);
    expect(words((await ask('Patient?_type=Patient,Observation')).bundle)).toContain('[base]?_type=');
    expect(words((await ask('', { method: 'PUT' })).bundle)).toContain('GET the base');
  });

  it('is searched from inside a batch or a transaction too', async () => {
    for (const type of ['batch', 'transaction']) {
      const body = { resourceType: 'Bundle', type, entry: [{ request: { method: 'GET', url: '?_type=Patient,Condition' } }] };
      const { bundle } = await ask('', { method: 'POST', body });
      expect(bundle.entry![0]!.response!.status).toBe('200');
      expect(names(JSON.parse(JSON.stringify(bundle.entry![0]!.resource)) as Bundle)).toHaveLength(4);
    }
  });
});

describe('a compartment', () => {
  it('is searched over all its types, or some', async () => {
    expect(names((await ask('Patient/ann/*')).bundle)).toEqual(['Condition/ann-1', 'Observation/ann-2', 'Patient/ann']);
    const some = await ask('Patient/ann/*?_type=Condition&_count=1');
    expect(names(some.bundle)).toEqual(['Condition/ann-1']);
    expect(some.bundle.link[0]!.url).toBe(`${base}/Patient/ann/*?_type=Condition&_count=1`);
    expect(names((await ask('Patient/ann/*/_search?_type=Patient', { method: 'POST' })).bundle)).toEqual(['Patient/ann']);
    expect((await ask('Patient/ann/*?_type=Organization')).status).toBe(400);
    expect((await ask('Organization/house/*')).status).toBe(404);
  });

  it('stands in the audit trail with whose it is, also where nothing was found', async () => {
    for (const path of ['Patient/nobody/*', 'Patient/nobody/Condition']) {
      await ask(`${path}?_lastUpdated=gt2000`);
      const { rows } = await test.db.query<{ query: string }>({ text: 'select query from audit order by at desc, id desc limit 1' });
      expect(rows[0]!.query).toBe('compartment=Patient/nobody&_lastUpdated=gt2000');
    }
  });

  it('has page links of its own: the total of one is not told as that of another', async () => {
    const { bundle } = await ask('Patient/ann/*?_total=accurate&_count=1');
    const next = bundle.link.find(({ relation }) => relation === 'next')!.url.slice(base.length);
    expect((await ask(next)).status).toBe(200);
    expect((await ask(next.replace('/ann/', '/bob/'))).status).toBe(400);
  });

  it('shows nothing of others', async () => {
    expect(names((await ask('Patient/bob/*', { caller: as({ role: 'patient', patients: ['ann'] }) })).bundle)).toEqual([]);
  });
});

it('the CapabilityStatement names it', async () => {
  const { bundle } = await ask('metadata');
  const rest = bundle.rest!;
  expect(rest[0]!.interaction.map(({ code }) => code)).toContain('search-system');
  expect(rest[0]!.searchParam.map(({ name }) => name).toSorted()).toEqual([
    '_id',
    '_lastUpdated',
    '_profile',
    '_security',
    '_source',
    '_tag',
  ]);
});
