// Runs one query of a person: in a DuckDB of its own that can reach the warehouse's folder and nothing else, with bounds on memory,
// disk, threads, time and rows (https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview).
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBDataChunk, DuckDBInstance, type Json as DuckDBJson, VARCHAR } from '@duckdb/node-api';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Answer, AskLimits, Detail, Parameters } from '../contract.ts';
import type { Manifest } from '../store/manifest.ts';
import { identifier, literal } from '../view/sql-text.ts';
import { checkStatement } from './statement.ts';
import { type Seen, tableSql } from './tables.ts';

export const defaultAskLimits: AskLimits = { memoryMegabytes: 512, spillMegabytes: 1_024, threads: 2, timeMs: 30_000, rows: 10_000 };

export interface Asked {
  folder: string;
  manifest: Manifest;
  seen: readonly Seen[];
  /** Compartment keys whose rows may be seen, where some table is scoped. */
  visible?: readonly string[];
  detail: Detail;
  /** By name, for `$name` in the query. */
  parameters?: Parameters;
  limits?: AskLimits;
  signal?: AbortSignal;
}

export async function ask(sql: string, asked: Asked): Promise<Result<Answer>> {
  const limits = asked.limits ?? defaultAskLimits;
  const spill = join(tmpdir(), `lamplight-query-${randomBytes(8).toString('hex')}`);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(limits.threads),
    memory_limit: `${limits.memoryMegabytes}MB`,
    temp_directory: spill,
    max_temp_directory_size: `${limits.spillMegabytes}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  let stopped: 'time' | 'asked' | undefined;
  const stop = (why: 'time' | 'asked') => (): void => {
    stopped = why;
    connection.interrupt();
  };
  const onAbort = stop('asked');
  asked.signal?.addEventListener('abort', onAbort, { once: true });
  // An interrupt between two steps of DuckDB is not heard: it is said again until the query ends.
  const timer = setTimeout(() => {
    stop('time')();
    again = setInterval(stop('time'), 100);
  }, limits.timeMs);
  let again: NodeJS.Timeout | undefined;
  try {
    await prepare(connection, asked);
    const allowed = await checkStatement(connection, sql, new Set(asked.seen.map(({ view }) => view.view.name)));
    if (!allowed.ok) return allowed;
    const reader = await connection.streamAndReadUntil(sql, limits.rows + 1, asked.parameters);
    const names = reader.columnNames();
    const types = reader.columnTypes().map(String);
    const rows = reader.getRowsJson().slice(0, limits.rows);
    for (const row of rows) for (const [at, cell] of row.entries()) row[at] = numbered(cell, types[at]!);
    return ok({ columns: names.map((name, at) => ({ name, type: types[at]! })), rows, cut: reader.currentRowCount > limits.rows });
  } catch (error) {
    return refused(error, stopped, limits);
  } finally {
    clearTimeout(timer);
    clearInterval(again);
    asked.signal?.removeEventListener('abort', onAbort);
    connection.closeSync();
    instance.closeSync();
    rmSync(spill, { recursive: true, force: true });
  }
}

async function prepare(connection: DuckDBConnection, { folder, manifest, seen, visible, detail }: Asked): Promise<void> {
  await connection.run("set TimeZone = 'UTC'");
  await connection.run('create temp table visible (pat VARCHAR primary key)');
  if (visible !== undefined) {
    const appender = await connection.createAppender('visible');
    const unique = [...new Set(visible)];
    for (let at = 0; at < unique.length; at += 2_048) {
      const part = unique.slice(at, at + 2_048);
      const chunk = DuckDBDataChunk.create([VARCHAR], part.length);
      chunk.setColumnValues(0, part);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }
  await connection.run(`set allowed_directories = [${literal(`${folder}/`)}]`);
  await connection.run('set enable_external_access = false');
  for (const one of seen)
    await connection.run(`create view ${identifier(one.view.view.name)} as ${tableSql(one, manifest, folder, detail)}`);
  await connection.run('set lock_configuration = true');
}

/** Whole numbers as numbers where they fit one. */
function numbered(cell: DuckDBJson, type: string): DuckDBJson {
  if (typeof cell !== 'string' || !/^(U?(BIG|HUGE)INT|DECIMAL)/.test(type)) return cell;
  return Number.isSafeInteger(Number(cell)) || type.startsWith('DECIMAL') ? Number(cell) : cell;
}

/** What DuckDB says names tables and columns, but where it stumbles over a value it quotes it: that part is not told. */
function refused(error: unknown, stopped: 'time' | 'asked' | undefined, limits: AskLimits): Result<Answer> {
  if (stopped === 'asked') return fail('conflict', 'The query was stopped');
  if (stopped === 'time') return fail('too-costly', `The query took longer than ${limits.timeMs / 1000} s: ask for less, or sum up first`);
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  if (/^Out of Memory|^Out Of Memory|failed to offload|max_temp_directory_size/i.test(message))
    return fail('too-costly', `The query needs more than ${limits.memoryMegabytes} MB of memory: ask for less, or sum up first`);
  if (/^(Binder|Catalog|Parser) Error/.test(message)) return fail('invalid', message.slice(0, 300));
  if (/^(Conversion|Invalid Input|Out of Range) Error/.test(message))
    return fail('invalid', `A value does not fit what the query does with it (${message.split(':')[0]}): try_cast gives null for those`);
  return fail('invalid', `The query cannot be run (${message.split(':')[0]?.slice(0, 60) ?? ''})`);
}
