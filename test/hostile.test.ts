// A server attacked from outside: each attack gets a clear refusal that says what to do, stores nothing, and leaves a server
// that goes on answering. How long the event loop is held by the heavy ones, bench/stall/run.ts measures.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stand, stand } from './calls.ts';
import { addressAttacks } from './hostile/addresses.ts';
import { administrationAttacks } from './hostile/administration.ts';
import { type Attack, ask, type Target } from './hostile/attack.ts';
import { bodyAttacks } from './hostile/bodies.ts';
import { packedAttacks } from './hostile/packed.ts';
import { patchAttacks } from './hostile/patches.ts';
import { isRefusal } from './hostile/refusal.ts';
import { asking, forgeries, places, searchAttacks, shapers, values } from './hostile/searches.ts';
import { signInAttacks } from './hostile/sign-ins.ts';
import { wireAttacks } from './hostile/wire.ts';
import { xmlAttacks } from './hostile/xml.ts';

let here: Stand;
let target: Target;
beforeAll(async () => {
  here = await stand({ env: { LAMPLIGHT_SIGN_IN_RATE_PER_MINUTE: '10000' } });
  const canary = { resourceType: 'Patient', active: true, name: [{ family: 'Canary' }] };
  const [made] = await Promise.all(Array.from({ length: 4 }, () => here.call('POST', '/fhir/Patient', { body: canary })));
  target = { port: Number(new URL(here.server.address).port), token: here.administrator, patient: String(made!.json!['id']) };
});
afterAll(() => here.end());

/** The work stores nothing, and good requests are answered after it. */
async function unharmed(work: () => Promise<void>): Promise<void> {
  const before = await here.changes();
  await work();
  expect(await here.changes()).toBe(before);
  const good = await here.call('GET', `/fhir/Patient/${target.patient}`);
  expect(good.json).toMatchObject({ active: true, name: [{ family: 'Canary' }], meta: { versionId: '1' } });
}

const withstands = ({ name, status, run, wordless = false }: Attack): void =>
  test(name, () =>
    unharmed(async () => {
      const seen = await run(target);
      expect(status, seen.text.slice(0, 300)).toContain(seen.status);
      if (seen.status >= 400 && !wordless) isRefusal(seen);
    }),
  );

describe('a body is refused:', () => bodyAttacks.forEach(withstands));
describe('XML is refused:', () => xmlAttacks.forEach(withstands));
describe('a packed body is refused:', () => packedAttacks.forEach(withstands));
describe('an address, a method or a header is refused:', () => addressAttacks.forEach(withstands));
describe('a patch is refused:', () => patchAttacks.forEach(withstands));
describe('bytes that are no proper HTTP are refused:', () => wireAttacks.forEach(withstands));
describe('administration refuses', () => administrationAttacks.forEach(withstands));
describe('a search is refused, or finds nothing:', () => searchAttacks.forEach(withstands));

describe('hostile values in a search are refused, or find nothing:', () => {
  for (const place of places)
    test(place, () =>
      unharmed(async () => {
        for (const value of values) {
          const seen = await ask(target, asking(place, value));
          expect([200, 400, 413, 414, 431], `${value.slice(0, 40)}: ${seen.text.slice(0, 300)}`).toContain(seen.status);
          if (seen.status === 200) expect(JSON.parse(seen.text), value.slice(0, 40)).not.toHaveProperty('entry');
          else isRefusal(seen);
        }
      }),
    );
});

describe('hostile values for the form of an answer are refused:', () => {
  for (const place of shapers)
    test(place, () =>
      unharmed(async () => {
        for (const value of values) {
          const seen = await ask(target, asking(place, value));
          expect([400, 413], `${value.slice(0, 40)}: ${seen.text.slice(0, 300)}`).toContain(seen.status);
          isRefusal(seen);
        }
      }),
    );

  test('a cursor that was forged, or that belongs to another search', () =>
    unharmed(async () => {
      const page = await here.call('GET', '/fhir/Patient?_count=1&name=canary');
      const next = (page.json!['link'] as unknown as { relation: string; url: string }[]).find(({ relation }) => relation === 'next');
      const cursor = new URL(next!.url).searchParams.get('_cursor')!;
      const with_ = (search: string, text: string) => ask(target, { path: `/fhir/${search}&_cursor=${encodeURIComponent(text)}` });
      expect((await with_('Patient?_count=1&name=canary', cursor)).status).toBe(200);
      for (const forged of forgeries(cursor)) {
        const seen = await with_('Patient?_count=1&name=canary', forged);
        expect(seen.status, `${forged}: ${seen.text.slice(0, 200)}`).toBe(400);
        isRefusal(seen);
      }
      for (const other of ['Patient?name=other', 'Patient?_sort=name&name=canary', 'Observation?code=a', 'Patient/_history?_count=1'])
        isRefusal(await with_(other, cursor));
    }));
});

