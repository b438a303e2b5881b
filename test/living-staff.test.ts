// The staff of the living demonstration work under accounts of their own: the audit trail says who looked at whom, the truth says which looks
// were nobody's work, and a message finds the places that the hospital has.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entrance } from '../simulator/live/clicks/account.ts';
import { ratesFor } from '../simulator/live/life.ts';
import { live } from '../simulator/live/live.ts';
import type { Truth } from '../simulator/live/world.ts';
import { makeStaffAccounts } from '../src/app/demonstration-staff.ts';
import type { Database } from '../src/database/contract.ts';
import { openPeople } from '../src/people/people.ts';
import { type Caller, caller, type Json } from './calls.ts';
import { mllpPortOf } from './mllp-client.ts';
import { databaseOf, type RunningServer, removeFolder, startServer, temporaryFolder, tokenFor } from './running-server.ts';

let server: RunningServer;
let database: Database;
let call: Caller;
let dataDir: string;
let folder: string;
const staff = new Map<string, Entrance>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-staff-'));
  dataDir = temporaryFolder('staff');
  server = await startServer({
    dataDir,
    env: {
      LAMPLIGHT_DEMO: 'on',
      LAMPLIGHT_DEMO_LIVE: 'off',
      LAMPLIGHT_DEMO_PATIENTS: '12',
      LAMPLIGHT_MLLP_PORT: '0',
      LAMPLIGHT_SIGN_IN_RATE_PER_MINUTE: '1000',
    },
  });
  database = await databaseOf(dataDir);
  call = caller(server.address, await tokenFor(database, { role: 'administrator' }));
});
afterAll(async () => {
  await database?.close();
  await server?.stop();
  removeFolder(dataDir);
  rmSync(folder, { recursive: true });
});

test('they have accounts, look at charts, and what was nobody’s work is in the trail and in the truth', async () => {
  const made = {
    people: openPeople(database),
    address: server.address,
    seed: 1,
    beds: 12,
    made: (one: Entrance) => staff.set(one.practitioner, one),
  };
  await makeStaffAccounts(made);
  const accounts = Object.values<Json>((await call('GET', '/accounts')).json?.['accounts'] ?? []);
  const ours = accounts.filter(({ name }) => String(name).startsWith('sim.'));
  expect(ours.length).toBe(staff.size);
  expect(new Set(ours.map(({ role }) => role))).toEqual(new Set(['clinician', 'nurse', 'pharmacist']));

  const token = await tokenFor(database, { role: 'system' });
  const truthFile = join(folder, 'truth.ndjson');
  const summary = await live({
    address: server.address,
    token: () => token,
    mllp: { host: '127.0.0.1', port: mllpPortOf(server.said()) },
    seed: 1,
    speed: 5000,
    bedsEach: 12,
    population: 27_600,
    rates: { ...ratesFor(27_600), planted: 25 },
    truthFile,
    x12Folder: join(folder, 'x12'),
    startMs: Date.parse('2026-11-22T08:00:00Z'),
    days: 0.1,
    staff,
    stopped: AbortSignal.timeout(30_000),
    say: () => undefined,
    warn: () => undefined,
  });
  expect(summary.looks.sent).toBeGreaterThan(10);

  const truths = readFileSync(truthFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Truth);
  const curious = truths.filter(({ kind }) => kind === 'inappropriate-access');
  expect(curious.length).toBeGreaterThan(0);
  // What the truth names, the trail knows: this account has read this patient.
  const one = curious[0]!;
  const name = staff.get(one.about?.[0] ?? '')?.name ?? '';
  const patient = (await call('GET', `/fhir/Patient?identifier=${one.mrn}`)).json?.entry?.[0]?.resource?.id;
  const trail = await call('GET', `/audit?patient=${patient}&account=${name}`);
  expect(trail.status, trail.text.slice(0, 300)).toBe(200);
  expect(trail.json?.['rows']).not.toEqual([]);
  expect(trail.text).toContain(name);

  // Beds that messages name are those that the hospital has.
  const places = Object.values<Json>((await call('GET', '/fhir/Location?_count=1000&_elements=name')).json?.['entry'] ?? []);
  const names = places.map((one) => String(one['resource']?.['name'] ?? ''));
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((one, at) => names.indexOf(one) !== at)).toEqual([]);
});
