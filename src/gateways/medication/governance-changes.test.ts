// A change of a rule in the database: heard by every process, one in force at a time, signed by others than who asked, whoever is quicker.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { KnowledgeBase } from '../../modules/medication-safety/knowledge/base.ts';
import type { Person } from '../../policy/contract.ts';
import { medicationMigrations } from './alerts-schema.ts';
import { type Asked, askChange, changesInForce, endChange, listChanges, signChange } from './governance-changes.ts';
import { keepRules } from './governance-in-force.ts';
import { governanceMigrations } from './governance-schema.ts';

let here: TestDatabase;
const now = new Date('2026-11-22T12:00:00Z');
const person = (n: number): Person => ({ id: `00000000-0000-4000-8000-00000000000${n}`, name: `person ${n}`, role: 'clinician' });
const words = { agrees: true, words: 'looked at the sample' };
const asked = (rule: string, signaturesNeeded: number, what: Asked['what'] = 'shadow'): Asked => ({
  file: 'f',
  rule,
  version: '1',
  what,
  why: 'overridden by everybody',
  signaturesNeeded,
});

beforeAll(async () => {
  here = await testDatabase();
  const migrated = await migrate(here.db, [...medicationMigrations, ...governanceMigrations]);
  expect(migrated.ok).toBe(true);
});
afterAll(() => here.drop());

describe('a change', () => {
  test('is heard by another process, and known by one that starts later', async () => {
    const base = new KnowledgeBase([{ version: '1' }], new Proxy({}, { get: () => [] }) as ConstructorParameters<typeof KnowledgeBase>[1]);
    const other = await keepRules(here.db, base, () => {});
    const id = await askChange(here.db, asked('heard', 0, 'active'), person(1), now);
    for (let i = 0; i < 100 && !other.base().local.has('f/heard'); i++) await sleep(20);
    expect(other.base().local.get('f/heard')).toMatchObject({ change: id, status: 'active' });
    const later = await keepRules(here.db, base, () => {});
    expect(later.base().local.has('f/heard')).toBe(true);
    expect((await endChange(here.db, id, 'no longer needed', person(2), now)).ok).toBe(true);
    for (let i = 0; i < 100 && other.base().local.has('f/heard'); i++) await sleep(20);
    expect(other.base().local.has('f/heard')).toBe(false);
    await Promise.all([other.close(), later.close()]);
  });

  test('that needs two names is in force with the second, however they come together', async () => {
    const id = await askChange(here.db, asked('two', 2), person(1), now);
    expect((await signChange(here.db, id, words, person(1), now)).ok).toBe(false);
    const signed = await Promise.all([2, 2, 3, 3].map((n) => signChange(here.db, id, words, person(n), now)));
    expect(signed.filter((each) => each.ok).length).toBe(2);
    expect((await changesInForce(here.db)).has('f/two')).toBe(true);
    const [change] = await listChanges(here.db, { file: 'f', rule: 'two' });
    expect(change?.signatures.map((each) => each.name).sort()).toEqual(['person 2', 'person 3']);
  });

  test('takes the place of the one before; what was taken back does not come again', async () => {
    const first = await askChange(here.db, asked('twice', 0, 'at-least'), person(1), now);
    const second = await askChange(here.db, asked('twice', 0, 'active'), person(2), now);
    const states = async () =>
      Object.fromEntries((await listChanges(here.db, { file: 'f', rule: 'twice' })).map(({ id, state }) => [id, state]));
    expect(await states()).toEqual({ [first]: 'superseded', [second]: 'in-force' });
    await endChange(here.db, second, 'as the file has it', person(1), now);
    expect((await changesInForce(here.db)).has('f/twice')).toBe(false);
    expect((await endChange(here.db, second, 'as the file has it', person(1), now)).ok).toBe(false);
  });

  test('asked for by many at once leaves one that waits', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((n) => askChange(here.db, asked('many', 1), person(n), now)));
    const all = await listChanges(here.db, { file: 'f', rule: 'many' });
    expect(all.filter((each) => each.state === 'waiting').length).toBe(1);
    expect(all.length).toBe(5);
  });
});
