// Brings the schema to where this program expects it. Each step and its entry in the log are one transaction, so a kill at
// any moment leaves whole steps only, and the next start goes on from there.
import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Database, Migration, Session } from './contract.ts';

/** Key of the advisory lock under which one program at a time migrates a database. */
export const migrationLockKey = 0x6c616d70; // "lamp"

/** The log of steps, made before the first of them. */
export const migrationTable =
  'create table migration (name text primary key, hash text not null, applied timestamptz not null default now())';

/**
 * Applies what is missing, in the order given, and answers with the names of the steps that it applied. Refuses (conflict)
 * where an applied step's text differs from this program's, or where the database has a step that this program does not
 * know: then it was used by a newer one. Throws DatabaseError where a step itself fails; the steps before it stay.
 */
export async function migrate(db: Database, migrations: Migration[]): Promise<Result<string[]>> {
  const known = new Map(migrations.map((step) => [step.name, hashOf(step)]));
  if (known.size < migrations.length) throw new Error('Two migrations have the same name.');
  const applied: string[] = [];
  for (;;) {
    const step = await db.transaction((session) => applyNext(session, migrations, known));
    if (!step.ok) return step;
    if (step.value === undefined) return ok(applied);
    applied.push(step.value);
  }
}

/** The name of the step that was applied; undefined where none is missing. */
async function applyNext(session: Session, migrations: Migration[], known: Map<string, string>): Promise<Result<string | undefined>> {
  // The wait for another program, and a step that indexes millions of rows, may take longer than a request.
  session.query({ text: 'set local statement_timeout = 0' });
  session.query({ text: 'select pg_advisory_xact_lock($1)', values: [migrationLockKey] });
  const { rows: tables } = await session.query<{ found: boolean }>({ text: `select to_regclass('migration') is not null as found` });
  if (!tables[0]!.found) {
    session.query({ text: migrationTable });
  }
  const { rows } = await session.query<{ name: string; hash: string }>({ text: 'select name, hash from migration order by applied, name' });
  for (const { name, hash } of rows) {
    const expected = known.get(name);
    if (expected === undefined) {
      return fail('conflict', `The database has the step ${name}, which this version of Lamplight does not know. Use the newer version.`);
    }
    if (expected !== hash) {
      return fail(
        'conflict',
        `The step ${name} of the database is not the one of this version of Lamplight. Use the version that made it.`,
      );
    }
  }
  const done = new Set(rows.map((row) => row.name));
  const step = migrations.find(({ name }) => !done.has(name));
  if (step === undefined) return ok(undefined);
  session.query({ text: step.sql });
  await session.query({ text: 'insert into migration (name, hash) values ($1, $2)', values: [step.name, hashOf(step)] });
  return ok(step.name);
}

/** What tells whether a step is the one that was applied. */
export const hashOf = (step: Migration): string => createHash('sha256').update(step.sql.trim()).digest('hex');
