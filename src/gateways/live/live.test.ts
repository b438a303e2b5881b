import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Feed } from '../../feed/contract.ts';
import { openFeed } from '../../feed/feed.ts';
import { feedMigrations } from '../../feed/schema.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import { fail, ok } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import { makeMetrics } from '../http/metrics.ts';
import { makeServer } from '../http/server.ts';
import { defaultLiveSettings } from './contract.ts';
import { liveRoutes } from './routes.ts';

const people: Record<string, Person> = {
  administrator: { id: randomUUID(), name: 'root', role: 'administrator' },
  north: { id: randomUUID(), name: 'ada', role: 'nurse', organisations: ['north'] },
  patient: { id: randomUUID(), name: 'finn', role: 'patient', patients: ['finn'] },
  analyst: { id: randomUUID(), name: 'ana', role: 'analyst' },
  nobody: { id: randomUUID(), name: 'none', role: 'patient', patients: [] },
};
const caller: Caller = { person: people['administrator']!, purpose: 'TREAT', from: 'test', request: 'r' };
const quick = { ...defaultLiveSettings, heartbeatMs: 200, recheckMs: 60, stalledMs: 400, gatherMs: 5, streamsPerAccount: 2 };

let test: TestDatabase;
let record: RecordStore;
let feed: Feed;
let app: FastifyInstance;
let address: string;
let streams: { open(): number };
let withdrawn: Set<string>;
const connections = new Set<IncomingMessage>();

