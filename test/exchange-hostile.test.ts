// What an address of exchange may hold, and no message would: refused in words, never an error of the server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stand, stand } from './calls.ts';
import { removeFolder, temporaryFolder } from './running-server.ts';

let here: Stand;
let channels: string;
beforeAll(async () => {
  channels = temporaryFolder('channels');
  mkdirSync(join(channels, 'inbox'));
  const table = {
    name: 'table',
    format: 'csv',
    direction: 'in',
    source: { folder: { path: 'inbox', pattern: '*.csv', after: 'move to inbox/taken' } },
    columns: [
      { column: 'Patient', to: 'Patient.identifier', system: 'http://north.example.org/mrn', key: true },
      { column: 'Name', to: 'Patient.name.family' },
    ],
  };
  writeFileSync(join(channels, 'table.json'), JSON.stringify(table));
  here = await stand({ env: { LAMPLIGHT_CHANNELS: channels } });
});
afterAll(async () => {
  await here.end();
  removeFolder(channels);
});

test.each([
  ['GET', '/exchange/messages?key=%00', 400],
  ['GET', '/exchange/messages?control-id=%00', 400],
  ['GET', '/exchange/messages?constructor=1', 400],
  ['GET', '/exchange/messages?cursor=x', 400],
  ['GET', '/exchange/messages?resource=../../etc', 400],
  ['GET', '/exchange/messages/not-an-id/ledger', 404],
  ['GET', '/exchange/unmapped?sender=%00', 400],
  ['POST', '/exchange/again?sender=%00', 400],
  ['POST', '/exchange/convert?format=constructor', 415],
  ['POST', '/exchange/convert?format=__proto__', 415],
  ['POST', '/exchange/convert?format=hl7v2&channel=constructor', 400],
])('%s %s is %i', async (method, path, status) => {
  const body = method === 'POST' ? 'x' : undefined;
  const answer = await here.call(method, path, {
    headers: { 'content-type': 'application/octet-stream' },
    ...(body === undefined ? {} : { body }),
  });
  expect(answer.status, answer.text).toBe(status);
});

test('a content type that every object has a member of is no format', async () => {
  const answer = await here.call('POST', '/exchange/receive', { headers: { 'content-type': 'constructor' }, body: 'x' });
  expect(answer.status, answer.text).toBe(415);
});

describe('a preview of', () => {
  const preview = (body: string | Uint8Array, query = '?channel=table') =>
    here.call('POST', `/exchange/preview${query}`, { headers: { 'content-type': 'text/csv' }, body });

  test.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['a head alone', 'Patient,Name\n'],
    ['bytes that are no text', Uint8Array.from({ length: 2000 }, (_, at) => at % 256)],
    ['NUL in every cell', 'Patient,Name\n\u0000,\u0000\n'],
    ['a quote that never ends', `Patient,Name\n1,"${'x'.repeat(100_000)}`],
    ['a hundred thousand columns', `${'Patient,'.repeat(100_000)}\n1`],
    ['columns called as every object has members', '__proto__,constructor,toString,Patient\n1,2,3,4\n'],
    ['rows of all lengths', `Patient,Name\n${Array.from({ length: 500 }, (_, at) => ','.repeat(at)).join('\n')}`],
    ['no line breaks in a megabyte', 'x'.repeat(1_000_000)],
    ['nothing but line breaks', '\n'.repeat(500_000)],
    ['a formula', 'Patient,Name\n1,"=cmd|\' /C calc\'!A0"\n'],
  ])('%s is shown or refused in words, and nothing is stored', async (_what, body) => {
    const before = await here.changes();
    const answer = await preview(body);
    expect([200, 400, 413, 422], answer.text.slice(0, 300)).toContain(answer.status);
    expect(answer.json).toBeTypeOf('object');
    expect(await here.changes()).toBe(before);
  });

  test.each([
    ['?channel=table&rows=0'],
    ['?channel=table&rows=-1'],
    ['?channel=table&rows=1e9'],
    ['?channel=table&rows=999999'],
    ['?channel=__proto__'],
    ['?channel=constructor'],
    ['?channel=%00'],
    [''],
  ])('a table with %s is refused', async (query) => {
    const answer = await preview('Patient,Name\n1,A\n', query);
    expect([400, 404], answer.text).toContain(answer.status);
  });
});
