// The pieces of a backup into an empty database, in one transaction: until its last byte was found right nobody sees anything,
// and whatever goes wrong before leaves the database as empty as it was.
import { pipeline } from 'node:stream/promises';
import { escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Migration } from '../contract.ts';
import { databaseError } from '../failure.ts';
import { hashOf, migrationLockKey, migrationTable } from '../migrate.ts';
import { listRebuilds, listRelations, listSequences, listTables, type Rebuild, type Table } from './catalogue.ts';
import type { CopyConnection } from './connection.ts';
import type { BackupEars, BackupHeader, BackupSummary, CheckedPiece, SequenceValue } from './contract.ts';
import { damaged, Refusal } from './refusal.ts';

export interface RestoreWish {
  /** All steps that this program knows. */
  migrations: Migration[];
  /** Run at the end of the transaction where `table` is there: what must not be believed any more. */
  afterwards: { table: string; text: string }[];
  ears: BackupEars;
  /** Only to measure: leave the indexes in place while rows come. */
  keepIndexes?: boolean;
}

export interface Restored {
  summary: BackupSummary;
  /** Tables of the backup that no step of Lamplight makes: they stood beside it in the same schema. */
  leftOut: string[];
}

/** The steps that make the schema of the backup; refuses one that this program cannot make. Needs no database. */
export function stepsOf(header: BackupHeader, migrations: Migration[]): Result<Migration[]> {
  const known = new Map(migrations.map((step) => [step.name, step]));
  const steps: Migration[] = [];
  for (const { name, hash } of header.migrations) {
    const step = known.get(name);
    if (step === undefined)
      return fail(
        'conflict',
        `The backup is of Lamplight ${header.lamplight}, which is newer (it has the step ${name}). Restore it with that version.`,
      );
    if (hashOf(step) !== hash)
      return fail(
        'conflict',
        `The step ${name} of the backup is not the one of this program. Restore it with Lamplight ${header.lamplight}, which made it.`,
      );
    steps.push(step);
  }
  return ok(steps);
}

/** `pieces` from behind the header on. Throws Refusal and DatabaseError; then nothing was done. */
export async function copyIn(
  on: CopyConnection,
  header: BackupHeader,
  steps: Migration[],
  pieces: AsyncIterator<CheckedPiece>,
  wish: RestoreWish,
): Promise<Restored> {
  await on.query({ text: 'begin' });
  // The same lock as for migrating: a Lamplight that starts now waits, and then finds the whole record.
  await on.query({ text: 'select pg_advisory_xact_lock($1)', values: [migrationLockKey] });
  const found = await listRelations(on);
  if (found.length > 0)
    throw new Refusal(
      'conflict',
      `The database is not empty (it holds ${found[0]}${found.length > 1 ? ` and ${found.length - 1} more` : ''}), and a restore never writes over anything. Name a new data folder with LAMPLIGHT_DATA_DIR, or a new database with DATABASE_URL.`,
    );
  await on.query({ text: migrationTable });
  for (const step of steps) await on.query({ text: step.sql });

  const tables = new Map((await listTables(on)).map((table) => [table.name, table]));
  // Rows that a step itself put there are in the backup too.
  await on.query({ text: `truncate ${[...tables.keys()].map((name) => escapeIdentifier(name)).join(', ')}` });
  const rebuilds = wish.keepIndexes === true ? [] : await listRebuilds(on);
  for (const { drop } of rebuilds.toReversed()) await on.query({ text: drop });

  const { summary, sequences, leftOut } = await takeAll(on, tables, pieces, wish.ears);
  await checkLog(on, header);
  await setSequences(on, sequences);
  await build(on, rebuilds, wish.ears);
  for (const { table, text } of wish.afterwards) if (tables.has(table)) await on.query({ text });
  wish.ears.note?.('counting what the searches plan with');
  await on.query({ text: 'analyze' });
  await on.query({ text: 'commit' });
  return { summary, leftOut };
}

async function takeAll(on: CopyConnection, tables: Map<string, Table>, pieces: AsyncIterator<CheckedPiece>, ears: BackupEars) {
  const missing = new Set(tables.keys());
  const leftOut: string[] = [];
  let sequences: SequenceValue[] = [];
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) throw damaged('its end is missing');
    const piece = next.value;
    if (piece.kind === 'table') {
      const table = tables.get(piece.table.table);
      if (table === undefined) leftOut.push(piece.table.table);
      else {
        if (!missing.delete(table.name)) throw damaged(`the table ${table.name} is in it twice`);
        await takeTable(on, table, piece.table.columns, pieces, ears);
      }
    } else if (piece.kind === 'sequences') {
      sequences = piece.sequences;
    } else if (piece.kind === 'end') {
      if (missing.size > 0) throw damaged(`the table ${[...missing][0]} is not in it`);
      return { summary: piece.summary, sequences, leftOut };
    }
  }
}

/** Table and columns by the names that the catalogue has: no text of the file becomes text of a statement. */
async function takeTable(
  on: CopyConnection,
  table: Table,
  columns: string[],
  pieces: AsyncIterator<CheckedPiece>,
  ears: BackupEars,
): Promise<void> {
  const inOrder = columns.map((column) => table.columns.find((one) => one === column));
  if (new Set(columns).size !== table.columns.length || columns.length !== table.columns.length || inOrder.includes(undefined))
    throw new Refusal(
      'conflict',
      `The columns of ${table.name} in the backup are not those that its steps make. Restore it with the version that made it.`,
    );
  const list = inOrder.map((column) => escapeIdentifier(column!)).join(', ');
  let rows: number | undefined;
  let fault: unknown;
  async function* content(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const next = await pieces.next();
        if (next.done === true) throw damaged('its end is missing');
        if (next.value.kind === 'table-end') {
          rows = next.value.rows;
          return;
        }
        if (next.value.kind !== 'rows') throw damaged('its parts are not in order');
        yield next.value.rows;
        ears.rows?.(next.value.ended);
      }
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  // Frozen: the rows are as good as vacuumed, since the table was made in this transaction.
  const into = on.client.query(copyFrom(`copy ${escapeIdentifier(table.name)} (${list}) from stdin with (freeze)`));
  try {
    await pipeline(content(), into);
  } catch (error) {
    throw fault ?? databaseError(error);
  }
  if (into.rowCount !== rows) throw damaged(`${table.name} took ${into.rowCount} rows of ${rows}`);
}

/** The log among the rows must be the one that the header promised. */
async function checkLog(on: CopyConnection, header: BackupHeader): Promise<void> {
  const { rows } = await on.query<{ name: string; hash: string }>({ text: 'select name, hash from migration order by applied, name' });
  if (JSON.stringify(rows) !== JSON.stringify(header.migrations)) throw damaged('its steps are not those of its header');
}

async function setSequences(on: CopyConnection, values: SequenceValue[]): Promise<void> {
  const known = new Map(values.map((one) => [one.name, one]));
  for (const name of await listSequences(on)) {
    const one = known.get(name);
    if (one === undefined) throw damaged(`the sequence ${name} is not in it`);
    await on.query({ text: 'select setval($1::regclass, $2, $3)', values: [escapeIdentifier(name), one.value, one.called] });
  }
}

async function build(on: CopyConnection, rebuilds: Rebuild[], ears: BackupEars): Promise<void> {
  if (rebuilds.length > 0) ears.note?.('building the indexes');
  for (const { make } of rebuilds) {
    try {
      await on.query({ text: make });
    } catch (error) {
      // Rows that break a key cannot have come from a database that held it.
      throw databaseError(error).code.startsWith('23') ? damaged('its rows break a key of their table') : error;
    }
  }
}
