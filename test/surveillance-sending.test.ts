// Suspected cases go to public health: a laboratory's report over MLLP to a system that answers, once, by a person, with its state.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Receiver, receiver } from '../src/gateways/mllp/testing.ts';
import { type Answer, type Caller, caller, type Json, type Stand, stand } from './calls.ts';
import { removeFolder, temporaryFolder, tokenFor } from './running-server.ts';
import { dayBack, layDown, smallHospital } from './surveillance.fixture.ts';

let here: Stand;
let there: Receiver;
let analyst: Caller;
const folder = temporaryFolder('public-health');
const path = `/surveillance/suspected?from=${dayBack(30)}`;

beforeAll(async () => {
  there = await receiver();
  mkdirSync(join(folder, 'channels'));
  const channel = {
    name: 'public-health',
    format: 'hl7v2',
    direction: 'out',
    destination: { mllp: { host: '127.0.0.1', port: there.port, answerSeconds: 2 } },
    retry: { pausesSeconds: [0.1], tries: 2 },
  };
  writeFileSync(join(folder, 'channels', 'public-health.json'), JSON.stringify(channel));
  const env = { LAMPLIGHT_WAREHOUSE: 'on', LAMPLIGHT_CHANNELS: join(folder, 'channels'), LAMPLIGHT_SURVEILLANCE_CHANNEL: 'public-health' };
  here = await stand({ env });
  analyst = caller(here.server.address, await tokenFor(here.database, { role: 'analyst' }));
  await layDown(here.call, smallHospital());
  await vi.waitFor(async () => expect((await analyst('GET', path)).json?.['cases']?.['length']).toBe(2), {
    timeout: 30_000,
    interval: 500,
  });
}, 120_000);
afterAll(async () => {
  await here.end();
  await there.close();
  removeFolder(folder);
});

const cases = async (): Promise<Json[]> => Object.values((await analyst('GET', path)).json?.['cases'] ?? []);
const caseOf = async (condition: string): Promise<Json> => (await cases()).find((one) => String(one['condition']) === condition)!;
const send = async (condition: string, as: Caller = analyst): Promise<Answer> =>
  as('POST', `/surveillance/suspected/send?from=${dayBack(30)}`, {
    body: { condition, patient: String((await caseOf(condition))['patient']) },
  });
const sent = async (): Promise<Json | undefined> => (await caseOf('hepatitis-a'))['sent'];

test('nothing is sent by itself, nor by whoever may not, nor of a case without a result', async () => {
  expect((await cases()).map((one) => one['sent'])).toEqual([null, null]);
  for (const role of ['nurse', 'clinician', 'records-officer'] as const)
    expect((await send('hepatitis-a', caller(here.server.address, await tokenFor(here.database, { role })))).status, role).toBe(403);
  const bound = caller(here.server.address, await tokenFor(here.database, { role: 'analyst', organisations: ['north'] }));
  expect((await send('hepatitis-a', bound)).status).toBe(403);
  const measles = await send('measles');
  expect([measles.status, measles.json?.['title']]).toEqual([415, expect.stringContaining('diagnosis alone')]);
  for (const body of [
    {},
    { condition: 'x' },
    { condition: 'a', patient: 'b', c: 1 },
    { condition: '\0', patient: 'b' },
    '[',
    '{"__proto__":1}',
  ])
    expect((await analyst('POST', '/surveillance/suspected/send', { body })).status, JSON.stringify(body)).toBe(400);
  expect((await analyst('POST', '/surveillance/suspected/send', { body: { condition: 'measles', patient: 'nobody' } })).status).toBe(404);
  expect(there.heard).toEqual([]);
});

test('a case is refused by the other side, and says so; taken when it is sent again from the exchange, and never a second time', async () => {
  there.behave(() => 'AR');
  const answers = await Promise.all([send('hepatitis-a'), send('hepatitis-a'), send('hepatitis-a')]);
  expect(
    answers.some(({ status }) => status === 200),
    answers[0]?.text,
  ).toBe(true);
  expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
  await expect.poll(async () => (await sent())?.['state'], { timeout: 10_000 }).toBe('failed');
  expect(String((await sent())?.['says'])).toContain('not today');
  there.behave(() => 'AA');
  const message = String((await sent())?.['message']);
  expect((await here.call('POST', `/exchange/messages/${message}/again`)).status).toBeLessThan(300);
  await expect.poll(async () => (await sent())?.['state'], { timeout: 10_000 }).toBe('done');
  expect((await send('hepatitis-a')).status).toBe(409);
  expect([...new Set(there.heard.map(({ controlId }) => controlId))]).toHaveLength(1);
  expect(there.heard.filter(({ manner }) => manner === 'AA')).toHaveLength(1);
  const lines = there.heard[0]!.raw.split('\r');
  expect(lines[0]).toMatch(/\|ORU\^R01(\^ORU_R01)?\|.*\|2\.5\.1/);
  for (const segment of ['PID', 'OBR', 'OBX'])
    expect(
      lines.some((line) => line.startsWith(`${segment}|`)),
      segment,
    ).toBe(true);
  const { rows } = await here.database.query<{ outcome: number }>({
    text: "select outcome from audit where action = 'surveillance-send' and outcome in (200, 409) order by at",
  });
  expect(rows.length).toBe(4);
});
