// The demonstration hospital lives on a whole server: it tells its past once, and what happens in it is taken, in every language that it
// speaks. What the server refuses of it would be a fault of one of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/contract.ts';
import { openPeople } from '../src/people/people.ts';
import { type Caller, caller } from './calls.ts';
import { databaseOf, type RunningServer, removeFolder, runCommand, startServer, temporaryFolder, tokenFor } from './running-server.ts';

describe('the living hospital', () => {
  const dataDir = temporaryFolder('living');
  const truth = join(dataDir, 'truth.ndjson');
  let server: RunningServer;
  let database: Database;
  let call: Caller;

  beforeAll(async () => {
    server = await startServer({ dataDir, env: { LAMPLIGHT_MLLP_PORT: '0', LAMPLIGHT_MQTT_PORT: '0', LAMPLIGHT_LOG_LEVEL: 'warn' } });
    database = await databaseOf(dataDir);
    call = caller(server.address, await tokenFor(database, { role: 'administrator' }));
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
    removeFolder(dataDir);
  });

  const heard = (what: RegExp): string => what.exec(server.said())?.[1] ?? '';
  const live = async (...more: string[]) => {
    const mllp = heard(/HL7 v2 over MLLP: (\S+)/);
    const mqtt = heard(/Devices over MQTT: (\S+)/);
    const from = ['--to', server.address, '--mllp', mllp, '--mqtt', `mqtt://${mqtt}`, '--seed', '1', '--beds', '12'];
    // Devices speak under the name of the account that the hospital has in a demonstration.
    const issued = await openPeople(database).issueToken({ name: 'simulator', role: 'system' }, 3_600_000, new Date());
    const token = issued.ok ? issued.value.token : '';
    const ran = await runCommand(['simulate', ...from, '--truth', truth, '--json', '--quiet', ...more], { LAMPLIGHT_TOKEN: token });
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    return JSON.parse(ran.stdout) as Record<'past' | 'truths', number> &
      Record<'messages' | 'fhir' | 'monitors', { sent: number; refused: number }>;
  };
  const count = async (query: string): Promise<number> => Number((await call('GET', `/fhir/${query}`)).json?.['total']);

  it('tells what was before once, then what happens, and nothing of it is refused', { timeout: 120_000 }, async () => {
    const first = await live('--patients', '4000', '--past', '30', '--days', '1', '--speed', '10000');
    expect(first.past).toBeGreaterThan(300);
    expect(first.messages.sent).toBeGreaterThan(10);
    for (const kind of ['messages', 'fhir', 'monitors'] as const) expect(first[kind].refused, kind).toBe(0);
    const week = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
    const before = await count(`Encounter?date=lt${week}&_summary=count`);
    expect(before).toBeGreaterThan(50);
    const planted = readFileSync(truth, 'utf8').trim().split('\n');
    expect(planted.length).toBeGreaterThanOrEqual(first.truths);

    // What was hung runs because its pump says so, whose number is that of the Device which the ward wrote.
    const pumped = 'MedicationAdministration?device:missing=false&status=in-progress,completed,stopped';
    await expect.poll(() => count(`${pumped}&_summary=count`), { timeout: 20_000 }).toBeGreaterThan(0);
    expect((await call('GET', `/fhir/${pumped}`)).text).toMatch(/"rateQuantity"|"dose"/);

    const again = await live('--patients', '200', '--past', '30', '--days', '1', '--speed', '10000');
    expect(again.past).toBe(0);
    expect(await count(`Encounter?date=lt${week}&_summary=count`)).toBe(before);

    // Who was there has each drug once: the orders before were ended when they were entered again.
    const standing = await call('GET', '/fhir/MedicationRequest?status=active&intent=order&_count=1000');
    const orders = Object.values(standing.json?.['entry'] ?? {}).map((each) => each['resource']!);
    const drugs = orders.flatMap(({ encounter, medicationCodeableConcept: named }) =>
      encounter === undefined
        ? []
        : [`${String(encounter['reference'])} ${String(named?.['text'] ?? named?.['coding']?.[0]?.['display'])}`],
    );
    const twice = drugs.length - new Set(drugs).size;
    expect(drugs.length).toBeGreaterThan(0);
    expect(twice).toBeLessThanOrEqual(readFileSync(truth, 'utf8').match(/"which":"duplicate-order"/g)?.length ?? 0);
  });
});
