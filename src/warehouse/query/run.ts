// Runs one query in a room, as rows in JSON or as a file, and ends it when its time is over or nobody wants it any more.
import { statSync } from 'node:fs';
import { type DuckDBConnection, type Json as DuckDBJson, JsonDuckDBValueConverter } from '@duckdb/node-api';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { AskLimits, Described, Parameters, RowsFormat } from '../contract.ts';
import { copySql } from './file.ts';
import { mistake, type Stopped } from './mistake.ts';
import type { Room } from './room.ts';
import { checkStatement } from './statement.ts';

export interface Question {
  sql: string;
  parameters: Parameters;
  limits: AskLimits;
  /** Rows in JSON unless a file is wanted. */
  file?: { path: string; format: RowsFormat; bytesMax: number };
  /** What the answer would be is wanted, and not the answer. Parameters need no values. */
  describe?: true;
}

export type Outcome =
  /** `text`: `{"columns":…,"rows":…,"cut":…}`, an Answer. */
  | { kind: 'rows'; text: string; milliseconds: number }
  | ({ kind: 'file'; milliseconds: number } & Written)
  | ({ kind: 'described'; milliseconds: number } & Described);

interface Written {
  path: string;
  columns: Described['columns'];
  rows: number;
  bytes: number;
  cut: boolean;
}

/** Of an answer as rows, in characters of JSON: larger ones are for files. */
const longestAnswer = 8_000_000;
const lookEveryMs = 200;

/** `healthy` false: the room has been stretched to its bounds, or was interrupted: it is not to be used again. */
export async function run(room: Room, question: Question, signal?: AbortSignal): Promise<{ result: Result<Outcome>; healthy: boolean }> {
  const { sql, limits, file } = question;
  const begun = performance.now();
  const connection = await room.connect();
  let stopped: Stopped | undefined;
  let ahead = 0;
  let again: NodeJS.Timeout | undefined;
  // An interrupt between two steps of DuckDB is not heard: it is said again until the query ends.
  const stop = (why: Stopped): void => {
    stopped ??= why;
    connection.interrupt();
    again ??= setInterval(() => connection.interrupt(), 100);
  };
  const onAbort = (): void => stop('asked');
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  const timer = setTimeout(() => stop('time'), limits.timeMs);
  const look = file === undefined ? undefined : setInterval(() => sizeOf(file.path) > file.bytesMax && stop('size'), lookEveryMs);
  try {
    const allowed = await checkStatement(connection, sql, room.tables);
    if (!allowed.ok) return { result: allowed, healthy: stopped === undefined };
    await room.furnish(connection, allowed.value);
    const milliseconds = (): number => Math.round(performance.now() - begun);
    if (question.describe === true) {
      const described = await describe(connection, sql);
      return { result: ok({ kind: 'described', ...described, milliseconds: milliseconds() }), healthy: stopped === undefined };
    }
    const fits = await checkParameters(connection, question);
    if (!fits.ok) return { result: fits, healthy: stopped === undefined };
    if (stopped !== undefined) return { result: mistake(undefined, sql, stopped, limits), healthy: false };
    if (file !== undefined) {
      const made = await toFile(connection, question, file);
      return { result: made.ok ? ok({ kind: 'file', ...made.value, milliseconds: milliseconds() }) : made, healthy: true };
    }
    ahead = linesAhead;
    const text = await rowsOf(connection, question);
    return { result: text.ok ? ok({ kind: 'rows', text: text.value, milliseconds: milliseconds() }) : text, healthy: true };
  } catch (error) {
    return { result: mistake(error, sql, stopped, limits, ahead), healthy: false };
  } finally {
    clearTimeout(timer);
    clearInterval(again);
    clearInterval(look);
    signal?.removeEventListener('abort', onAbort);
    connection.closeSync();
  }
}

/** That the query can be prepared, and that its parameters are those that are given. */
async function checkParameters(connection: DuckDBConnection, { sql, parameters }: Question): Promise<Result<void>> {
  const statement = await connection.prepare(sql);
  try {
    const wanted = new Set(Array.from({ length: statement.parameterCount }, (_, at) => statement.parameterName(at + 1)));
    for (const name of wanted)
      if (!Object.hasOwn(parameters, name)) return fail('invalid', `The query has $${name.slice(0, 60)}, and no parameter gives its value`);
    for (const name of Object.keys(parameters))
      if (!wanted.has(name))
        return fail('invalid', `There is a parameter ${JSON.stringify(name.slice(0, 60))}, but no such $name in the query`);
    return ok(undefined);
  } finally {
    statement.destroySync();
  }
}

async function describe(connection: DuckDBConnection, sql: string): Promise<Described> {
  const statement = await connection.prepare(sql);
  try {
    const parameters: Described['parameters'] = {};
    for (let at = 1; at <= statement.parameterCount; at++)
      parameters[statement.parameterName(at)] = openOr(() => statement.parameterType(at));
    const columns = Array.from({ length: statement.columnCount }, (_, at) => ({
      name: statement.columnName(at),
      // Open where it hangs on a parameter whose type is open.
      type: openOr(() => statement.columnType(at)) ?? 'VARCHAR',
    }));
    return { columns, parameters };
  } finally {
    statement.destroySync();
  }
}