describe('what only looks hostile is text, and what is large and right is stored:', () => {
  test('SQL in a name and in a condition', async () => {
    const family = `'); drop table resource; --`;
    const headers = { 'if-none-exist': `family:exact=${family}` };
    const send = () => here.call('POST', '/fhir/Patient', { headers, body: { resourceType: 'Patient', name: [{ family }] } });
    expect((await send()).status).toBe(201);
    expect((await send()).status).toBe(200);
    const found = await here.call('GET', `/fhir/Patient?family:exact=${encodeURIComponent(family)}`);
    expect(found.json!['entry']).toHaveLength(1);
  });

  test('a patch inside a batch and inside a transaction', async () => {
    const made = await here.call('POST', '/fhir/Patient', { body: { resourceType: 'Patient', active: true } });
    const url = `Patient/${String(made.json!['id'])}`;
    for (const [type, value] of [
      ['batch', false],
      ['transaction', true],
    ] as const) {
      const patch = JSON.stringify([{ op: 'replace', path: '/active', value }]);
      const resource = { resourceType: 'Binary', contentType: 'application/json-patch+json', data: Buffer.from(patch).toString('base64') };
      const body = { resourceType: 'Bundle', type, entry: [{ resource, request: { method: 'PATCH', url } }] };
      const done = await here.call('POST', '/fhir', { body });
      expect(done.json!['entry']![0]!['response']!['status']).toBe('200');
      expect((await here.call('GET', `/fhir/${url}`)).json).toMatchObject({ active: value });
    }
  });

  test('a narrative of 10 MB, of more than a million tags, in JSON and in XML', async () => {
    const div = `<div xmlns="http://www.w3.org/1999/xhtml">${'<b>a</b>'.repeat(1_300_000)}</div>`;
    const body = { resourceType: 'Basic', code: { text: 'report' }, text: { status: 'generated', div } };
    const made = await here.call('POST', '/fhir/Basic', { body });
    expect(made.status, made.text.slice(0, 300)).toBe(201);
    const path = `/fhir/Basic/${String(made.json!['id'])}`;
    expect((await here.call('GET', path)).json).toMatchObject({ text: { div } });
    const xml = await here.call('GET', path, { headers: { accept: 'application/fhir+xml' } });
    expect(xml.text).toContain(div);
    const again = await here.call('PUT', path, { body: xml.text, headers: { 'content-type': 'application/fhir+xml' } });
    expect(again.status, again.text.slice(0, 300)).toBe(200);
    expect((await here.call('GET', path)).json).toMatchObject({ text: { div } });
  });

  test('a Binary of 10 MB, plain and packed', async () => {
    const data = 'AAAA'.repeat(2_500_000);
    const body = JSON.stringify({ resourceType: 'Binary', contentType: 'application/octet-stream', data });
    for (const [packed, headers] of [
      [body, {}],
      [gzipSync(body), { 'content-encoding': 'gzip' }],
    ] as const) {
      const made = await here.call('POST', '/fhir/Binary', { body: packed, headers });
      expect(made.status).toBe(201);
      expect((await here.call('GET', `/fhir/Binary/${String(made.json!['id'])}`)).text).toBe(made.text);
      expect(made.text).toContain(data);
    }
  });
});

describe('the doors that are open to all:', () => {
  signInAttacks.forEach(withstands);
  test('many wrong passwords lock the name, and nobody else', () =>
    unharmed(async () => {
      const tries = await Promise.all(
        Array.from({ length: 60 }, () => here.call('POST', '/auth/sign-in', { body: { name: 'admin', password: 'wrong' } })),
      );
      expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([401, 429]));
      const right = await here.call('POST', '/auth/sign-in', { body: { name: 'admin', password: 'correct horse battery staple' } });
      expect(right.status).toBe(429);
      expect(right.json!['title']).toMatch(/Try again after/);
    }));
});
