import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import { fail, ok } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { parseWideQuery } from '../../fhir/search/wide.ts';
import { type Person, type Role, roles } from '../../policy/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import { makeMetrics } from '../http/metrics.ts';
import { makeServer } from '../http/server.ts';
import type { ShownPage, ShownRow } from './page.ts';
import { auditRoutes } from './routes.ts';

const someone = (name: string, role: Role, more: Partial<Person> = {}): Person => ({ id: randomUUID(), name, role, ...more });
const people: Record<string, Person> = {
  ...Object.fromEntries(roles.map((role) => [role, someone(`the-${role}`, role, role === 'patient' ? { patients: ['ann'] } : {})])),
  north: someone('officer-north', 'records-officer', { organisations: ['north'] }),
  ada: someone('ada', 'clinician'),
};
const as = (who: string, purpose = 'TREAT'): Caller => ({ person: people[who]!, purpose, from: '10.0.0.7', request: `request-of-${who}` });

let test: TestDatabase;
let record: RecordStore;
let app: ReturnType<typeof makeServer>;

const done = async <T>(result: Promise<{ ok: true; value: T } | { ok: false; problem: { message: string } }>): Promise<T> => {
  const found = await result;
  if (!found.ok) throw new Error(found.problem.message);
  return found.value;
};

const must = <T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

const put = (resource: Resource) => done(record.commit(as('administrator'), [{ kind: 'update', resource }]));

beforeAll(async () => {
  test = await testDatabase();
  await done(migrate(test.db, recordMigrations));
  record = openRecord(test.db);
  for (const id of ['north', 'south']) await put({ resourceType: 'Organization', id, name: id });
  await put({ resourceType: 'Patient', id: 'ann', managingOrganization: { reference: 'Organization/north' } });
  await put({ resourceType: 'Patient', id: 'bob', managingOrganization: { reference: 'Organization/south' } });
  await done(record.read(as('ada'), 'Patient', 'ann'));
  await done(record.read(as('ada', 'ETREAT'), 'Patient', 'bob'));
  await record.read(as('ada'), 'Patient', 'nobody');
  await record.read(as('ada'), 'AuditEvent', 'x');
  const query = parseQuery('Patient', [['_id', 'ann,bob']]);
  if (!query.ok) throw new Error(query.problem.message);
  await done(record.search(as('ada'), query.value));
  await put({ resourceType: 'Patient', id: 'ann', active: true, managingOrganization: { reference: 'Organization/north' } });
  const parts = { log: pino({ level: 'silent' }), metrics: makeMetrics(), now: () => new Date() };
  app = makeServer({
    ...parts,
    settings: { bodyBytesMax: 1e6, requestTimeoutMs: 10_000, trustProxy: false },
    authenticate: async (token) =>
      people[token.replace('token-of-', '')] ? ok(people[token.replace('token-of-', '')]!) : fail('forbidden', 'unknown'),
  });
  auditRoutes(app, record);
});
afterAll(async () => {
  await app.close();
  await test.drop();
});

async function look(query: string, who = 'records-officer'): Promise<{ status: number; page: ShownPage; text: string }> {
  const answer = await app.inject({ method: 'GET', url: `/audit${query}`, headers: { authorization: `Bearer token-of-${who}` } });
  return { status: answer.statusCode, page: answer.json() as ShownPage, text: answer.payload };
}
const told = (rows: ShownRow[]): string[] => rows.map((row) => `${row.who} ${row.actionText} ${row.resource ?? ''}: ${row.outcomeText}`);

describe('who has seen this chart', () => {
  it('is answered newest first, with who, why, from where, what, the outcome and the request', async () => {
    const { status, page } = await look('?patient=Patient/ann&action=seen,changed');
    expect(status).toBe(200);
    expect(told(page.rows)).toEqual([
      'the-administrator changed Patient/ann: done',
      'ada searched Patient: done',
      'ada read Patient/ann: done',
      'the-administrator made Patient/ann: done',
    ]);
    expect(page.rows[1]!.patients).toEqual(['ann', 'bob']);
    expect(page.rows[1]!.query).toBe('_id=ann,bob');
    expect(page.rows[2]).toMatchObject({
      role: 'clinician',
      purpose: 'TREAT',
      purposeText: 'treatment',
      from: '10.0.0.7',
      request: 'request-of-ada',
    });
    expect(page.rows[2]!.account).toBe(people['ada']!.id);
  });

  it('stands itself in the trail of the chart', async () => {
    const { page } = await look('?patient=ann&action=audit');
    expect(page.rows[0]).toMatchObject({ who: 'the-records-officer', actionText: 'looked at the audit trail', patients: ['ann'] });
    expect(page.rows[0]!.query).toBe('patient=Patient/ann&action=seen,changed');
  });
});

