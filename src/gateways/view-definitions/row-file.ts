// Rows of a view on disk, in one of the five forms. Parquet is made of lines at the end, by DuckDB, with the types that the tables of the
// warehouse have.

import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { CompiledView } from '../../warehouse/contract.ts';
import { stagedType, typedColumn } from '../../warehouse/store/columns.ts';
import { literal } from '../../warehouse/view/sql-text.ts';
import type { Format } from './contract.ts';
import { csvHeader, type LineForm } from './evaluate.ts';

const lineForms: Readonly<Record<Format, LineForm>> = { csv: 'csv', json: 'object', ndjson: 'object', parquet: 'object', fhir: 'row' };
export const lineForm = (format: Format): LineForm => lineForms[format];

/** What stands around rows that are a list, and between its beginning and the first; no rows, no list in FHIR. */
export const around: Readonly<Partial<Record<Format, { before: string; first: string; after: string; none: string }>>> = {
  json: { before: '[', first: '\n', after: '\n]\n', none: '\n]\n' },
  fhir: { before: '{"resourceType":"Parameters"', first: ',"parameter":[\n', after: '\n]}\n', none: '}\n' },
};

const memoryMegabytes = 384;
/** Longest row that DuckDB is given: it takes several times as much to begin with. */
const rowBytesMax = 16_000_000;

export class RowFile {
  rows = 0;
  bytes = 0;
  readonly #path: string;
  readonly #format: Format;
  readonly #view: CompiledView;
  readonly #header: boolean;
  #handle: FileHandle | undefined;

  constructor(path: string, format: Format, view: CompiledView, header: boolean) {
    this.#path = path;
    this.#format = format;
    this.#view = view;
    this.#header = header;
  }

  /** Empty; what was written before is forgotten. */
  async begin(): Promise<void> {
    await this.#handle?.close();
    this.#handle = await open(this.#lines, 'w', 0o600);
    [this.rows, this.bytes] = [0, 0];
    if (this.#format === 'csv' && this.#header) await this.#put(csvHeader(this.#view));
    await this.#put(around[this.#format]?.before ?? '');
  }

  async write(text: string, rows: number): Promise<void> {
    const list = around[this.#format];
    // Lines of JSON become a list: a comma in the place of each end of line but the last.
    await this.#put(list === undefined ? text : `${this.rows === 0 ? list.first : ',\n'}${text.slice(0, -1).replaceAll('\n', ',\n')}`);
    this.rows += rows;
  }

  /** Whole, on disk. Refused where a value has not the type of its column, which only Parquet minds. */
  async end(): Promise<Result<void>> {
    const list = around[this.#format];
    if (list !== undefined) await this.#put(this.rows === 0 ? list.none : list.after);
    await this.#handle!.sync();
    await this.close();
    return this.#format === 'parquet' ? asParquet(this.#view, this.#lines, this.#path) : ok(undefined);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  get #lines(): string {
    return this.#format === 'parquet' ? `${this.#path}.lines` : this.#path;
  }

  async #put(text: string): Promise<void> {
    await this.#handle!.writeFile(text);
    this.bytes += Buffer.byteLength(text);
  }
}

async function asParquet({ columns }: CompiledView, lines: string, path: string): Promise<Result<void>> {
  // Loaded where it is needed: it takes a moment and 30 MB.
  const { openDuck } = await import('../../warehouse/store/duck.ts');
  const spill = join(dirname(path), `spill-${randomUUID()}`);
  const duck = await openDuck(spill, memoryMegabytes);
  try {
    const types = columns.map((column) => `${literal(column.name)}: ${literal(column.collection ? 'JSON' : stagedType(column))}`);
    const read = `read_json(${literal(lines)}, format = 'newline_delimited', columns = {${types.join(', ')}}, maximum_object_size = ${rowBytesMax})`;
    await duck.connection.run(
      `copy (select ${columns.map(typedColumn).join(', ')} from ${read}) to ${literal(path)} (format parquet, compression snappy)`,
    );
    return ok(undefined);
  } catch (error) {
    // Resources that were sent along may hold anything. What DuckDB says quotes it.
    if (error instanceof Error && /^(Invalid Input|Conversion) Error/.test(error.message))
      return fail('invalid', `A value has not the type of its column, or a row is longer than ${rowBytesMax / 1e6} MB: ask for ndjson`);
    throw error;
  } finally {
    duck.close();
    rmSync(spill, { recursive: true, force: true });
    rmSync(lines, { force: true });
  }
}
