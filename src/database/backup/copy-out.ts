// A database as the pieces of a backup: one snapshot of one moment (REPEATABLE READ), each table by COPY, while others go on
// writing. https://www.postgresql.org/docs/current/sql-copy.html
import { escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { databaseError } from '../failure.ts';
import { migrationLockKey } from '../migrate.ts';
import { listSequences, listTables, type Table } from './catalogue.ts';
import type { CopyConnection } from './connection.ts';
import type { AppliedStep, BackupAbout, BackupEars, BackupHeader, BackupPiece, SequenceValue } from './contract.ts';
import { blockBytes } from './file-format.ts';

export async function* copyOut(on: CopyConnection, about: BackupAbout, ears: BackupEars): AsyncGenerator<BackupPiece> {
  // No step of the schema may begin between the snapshot and the locks; after that PostgreSQL itself makes it wait.
  await on.query({ text: 'select pg_advisory_lock_shared($1)', values: [migrationLockKey] });
  await on.query({ text: 'begin isolation level repeatable read read only' });
  const tables = await listTables(on);
  for (const { name } of tables) await on.query({ text: `lock table ${escapeIdentifier(name)} in access share mode` });
  await on.query({ text: 'select pg_advisory_unlock_shared($1)', values: [migrationLockKey] });
  ears.expect?.(tables.reduce((sum, { rowsAbout }) => sum + rowsAbout, 0));

  yield { kind: 'header', header: await headerOf(on, about) };
  for (const table of tables) {
    yield { kind: 'table', table: { table: table.name, columns: table.columns } };
    yield* rowsOf(on, table);
    yield { kind: 'table-end' };
  }
  yield { kind: 'sequences', sequences: await sequencesOf(on) };
  await on.query({ text: 'commit' });
}

async function headerOf(on: CopyConnection, about: BackupAbout): Promise<BackupHeader> {
  const { rows: steps } = await on.query<AppliedStep>({ text: 'select name, hash from migration order by applied, name' });
  const { rows: server } = await on.query<{ at: Date; postgres: string }>({
    text: `select now() as at, current_setting('server_version') as postgres`,
  });
  const { rows: positions } = await on.query<{ position: bigint }>(about.position);
  return {
    lamplight: about.lamplight,
    made: server[0]!.at.toISOString(),
    postgres: server[0]!.postgres,
    position: String(positions[0]?.position ?? 0),
    migrations: steps,
  };
}

async function* rowsOf(on: CopyConnection, { name, columns }: Table): AsyncGenerator<BackupPiece> {
  const list = columns.map((column) => escapeIdentifier(column)).join(', ');
  const stream = on.client.query(copyTo(`copy ${escapeIdentifier(name)} (${list}) to stdout`));
  // A server that ends in the middle of a COPY says nothing to it: only the connection closes.
  const cut = (): void => {
    stream.destroy(new Error('Connection terminated unexpectedly'));
  };
  on.client.once('end', cut);
  let held: Buffer[] = [];
  let heldBytes = 0;
  try {
    for await (const chunk of stream) {
      held.push(chunk);
      heldBytes += chunk.length;
      while (heldBytes >= blockBytes) {
        const all = Buffer.concat(held);
        yield { kind: 'rows', rows: all.subarray(0, blockBytes) };
        held = [all.subarray(blockBytes)];
        heldBytes = held[0]!.length;
      }
    }
  } catch (error) {
    throw databaseError(error);
  } finally {
    on.client.off('end', cut);
  }
  if (heldBytes > 0) yield { kind: 'rows', rows: Buffer.concat(held) };
}

/** Not of the snapshot but later: a sequence may be ahead of its rows, never behind them. */
async function sequencesOf(on: CopyConnection): Promise<SequenceValue[]> {
  const found: SequenceValue[] = [];
  for (const name of await listSequences(on)) {
    const { rows } = await on.query<{ value: bigint; called: boolean }>({
      text: `select last_value as value, is_called as called from ${escapeIdentifier(name)}`,
    });
    found.push({ name, value: String(rows[0]!.value), called: rows[0]!.called });
  }
  return found;
}