describe('what did this account look at', () => {
  it('is answered by name and by id, with what was refused and what was not there', async () => {
    for (const account of ['ada', people['ada']!.id]) {
      const { page } = await look(`?account=${account}`);
      expect(told(page.rows)).toEqual([
        'ada searched Patient: done',
        'ada read AuditEvent: refused',
        'ada read Patient: not there',
        'ada read Patient/bob: done',
        'ada read Patient/ann: done',
      ]);
      expect(page.rows[3]!.purposeText).toBe('emergency treatment');
    }
    expect(told((await look('?account=ada&outcome=refused,missing')).page.rows)).toHaveLength(2);
    expect(told((await look('?account=ada&action=read&outcome=done')).page.rows)).toHaveLength(2);
  });

  it('is bounded by times, and looks as far back as is asked', async () => {
    const { rows } = await test.db.query<{ at: Date }>({ text: `select at from audit where who = 'ada' order by at limit 1` });
    await test.db.query({
      text: `insert into audit select pat, gen_random_uuid(), $1, account, 'long-gone', role, purpose, origin, action, outcome, type, target, seen, query, request from audit where who = 'ada' limit 1`,
      values: [new Date(Date.UTC(2024, 1, 29, 12)).toISOString()],
    });
    expect((await look('?account=long-gone')).page.rows).toHaveLength(1);
    expect((await look('?account=long-gone&since=2024-02-29&until=2024-02-29')).page.rows).toHaveLength(1);
    expect((await look('?account=long-gone&since=2024-03')).page.rows).toHaveLength(0);
    expect((await look('?account=long-gone&until=2024-02-28')).page.rows).toHaveLength(0);
    expect((await look(`?account=ada&since=${rows[0]!.at.toISOString()}`)).page.rows).toHaveLength(5);
  });

  it('comes in pages that go on behind the last row while the trail grows', async () => {
    for (const filter of ['account=ada', 'patient=ann&action=seen,changed']) {
      const whole = (await look(`?${filter}`)).page.rows;
      const seen: ShownRow[] = [];
      for (let cursor = ''; ; ) {
        const { page } = await look(`?${filter}&count=2${cursor}`);
        seen.push(...page.rows);
        if (page.next === undefined) break;
        cursor = `&cursor=${page.next}`;
      }
      expect(seen).toEqual(whole);
    }
  });
});

