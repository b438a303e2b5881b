// For tests: a listener over a few made-up tables in DuckDB, without a record and without a database, and who may sign in there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, ok } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import type { AskOptions, Beside, Described, RowsFormat, TableWords } from '../../warehouse/contract.ts';
import { defaultAskLimits } from '../../warehouse/query/limits.ts';
import { planBeside } from '../../warehouse/query/plan.ts';
import { openQueries } from '../../warehouse/query/queries.ts';
import { listenPostgresWire, type WireListener, type WireSettings } from './listener.ts';
import type { WireTables } from './questions.ts';
import type { WirePeople } from './sign-in.ts';

const made: Beside = {
  key: 'made-up',
  tables: ['patients', 'empty', 'omop.person', 'omop.note'],
  statements: [
    'create table patients (id VARCHAR, born DATE, seen TIMESTAMPTZ, weight DOUBLE, visits BIGINT, alive BOOLEAN)',
    `insert into patients select 'p' || i, date '1970-01-01' + i::INTEGER, timestamptz '2026-01-01 00:00:00+00' + interval (i) hour, i / 2, i, i % 2 = 0 from range(1000) t(i)`,
    `create table "empty" (id VARCHAR)`,
    'create schema omop',
    'create table omop.person as select 7::BIGINT as person_id',
    'create table omop.note as select 7::BIGINT as person_id',
  ],
};

const words: TableWords[] = [
  {
    name: 'patients',
    title: 'Patients',
    description: 'One row a patient.',
    columns: [
      { name: 'id', type: 'VARCHAR', description: 'Whose it is' },
      { name: 'born', type: 'DATE', description: 'When' },
      { name: 'seen', type: 'TIMESTAMPTZ', description: '' },
      { name: 'weight', type: 'DOUBLE', description: '' },
      { name: 'visits', type: 'BIGINT', description: '' },
      { name: 'alive', type: 'BOOLEAN', description: '' },
    ],
  },
  { name: 'omop.person', title: 'Persons', description: '', columns: [{ name: 'person_id', type: 'BIGINT', description: 'Number' }] },
  { name: 'omop.note', title: 'Notes', description: '', columns: [{ name: 'person_id', type: 'BIGINT', description: 'Number' }] },
  { name: 'empty', title: 'Nothing', description: '', columns: [{ name: 'id', type: 'VARCHAR', description: '' }] },
];

export const ann: Person = { id: '11111111-1111-4111-8111-111111111111', name: 'ann', role: 'analyst' };
export const password = 'correct horse';

const people: WirePeople = {
  async authenticate(token) {
    return token === 'llt_0123456789' ? ok(ann) : fail('forbidden', 'The token is unknown');
  },
  async prove({ name, password: given }) {
    return name === 'ann' && given === password ? ok(ann) : fail('forbidden', 'The name or the password is wrong.');
  },
  async rightsNow() {
    return ok(ann);
  },
};

export interface Stand {
  listener: WireListener;
  /** What was asked of the record, in order. */
  asked: { sql: string; options: AskOptions | undefined }[];
  failures: unknown[];
  close(): Promise<void>;
}

export async function stand(settings: Partial<WireSettings> = {}): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-wire-'));
  const queries = openQueries(join(folder, 'queries'), 4);
  const asked: Stand['asked'] = [];
  const failures: unknown[] = [];
  let count = 0;
  const askFile = async (person: string, beside: Beside, sql: string, format: RowsFormat, options: AskOptions = {}) => {
    const path = join(queries.work, `${++count}.${format}`);
    const limits = { ...defaultAskLimits, ...options.limits };
    const plan = planBeside(folder, beside, limits);
    const question = { sql, parameters: options.parameters ?? {}, limits, file: { path, format, bytesMax: 1e9 } };
    const done = await queries.run(person, plan.key, () => plan, question, options.signal);
    if (!done.ok) return done;
    if (done.value.kind !== 'file') throw new Error('a file was asked for');
    return ok({ ...done.value, position: '1', asOf: '2026-01-01T00:00:00.000Z', remove: () => rmSync(path, { force: true }) });
  };
  const describe = async (person: string, beside: Beside, sql: string, options: AskOptions = {}) => {
    const limits = { ...defaultAskLimits, ...options.limits };
    const plan = planBeside(folder, beside, limits);
    const done = await queries.run(person, plan.key, () => plan, { sql, parameters: {}, limits, describe: true }, options.signal);
    return done.ok ? ok(done.value as Described) : done;
  };
  const tables: WireTables = {
    async askFile(caller, sql, format, options) {
      asked.push({ sql, options });
      return askFile(caller.person.id, made, sql, format, options);
    },
    describe: (caller, sql, options) => describe(caller.person.id, made, sql, options),
    beside: {
      askFile: (person, beside, sql, options) => askFile(`${person} beside`, beside, sql, 'cells', options),
      describe: (person, beside, sql, options) => describe(`${person} beside`, beside, sql, options),
    },
    dictionary: () => words,
  };
  const listener = await listenPostgresWire(
    { tables, people, purposeOf: () => 'HOPERAT' },
    {
      host: '127.0.0.1',
      port: 0,
      idleMs: 60_000,
      connectionsMax: 50,
      connectionsOfOneMax: 40,
      signInPerMinute: 100_000,
      now: () => new Date(),
      failed: (error) => failures.push(error),
      ...settings,
    },
  );
  if (!listener.ok) throw new Error(listener.problem.message);
  return {
    listener: listener.value,
    asked,
    failures,
    async close() {
      await listener.value.close();
      await queries.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