beforeAll(async () => {
  test = await testDatabase();
  const migrated = await migrate(test.db, [...recordMigrations, ...feedMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(test.db);
  feed = await openFeed(test.db, record);
  for (const organisation of ['north', 'south']) await put({ resourceType: 'Organization', id: organisation, name: organisation });
  await put(patient('finn', 'north'));
  await put(patient('greta', 'south'));
});
afterAll(async () => {
  await feed.close();
  await test.drop();
});
beforeEach(async () => {
  withdrawn = new Set();
  const authenticate = async (token: string) => {
    const person = people[token.replace('token-of-', '')];
    return person === undefined || withdrawn.has(token) ? fail('forbidden', 'unknown') : ok(person);
  };
  const settings = { bodyBytesMax: 1e6, requestTimeoutMs: 60_000, trustProxy: false };
  const now = (): Date => new Date();
  app = makeServer({ settings, log: pino({ level: 'silent' }), metrics: makeMetrics(), authenticate, now });
  streams = liveRoutes(app, { record, feed, authenticate, now }, quick);
  address = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  for (const connection of connections) connection.destroy();
  connections.clear();
  await app.close();
});

const patient = (id: string, organisation: string, family = 'Test'): Resource => ({
  resourceType: 'Patient',
  id,
  name: [{ family }],
  managingOrganization: { reference: `Organization/${organisation}` },
});

async function put(resource: Resource): Promise<bigint> {
  const done = await record.commit(caller, [{ kind: 'update', resource }]);
  if (!done.ok) throw new Error(done.problem.message);
  return record.head();
}

const page = (who: string, query: string) =>
  app.inject({ url: `/feed${query}`, headers: { accept: 'application/json', authorization: `Bearer token-of-${who}` } });
const idsOf = (body: { changes: { type: string; id: string }[] }): string[] => body.changes.map(({ type, id }) => `${type}/${id}`);

interface Listening {
  status: number;
  /** All that came. */
  text(): string;
  events(): { event: string; id: string; data: Record<string, unknown> }[];
  ended(): boolean;
  leave(): void;
  response: IncomingMessage;
}

/** A real client on a real connection. */
function listen(who: string, query: string, headers: Record<string, string> = {}): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${address}/feed${query}`,
      { headers: { accept: 'text/event-stream', authorization: `Bearer token-of-${who}`, ...headers } },
      (response) => {
        let text = '';
        let ended = false;
        connections.add(response);
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('close', () => {
          ended = true;
        });
        response.on('error', () => {});
        resolve({
          status: response.statusCode ?? 0,
          text: () => text,
          events: () => eventsOf(text),
          ended: () => ended,
          leave: () => response.destroy(),
          response,
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

function eventsOf(text: string): ReturnType<Listening['events']> {
  return text.split('\n\n').flatMap((block) => {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const [event, data] = [field('event'), field('data')];
    return event === undefined || data === undefined
      ? []
      : [{ event, id: field('id') ?? '', data: JSON.parse(data) as Record<string, unknown> }];
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a page of the feed', () => {
  it('gives changes in order and where the next page begins', async () => {
    const first = await page('administrator', '?after=0&count=3');
    expect(first.statusCode).toBe(200);
    expect(first.json().changes[2]).toEqual({
      position: '3',
      at: expect.any(String),
      operation: 'create',
      type: 'Patient',
      id: 'finn',
      version: 1,
      patient: 'finn',
    });
    expect(first.json().changes[0]).not.toHaveProperty('patient');
    expect(idsOf(first.json())).toEqual(['Organization/north', 'Organization/south', 'Patient/finn']);
    const second = await page('administrator', `?after=${first.json().next}&count=1`);
    expect(idsOf(second.json())).toEqual(['Patient/greta']);
    const last = await page('administrator', `?after=${await record.head()}`);
    expect(last.json()).toEqual({ changes: [], next: String(await record.head()) });
    expect((await page('administrator', '?after=now')).json()).toEqual(last.json());
  });

  it('shows nobody more than they may see', async () => {
    expect(idsOf((await page('north', '?count=4')).json())).toEqual(['Organization/north', 'Organization/south', 'Patient/finn']);
    expect(idsOf((await page('patient', '?types=Patient')).json())).toContain('Patient/finn');
    for (const who of ['north', 'patient']) {
      for (const query of ['', '?types=Patient', '?count=1', '?after=3', '?after=3&count=1']) {
        expect((await page(who, query)).body, `${who} ${query}`).not.toContain('greta');
      }
    }
  });

  it('goes on behind changes that may not be seen', async () => {
    const seen = await page('north', '?after=3&count=1');
    expect(seen.json()).toEqual({ changes: [], next: String(await record.head()) });
  });

  it('gives only the types that are asked for, and refuses those that the role may not follow', async () => {
    expect(idsOf((await page('administrator', '?types=Organization')).json())).toEqual(['Organization/north', 'Organization/south']);
    expect((await page('analyst', '?types=AuditEvent')).statusCode).toBe(403);
    expect((await page('analyst', '?types=Patient,AuditEvent')).statusCode).toBe(403);
    expect((await page('nobody', '')).statusCode).toBe(403);
    expect((await app.inject({ url: '/feed', headers: { accept: 'application/json' } })).statusCode).toBe(401);
  });

  it('refuses what it does not understand', async () => {
    for (const query of [
      '?since=1',
      '?after=-1',
      '?after=x',
      "?after=1'--",
      '?after=99999999999999999999',
      '?types=Pirate',
      '?types=',
      '?count=0',
      '?count=x',
      '?%00=1',
    ]) {
      const answer = await page('administrator', query);
      expect(answer.statusCode, query).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('leaves in the audit trail who saw changes of which patients', async () => {
    await page('patient', '?types=Patient&after=2');
    const { rows } = await test.db.query({
      text: `select action, outcome, query, audit.pat = finn.pat as about from audit, (select pat from resource where name = 'finn') finn
        where account = $1 order by audit.at desc limit 1`,
      values: [people['patient']!.id],
    });
    expect(rows).toEqual([{ action: 'history', outcome: 200, query: 'after=2&types=Patient', about: true }]);
    await page('nobody', '');
    const refused = await test.db.query({ text: 'select outcome from audit where account = $1', values: [people['nobody']!.id] });
    expect(refused.rows.at(-1)).toEqual({ outcome: 403 });
  });
});

describe('the live stream', () => {
  it('sends what is there and what comes', async () => {
    const listening = await listen('administrator', '?after=2');
    expect(listening.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await until(() => listening.events().length === 2 + Number(head0));
    const position = await put(patient('finn', 'north', 'Married'));
    await until(() => listening.events().some((event) => event.id === String(position)));
    const event = listening.events().at(-1);
    expect(event).toMatchObject({
      event: 'change',
      id: String(position),
      data: { position: String(position), type: 'Patient', id: 'finn', operation: 'update' },
    });
    expect(Object.keys(event!.data).sort()).toEqual(['at', 'id', 'operation', 'patient', 'position', 'type', 'version']);
  });
  let head0 = 0n;
  beforeEach(async () => {
    head0 = (await record.head()) - 4n;
  });

  it('begins with what comes from now on, or where the client stood', async () => {
    const now = await listen('administrator', '?after=now');
    const before = await record.head();
    const first = await put(patient('finn', 'north', 'One'));
    await until(() => now.events().length === 1);
    now.leave();
    const second = await put(patient('finn', 'north', 'Two'));
    // An EventSource comes back to the same address and says where it stood.
    const again = await listen('administrator', '?after=now', { 'last-event-id': String(first) });
    await until(() => again.events().length === 1);
    expect([...now.events(), ...again.events()].map((event) => BigInt(event.id))).toEqual([first, second]);
    expect(first > before).toBe(true);
    expect((await listen('administrator', '', { 'last-event-id': 'x' })).status).toBe(400);
  });

  it('shows nobody more than they may see, and moves their place on all the same', async () => {
    const listening = await listen('north', '?after=now');
    const hidden = await put(patient('greta', 'south', 'Secret'));
    await until(() => listening.text().includes(`id: ${hidden}\n`));
    const shown = await put(patient('finn', 'north', 'Open'));
    await until(() => listening.events().length > 0);
    expect(listening.events().map((event) => event.id)).toEqual([String(shown)]);
    expect(listening.text()).not.toContain('greta');
  });

  it('gives each change once and in order while many are written', async () => {
    const listening = await listen('administrator', '?after=now&count=7');
    const before = await record.head();
    await Promise.all(Array.from({ length: 60 }, (_, i) => put(patient(`many${i % 20}`, 'north', `${i}`))));
    await until(() => listening.events().length >= 60);
    const changes = await record.changes(before, 1000);
    expect(listening.events().map((event) => event.id)).toEqual(changes.map((change) => String(change.position)));
  });

  it('says that it lives where nothing happens', async () => {
    const listening = await listen('administrator', '?after=now');
    await until(() => (listening.text().match(/: alive/g) ?? []).length >= 2);
    expect(listening.ended()).toBe(false);
  });

  it('ends when the token is withdrawn', async () => {
    const listening = await listen('north', '?after=now');
    withdrawn.add('token-of-north');
    await until(() => listening.ended());
    expect(listening.events().at(-1)).toMatchObject({ event: 'end', data: { why: 'The sign-in has ended: sign in again' } });
    await until(() => streams.open() === 0);
  });

  it('counts rights that are changed while it runs', async () => {
    const before = people['north']!;
    const listening = await listen('north', '?after=now');
    people['north'] = { ...before, organisations: ['south'] };
    try {
      await new Promise((resolve) => setTimeout(resolve, 3 * quick.recheckMs));
      await put(patient('finn', 'north', 'Hidden'));
      const shown = await put(patient('greta', 'south', 'Shown'));
      await until(() => listening.events().length > 0);
      expect(listening.events().map((event) => event.id)).toEqual([String(shown)]);
    } finally {
      people['north'] = before;
    }
  });

  it('is refused before it begins where nothing may be seen', async () => {
    expect((await listen('nobody', '')).status).toBe(403);
    expect((await listen('stranger', '')).status).toBe(401);
    await until(() => streams.open() === 0);
  });

  it('is given so many times to an account and no more; who leaves makes room', async () => {
    const [one] = await Promise.all([listen('north', '?after=now'), listen('north', '?after=now')]);
    const third = await listen('north', '?after=now');
    expect(third.status).toBe(429);
    expect(third.response.headers['retry-after']).toBe('1');
    expect((await listen('administrator', '?after=now')).status).toBe(200);
    one.leave();
    await until(async () => (await listen('north', '?after=now')).status === 200);
  });

  it('drops a client that does not take what waits for it, and keeps no more than a page for it', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => put(patient(`load${i}`, 'north'))));
    const asked: bigint[] = [];
    const real = record.changesFor;
    // Every page is as if the record never ended, so that only the client's reading bounds it.
    record.changesFor = async (who, after, limit, options) => {
      asked.push(after);
      const answer = await real(who, 0n, limit, options);
      return answer.ok ? ok({ changes: answer.value.changes, next: after + 1n }) : answer;
    };
    try {
      const listening = await listen('administrator', '?after=0&count=1000');
      listening.response.pause();
      await until(() => streams.open() === 0);
      const pages = asked.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(asked.length).toBe(pages);
      listening.response.resume();
      await until(() => listening.ended());
    } finally {
      record.changesFor = real;
    }
  });

  it('ends when the server stops', async () => {
    const listening = await listen('administrator', '?after=now');
    await app.close();
    await until(() => listening.ended());
    expect(streams.open()).toBe(0);
  });

  it('leaves an audit row at its beginning, and later only where it shows somebody', async () => {
    const rows = async (): Promise<number> =>
      (await test.db.query({ text: `select 1 from audit where account = $1`, values: [people['analyst']!.id] })).rows.length;
    const before = await rows();
    const listening = await listen('analyst', '?after=now&types=Patient');
    await until(async () => (await rows()) === before + 1);
    const hidden = await put({ resourceType: 'Organization', id: 'west', name: 'West' });
    await until(() => listening.text().includes(`id: ${hidden}\n`));
    expect(await rows()).toBe(before + 1);
    await put(patient('finn', 'north', 'Audited'));
    await until(() => listening.events().length === 1);
    expect(await rows()).toBe(before + 2);
  });
});