describe('who may look', () => {
  it.each(roles)('%s', async (role) => {
    const { status, text } = await look('?patient=ann', role);
    expect(status).toBe(role === 'administrator' || role === 'records-officer' ? 200 : 403);
    if (status === 403) {
      expect(text).not.toContain('ada');
      const { page } = await look(`?account=the-${role}&action=audit`);
      expect(told(page.rows)[0]).toBe(`the-${role} looked at the audit trail AuditEvent: refused`);
    }
  });

  it('an officer of one organisation sees what concerned its patients, and of others nothing', async () => {
    const { page, text } = await look('?action=read,search&account=ada', 'north');
    expect(told(page.rows)).toEqual(['ada searched Patient: done', 'ada read Patient/ann: done']);
    expect(page.rows[0]!.patients).toEqual(['ann']);
    expect(text).not.toContain('Patient/bob');
    // The search found one of theirs with him, which the filter must not tell.
    expect((await look('?patient=bob&account=ada')).page.rows).toHaveLength(2);
    expect((await look('?patient=bob', 'north')).page.rows).toEqual([]);
  });

  it('an officer of one organisation reads the words of no search but their own: they may name anybody', async () => {
    expect((await look('?action=search&account=ada')).text).toContain('_id=ann,bob');
    expect((await look('?action=search&account=ada', 'north')).text).not.toContain('bob');
    const { page } = await look('?action=audit&patient=ann', 'north');
    expect(page.rows.map(({ who, query }) => [who, query !== undefined])).toContainEqual(['the-records-officer', false]);
    const again = await look('?action=audit&patient=ann&account=officer-north', 'north');
    expect(again.page.rows.map(({ query }) => query)).toEqual(['action=audit&patient=ann']);
  });

  it('nor what was done to the directory, which their organisation may have changed too', async () => {
    const location: Resource = { resourceType: 'Location', id: 'ward-1', name: 'Ward 1' };
    const system = { ...as('administrator'), person: someone('system-north', 'system', { organisations: ['north'] }) };
    await done(record.commit(system, [{ kind: 'update', resource: location }]));
    await done(record.read(as('ada'), 'Location', 'ward-1'));
    expect(told((await look('?account=ada&count=1')).page.rows)).toEqual(['ada read Location/ward-1: done']);
    expect((await look('?action=seen,changed', 'north')).text).not.toContain('ward-1');
  });

  it('of a thing in a chart of others that concerns theirs too, they see that somebody looked, and not which it was', async () => {
    const participant = ['bob', 'ann'].map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' as const }));
    for (const id of ['visit-of-two', randomUUID()]) {
      await put({ resourceType: 'Appointment', id, status: 'booked', participant });
      await done(record.read(as('ada'), 'Appointment', id));
      expect(told((await look('?account=ada&count=1')).page.rows)).toEqual([`ada read Appointment/${id}: done`]);
      const { page } = await look('?account=ada&count=1', 'north');
      expect(told(page.rows)).toEqual(['ada read Appointment: done']);
      expect(page.rows[0]!.patients).toEqual(['ann']);
    }
  });

  it('is refused in the same words whatever was asked', async () => {
    const { text } = await look('', 'nurse');
    for (const query of ['?patient=ann', '?patient=nobody', '?patient=a/b', '?bogus=1', '?cursor=x', '?count=0'])
      expect(await look(query, 'nurse'), query).toMatchObject({ status: 403, text });
  });

  it('an organisation learns nothing of an account by a Patient who has its id', async () => {
    const id = people['ada']!.id;
    const patient: Resource = { resourceType: 'Patient', id, managingOrganization: { reference: 'Organization/north' } };
    const before = await look('?account=ada', 'north');
    await done(record.commit(as('north'), [{ kind: 'update', resource: patient }]));
    expect(told((await look('?account=ada', 'north')).page.rows)).toEqual(told(before.page.rows));
    expect(told((await look(`?account=ada&patient=${id}`, 'north')).page.rows)).toEqual([]);
  });

  it('says that there are more patients only where there are more that the officer may know', async () => {
    const many = (house: string, first: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({
        kind: 'update' as const,
        resource: {
          resourceType: 'Patient' as const,
          id: `many-${first + i}`,
          meta: { tag: [{ code: 'many' }] },
          managingOrganization: { reference: `Organization/${house}` },
        },
      }));
    await done(record.commit(as('administrator'), [...many('north', 0, 20), ...many('south', 20, 5)]));
    const query = parseQuery('Patient', [
      ['_tag', 'many'],
      ['_count', '30'],
    ]);
    if (!query.ok) throw new Error(query.problem.message);
    await done(record.search(as('ada', 'COORD'), query.value));
    const rowFor = async (who: string) => (await look('?account=ada&action=search&count=1', who)).page.rows[0]!;
    expect(await rowFor('records-officer')).toMatchObject({ purpose: 'COORD', morePatients: true });
    expect((await rowFor('north')).patients).toHaveLength(20);
    expect((await rowFor('north')).morePatients).toBeUndefined();
  });
});

describe('what is not understood', () => {
  it.each([
    ['?pation=1', /knows patient, account/],
    ['?patient=a/b', /id of a Patient/],
    ['?since=yesterday', /date or a time/],
    ['?since=2026-02&until=2026-01', /behind/],
    ['?action=peek', /seen, changed, administered, read/],
    ['?outcome=fine', /done, refused/],
    ['?count=0', /from 1/],
    ['?account=a&account=b', /twice/],
    ['?account=', /no value/],
    ['?account=a%00b', /not text/],
    ['?cursor=nonsense', /first page/],
    [`?cursor=${Buffer.from('2026-13-45T99:99:99.999Z 0190a000-0000-7000-8000-000000000001').toString('base64url')}`, /first page/],
  ])('%s', async (query, words) => {
    const { status, text } = await look(query);
    expect(status).toBe(400);
    expect(text).toMatch(words);
  });

  it('names of accounts are values, whatever stands in them', async () => {
    expect((await look(`?account=${encodeURIComponent(`' or true --`)}`)).page.rows).toEqual([]);
  });
});

describe('what a row names', () => {
  const newest = async (): Promise<ShownRow> => (await look('?account=ada&action=seen&count=1')).page.rows[0]!;

  it('is the id, whatever form it has, and the compartment that was searched', async () => {
    const id = '0190a000-0000-8000-a000-000000000009';
    await done(
      record.commit(as('administrator'), [{ kind: 'update', resource: { resourceType: 'Observation', id, status: 'final', code: {} } }]),
    );
    await done(record.read(as('ada'), 'Observation', id));
    expect((await newest()).resource).toBe(`Observation/${id}`);
    for (const type of ['Observation', '*'] as const) {
      const inside = { compartment: { type: 'Patient' as const, id: 'ann' } };
      if (type === '*') await done(record.searchWide(as('ada'), must(parseWideQuery([['_type', 'Patient']], inside))));
      else await done(record.search(as('ada'), must(parseQuery(type, [['_count', '5']], inside))));
      expect((await newest()).query).toBe(`compartment=Patient/ann&${type === '*' ? '_type=Patient' : '_count=5'}`);
    }
  });
});