/** DuckDB has no other word for a type that it does not know yet. */
function openOr(type: () => unknown): string | null {
  try {
    const found = String(type());
    return /^(INVALID|UNKNOWN|ANY|SQLNULL)$/.test(found) ? null : found;
  } catch {
    return null;
  }
}

/** How many lines stand before the query in `measured`. */
const linesAhead = 1;

/**
 * The query with the length of each row's words as its last column: a value that is too large is known before it is brought into this
 * process, in whose memory others' answers are too. Columns by place: two of a query may have one name.
 */
function measured(sql: string, columns: readonly Column[]): string {
  const places = columns.map((_, at) => `c${at}`);
  const lengths = columns.flatMap(({ type }, at) =>
    /^(VARCHAR|JSON)$/.test(type) ? [`c${at}`] : bounded.test(type) ? [] : [`c${at}::VARCHAR`],
  );
  const length = lengths.map((text) => `coalesce(strlen(${text}), 0)`).join(' + ');
  return `from (\n${sql}\n) as q(${places.join(', ')}) select q.*, ${length || '0'}`;
}

/** Values of a few characters, whatever they are. */
const bounded = /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UINTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|DATE|TIME.*|INTERVAL|UUID)$/;

type Column = Described['columns'][number];

/** Known once the parameters are bound. `text`: the query as it may stand in brackets. */
async function shapeOf(connection: DuckDBConnection, text: string, parameters: Parameters): Promise<Column[]> {
  const shape = await connection.run(`select * from (${text}\n) as q limit 0`, parameters);
  const types = shape.columnTypes().map(String);
  return shape.columnNames().map((name, at) => ({ name, type: types[at]! }));
}

async function rowsOf(connection: DuckDBConnection, { sql, parameters, limits }: Question): Promise<Result<string>> {
  const text = await embeddable(connection, sql);
  const shape = await shapeOf(connection, text, parameters);
  const names = await namesOf(connection, sql);
  // As they are written: in brackets the second `a` of a query is `a_1`.
  const columns = names.length === shape.length ? shape.map(({ type }, at) => ({ name: names[at]!, type })) : shape;
  const result = await connection.stream(measured(text, columns), parameters);
  const rows: string[] = [];
  let [length, cut] = [0, false];
  for await (const part of result) {
    const lengths = part.getColumnVector(columns.length);
    for (let at = 0; at < part.rowCount; at++) {
      if (rows.length >= limits.rows) {
        cut = true;
        break;
      }
      if (Number(lengths.getItem(at)) > longestAnswer) return tooLong();
      const row = part.convertRowValues(at, JsonDuckDBValueConverter).slice(0, columns.length);
      for (const [place, cell] of row.entries()) row[place] = numbered(cell, columns[place]!.type);
      const said = JSON.stringify(row);
      length += said.length + 1;
      if (length > longestAnswer) return tooLong();
      rows.push(said);
    }
    if (cut) break;
  }
  return ok(`{"columns":${JSON.stringify(columns)},"rows":[${rows.join(',')}],"cut":${cut}}`);
}

async function namesOf(connection: DuckDBConnection, sql: string): Promise<string[]> {
  const statement = await connection.prepare(sql);
  try {
    return Array.from({ length: statement.columnCount }, (_, at) => statement.columnName(at));
  } finally {
    statement.destroySync();
  }
}

const tooLong = () =>
  fail('too-costly', `The answer is larger than ${longestAnswer / 1e6} MB: ask for fewer rows or columns, or for a file (CSV, Parquet)`);

/** Whole numbers as numbers where they fit one. */
function numbered(cell: DuckDBJson, type: string): DuckDBJson {
  if (typeof cell !== 'string' || !/^(U?(BIG|HUGE)INT|DECIMAL)/.test(type)) return cell;
  return Number.isSafeInteger(Number(cell)) || type.startsWith('DECIMAL') ? Number(cell) : cell;
}

async function toFile(
  connection: DuckDBConnection,
  { sql, parameters, limits }: Question,
  { path, format, bytesMax }: NonNullable<Question['file']>,
): Promise<Result<Written>> {
  const text = await embeddable(connection, sql);
  const columns = await shapeOf(connection, text, parameters);
  const write = async (most: number): Promise<number> => {
    const copy = copySql({ sql: text, columns, format, path, rows: most });
    return Number((await connection.runAndReadAll(copy, parameters)).getRows()[0]?.[0] ?? 0);
  };
  let rows = await write(limits.rows + 1);
  const cut = rows > limits.rows;
  // Whether there is more is only known with one row more.
  if (cut) rows = await write(limits.rows);
  const bytes = sizeOf(path);
  if (bytes > bytesMax)
    return fail('too-costly', `The answer is larger than ${Math.floor(bytesMax / 1_000_000).toLocaleString('en')} MB: ask for it in parts`);
  return ok({ path, columns, rows, bytes, cut });
}

/** The query so that it may stand in brackets: without a semicolon at its end, by DuckDB's own printing where it has one. */
async function embeddable(connection: DuckDBConnection, sql: string): Promise<string> {
  try {
    (await connection.prepare(`select * from (${sql}\n) as q`)).destroySync();
    return sql;
  } catch {
    const reader = await connection.runAndReadAll('select json_deserialize_sql(json_serialize_sql($1::VARCHAR))', [sql]);
    return String(reader.getRows()[0]?.[0] ?? sql);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
