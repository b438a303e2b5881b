// A DuckDB for queries of people: it can reach the warehouse's folder and nothing else, with bounds on memory, disk and threads
// (https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview). Its tables are made when they are first asked for.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBDataChunk, DuckDBInstance, VARCHAR } from '@duckdb/node-api';
import type { RoomTable } from '../derived/tables.ts';
import { identifier, literal } from '../view/sql-text.ts';
import type { Plan } from './plan.ts';
import { checkStatement } from './statement.ts';
import { visibleTable } from './visible.ts';

export interface Room {
  key: string;
  /** Lower-case names of the tables that may be asked. */
  tables: ReadonlySet<string>;
  connect(): Promise<DuckDBConnection>;
  /** Makes those tables that are not there yet. */
  furnish(connection: DuckDBConnection, names: Iterable<string>): Promise<void>;
  close(): void;
}

/**
 * DuckDB asks the calendar of ICU for each moment with a zone, five to ten times slower than for one without. Where the zone of a room
 * is UTC, the other one's arithmetic gives the same.
 */
const quickTimes = [
  `create macro date_trunc(part, moment TIMESTAMPTZ) as make_timestamptz(epoch_us(datetrunc(part, make_timestamp(epoch_us(moment))))),
     (part, moment TIMESTAMP) as datetrunc(part, moment), (part, moment DATE) as datetrunc(part, moment), (part, moment INTERVAL) as datetrunc(part, moment)`,
  `create macro hour(moment TIMESTAMPTZ) as system.main.hour(make_timestamp(epoch_us(moment))), (moment TIMESTAMP) as system.main.hour(moment),
     (moment DATE) as system.main.hour(moment), (moment TIME) as system.main.hour(moment), (moment INTERVAL) as system.main.hour(moment)`,
];

/**
 * A whole number of 63 bits for a key or pseudonym, the same wherever it stands: some models of data want numbers as keys. MD5 scatters
 * here, it hides nothing: what a key must not give away has a pseudonym in its place before.
 */
const keyNumber = 'create macro key_number(key) as (md5_number_lower(key) >> 1)::BIGINT';

/** `spillIn`: an existing folder for what does not fit into memory. */
export async function openRoom({ key, folder, tables, detail, beside, visible, limits, timeZone }: Plan, spillIn: string): Promise<Room> {
  const spill = join(spillIn, `lamplight-query-${randomBytes(8).toString('hex')}`);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(limits.threads),
    memory_limit: `${limits.memoryMegabytes}MB`,
    temp_directory: spill,
    max_temp_directory_size: `${limits.spillMegabytes}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const close = (): void => {
    instance.closeSync();
    rmSync(spill, { recursive: true, force: true });
  };
  try {
    const connection = await instance.connect();
    await connection.run(`set global TimeZone = ${literal(timeZone)}`);
    // Footers of files that never change are read once.
    await connection.run('set parquet_metadata_cache = true');
    await connection.run(keyNumber);
    await connection.run(`create macro shown_detail() as ${literal(detail)}`);
    for (const macro of timeZone === 'UTC' ? quickTimes : []) await connection.run(macro);
    await fill(connection, visible);
    for (const statement of beside?.statements ?? []) await connection.run(statement);
    await connection.run(`set allowed_directories = [${literal(`${folder}/`)}]`);
    await connection.run('set enable_external_access = false');
    await connection.run('set lock_configuration = true');
    connection.closeSync();
  } catch (error) {
    close();
    throw error;
  }
  const bySmallName = new Map(tables.map((table) => [table.name.toLowerCase(), table]));
  const made = new Set<string>();
  return {
    key,
    tables: new Set([...bySmallName.keys(), ...(beside?.tables ?? [])]),
    connect: () => instance.connect(),
    async furnish(connection, names) {
      const make = async (name: string): Promise<void> => {
        const table = bySmallName.get(name.toLowerCase());
        if (table === undefined || made.has(table.name)) return;
        for (const one of table.of ?? []) await make(one);
        await furnishOne(connection, table);
        made.add(table.name);
      };
      for (const name of names) await make(name);
    },
    close,
  };
}

/** What is made of other tables reads those that it names and nothing else, so that it cannot show more than they do. */
async function furnishOne(connection: DuckDBConnection, { name, schema, sql, of, kept }: RoomTable): Promise<void> {
  const asked = schema === undefined ? identifier(name) : `${identifier(schema)}.${identifier(name.slice(schema.length + 1))}`;
  if (schema !== undefined) await connection.run(`create schema if not exists ${identifier(schema)}`);
  const create = `create ${kept === true ? 'table' : 'view'} ${asked} as ${sql}`;
  if (of === undefined) return void (await connection.run(create));
  const allowed = await checkStatement(connection, sql, new Set(of));
  const wrong = allowed.ok ? undefined : allowed.problem.message;
  const told =
    wrong ??
    (await connection.run(create).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message.split('\n')[0] : ''),
    ));
  // Its mistake is none of the query that asks it.
  if (told !== undefined) throw new Error(`Binder Error: the table ${name} cannot be made: ${told}`);
}

async function fill(connection: DuckDBConnection, visible: readonly string[]): Promise<void> {
  await connection.run(`create table ${visibleTable} (pat VARCHAR primary key)`);
  if (visible.length === 0) return;
  const appender = await connection.createAppender(visibleTable);
  const unique = [...new Set(visible)];
  for (let at = 0; at < unique.length; at += 2_048) {
    const part = unique.slice(at, at + 2_048);
    const chunk = DuckDBDataChunk.create([VARCHAR], part.length);
    chunk.setColumnValues(0, part);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
