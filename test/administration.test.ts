// Administration over HTTP: accounts that can sign in and stop to, settings that keep their secrets, what is in the audit trail of it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Stand, stand } from './calls.ts';

let here: Stand;
beforeAll(async () => {
  here = await stand({ env: { LAMPLIGHT_IMPORT_TOKEN: 'a-token-that-is-secret' } });
});
afterAll(() => here.end());

const password = 'four words that fit nowhere';
const send = (path: string, body?: object): Promise<Answer> =>
  here.call('POST', path, body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } });
const signIn = async (name: string, word: string): Promise<number> => (await send('/auth/sign-in', { name, password: word })).status;

test('an account that is made can sign in, with a new password only by it, and no more once it is disabled', async () => {
  const made = await send('/accounts', { name: 'registrar', password, role: 'clinician' });
  expect([made.status, made.json?.['role'], made.text.includes(password)]).toEqual([201, 'clinician', false]);
  expect(await signIn('registrar', password)).toBe(200);
  expect((await send('/accounts', { name: 'Registrar', password, role: 'nurse' })).status).toBe(409);
  expect((await send('/accounts/registrar/password', { password: `${password} else` })).status).toBe(200);
  expect([await signIn('registrar', password), await signIn('registrar', `${password} else`)]).toEqual([401, 200]);
  expect((await send('/accounts/registrar/disable')).json?.['disabled']).toBe(true);
  expect(await signIn('registrar', `${password} else`)).toBe(401);
  expect((await send('/accounts/registrar/enable')).json?.['disabled']).toBe(false);
  expect(await signIn('registrar', `${password} else`)).toBe(200);
});

test('a role is changed with its bounds, and null takes a bound away', async () => {
  const bound = await send('/accounts/registrar/role', { role: 'records-officer', organisations: ['north'] });
  expect([bound.json?.['role'], bound.json?.['organisations']]).toEqual(['records-officer', ['north']]);
  const free = await send('/accounts/registrar/role', { role: 'nurse', organisations: null });
  expect([free.json?.['role'], free.json?.['organisations']]).toEqual(['nurse', undefined]);
});

test('the last administrator stays one', async () => {
  expect((await send('/accounts/admin/disable')).status).toBe(409);
  expect((await send('/accounts/admin/role', { role: 'nurse' })).status).toBe(409);
});

test.each([
  [{ name: 'x', password, role: 'king' }, 'role'],
  [{ name: 'x', password: 'short', role: 'nurse' }, 'password'],
  [{ name: 'x\u200b', password, role: 'nurse' }, 'name'],
  [{ name: 'x', password, role: 'nurse', organisations: 'north' }, 'organisations'],
  [{ name: 'x', password, role: 'patient' }, 'patients'],
  [{ name: 'x', password, role: 'nurse', constructor: 'x' }, 'constructor'],
  [{ password, role: 'nurse' }, 'name'],
])('%j is refused, and says where', async (body, where) => {
  const refused = await send('/accounts', body);
  expect([refused.status, refused.json?.['detail']]).toEqual([400, where]);
});

test('settings are told with their values, secrets only as set', async () => {
  const { text, json } = await here.call('GET', '/settings');
  const values = Object.fromEntries(Object.values(json!['settings']!).map((row) => [String(row['name']), String(row['value'])]));
  expect(values).toMatchObject({ demo: 'off', importToken: '(set)', databaseUrl: '(set)', adminPassword: '(set)' });
  for (const secret of ['a-token-that-is-secret', 'correct horse', 'postgres://']) expect(text).not.toContain(secret);
});

test('what was done stands in the audit trail, without a password', async () => {
  const { text, json } = await here.call('GET', '/audit?action=administered&count=1000');
  const deeds = Object.values(json!['rows']!).map((row) => `${String(row['action'])} ${String(row['query'])} ${String(row['outcome'])}`);
  expect(deeds).toEqual(
    expect.arrayContaining([
      'account-create registrar as clinician 200',
      'account-disable registrar 200',
      'account-role registrar as records-officer 200',
      'account-disable admin 409',
      'settings undefined 200',
    ]),
  );
  expect(text).not.toContain(password);
});

test('there is nothing to cancel, nothing loaded and no backup in a new place', async () => {
  expect((await here.call('GET', '/jobs')).json).toEqual({ jobs: [] });
  expect((await here.call('GET', '/terminology')).json).toEqual({ releases: [] });
  expect((await here.call('GET', '/backups')).json).toEqual({});
  expect((await send('/jobs/nothing/cancel')).status).toBe(404);
});

test('the description of the API lists nothing that this server does not answer: without tables, no insight', async () => {
  const { json } = await here.call('GET', '/openapi.json');
  const paths = Object.keys(json?.['paths'] ?? {});
  expect(paths).toContain('/population/patient/{id}');
  const ofTables = /^\/(analytics|surveillance|forecasts|outcomes|population\/registries)/;
  expect(paths.filter((path) => ofTables.test(path))).toEqual([]);
  expect((await here.call('GET', '/docs')).text).not.toContain('/surveillance/');
  expect((await here.call('GET', '/surveillance/syndromes')).status).toBe(404);
});
