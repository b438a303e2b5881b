// Keeps the tables as the feed tells: rows of changes are gathered and written as immutable Parquet files; what is replaced or
// deleted is written beside them as (id, position); both become true together, with the position, when the manifest is replaced.
// So a kill at any moment leaves the tables as they were at the position of the manifest, and the feed is read on from there.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { BIGINT, BOOLEAN, DOUBLE, DuckDBDataChunk, type DuckDBType, type DuckDBValue, VARCHAR } from '@duckdb/node-api';
import { type Json, ofTheRecord, readJson, writeJson } from '../../fhir/json.ts';
import type { Change } from '../../record/contract.ts';
import { slices } from '../../record/slices.ts';
import { type CompiledView, type Row, ViewFault } from '../contract.ts';
import { identifier, literal } from '../view/sql-text.ts';
import { stagedType, storedColumns } from './columns.ts';
import { compactOnce } from './compaction.ts';
import { type Duck, openDuck } from './duck.ts';
import { definitionsOf, emptyManifest, type Manifest, readManifest, type Segment, sweep, synced, writeManifest } from './manifest.ts';

export interface KeeperSettings {
  folder: string;
  memoryMegabytes: number;
  now: () => Date;
  /** Rows gathered before a file is written whether or not anybody waits. */
  rowsAtOnce: number;
  /** Folder whose pseudonyms these are, so that one key has one in all tables; absent: its own. */
  pseudonymsOf?: string;
  /** Position of tables that hold nothing yet; absent: 0. */
  beginning?: bigint;
}

/** A change as the keeper takes it, of whatever the tables are of. */
export type KeptChange = Pick<Change, 'position' | 'operation' | 'id' | 'pat' | 'body'> & { type: string };

export const defaultKeeper = (folder: string): KeeperSettings => ({
  folder,
  memoryMegabytes: 512,
  now: () => new Date(),
  rowsAtOnce: 200_000,
});

interface Waiting {
  view: CompiledView;
  /** By column, then `_id`, `_pat`, `_position`. */
  values: DuckDBValue[][];
  types: DuckDBType[];
}

const duckTypes = { BOOLEAN, BIGINT, DOUBLE, VARCHAR };
/** Rows of one chunk of DuckDB. */
const chunkRows = 2_048;

export class Keeper {
  readonly #settings: KeeperSettings;
  readonly #views: readonly CompiledView[];
  readonly #byType = new Map<string, Waiting[]>();
  readonly #dead = new Map<string, { ids: string[]; positions: bigint[] }>();
  readonly #duck: Duck;
  #manifest: Manifest;
  #reached: bigint;
  #rows = 0;
  /** Rows that a view could not give, since this began: what did not fit is in no table. */
  faults = 0;

  private constructor(settings: KeeperSettings, views: readonly CompiledView[], duck: Duck, manifest: Manifest) {
    this.#settings = settings;
    this.#views = views;
    this.#duck = duck;
    this.#manifest = manifest;
    this.#reached = BigInt(manifest.position);
    for (const view of views) {
      const types: DuckDBType[] = [...view.columns.map((column) => duckTypes[stagedType(column)]), VARCHAR, VARCHAR, BIGINT];
      const waiting: Waiting = { view, types, values: types.map(() => []) };
      this.#byType.set(view.view.resource, [...(this.#byType.get(view.view.resource) ?? []), waiting]);
    }
  }

  /** Tables of other definitions are forgotten: all is told again from position 0. */
  static async open(settings: KeeperSettings, views: readonly CompiledView[], anew = false): Promise<Keeper> {
    mkdirSync(settings.folder, { recursive: true, mode: 0o700 });
    const definitions = definitionsOf(views);
    const found = readManifest(settings.folder);
    let manifest = found?.definitions === definitions && !anew ? found : emptyManifest(definitions, settings.beginning);
    if (found !== undefined && manifest !== found) {
      const before = [...Object.values(found.tables), ...Object.values(found.dead)].flat();
      const at = settings.now().toISOString();
      manifest = { ...manifest, id: found.id, retired: [...found.retired, ...before.map(({ file }) => ({ file, at }))] };
    }
    manifest = sweep(settings.folder, manifest, settings.now());
    await writeManifest(settings.folder, manifest);
    const duck = await openDuck(join(settings.folder, 'spill'), settings.memoryMegabytes);
    await duck.connection.run(`set variable pseudonym = ${literal(secretOf(settings.pseudonymsOf ?? settings.folder))}`);
    return new Keeper(settings, views, duck, manifest);
  }

  get types(): string[] {
    return [...this.#byType.keys()];
  }

  get manifest(): Manifest {
    return this.#manifest;
  }

  get gathered(): number {
    return this.#rows;
  }

  /** Takes changes in order; those that the tables already tell are passed over. Writes when enough is gathered. */
  async take(changes: readonly KeptChange[], reached: bigint): Promise<void> {
    const rest = slices();
    const before = this.#reached;
    for (const change of changes) {
      if (change.position <= before) continue;
      const tables = this.#byType.get(change.type);
      this.#reached = change.position;
      if (tables === undefined) continue;
      if (change.operation !== 'create') this.#bury(change);
      if (change.body !== '') await this.#gather(change, tables);
      const pause = rest();
      if (pause !== undefined) await pause;
      if (this.#rows >= this.#settings.rowsAtOnce) await this.flush();
    }
    if (reached > this.#reached) this.#reached = reached;
  }

  #bury({ type, id, position }: KeptChange): void {
    const dead = this.#dead.get(type) ?? { ids: [], positions: [] };
    dead.ids.push(id);
    dead.positions.push(position);
    this.#dead.set(type, dead);
    this.#rows++;
  }

  async #gather(change: KeptChange, tables: readonly Waiting[]): Promise<void> {
    // Digits that a number would lose are lost in a table of DOUBLE anyway; a large body is read in slices.
    const read: Json = change.body.length < 65_536 ? (JSON.parse(change.body) as Json) : await asJson(change.body);
    for (const { view, values } of tables) {
      let rows: Row[];
      try {
        rows = view.rows(read);
      } catch (error) {
        if (!(error instanceof ViewFault)) throw error;
        this.faults++;
        continue;
      }
      for (const row of rows) {
        for (const [at, column] of view.columns.entries()) values[at]!.push(cellOf(row[column.name] ?? null, stagedType(column)));
        const width = view.columns.length;
        values[width]!.push(change.id);
        values[width + 1]!.push(change.pat);
        values[width + 2]!.push(change.position);
        this.#rows++;
      }
    }
  }

  /** Everything taken is on disk and true when this resolves. */
  async flush(): Promise<void> {
    const { folder, now } = this.#settings;
    const position = String(this.#reached);
    if (this.#rows === 0 && position === this.#manifest.position) return;
    const from = String(BigInt(this.#manifest.position) + 1n);
    const tables = { ...this.#manifest.tables };
    const dead = { ...this.#manifest.dead };
    const segment = async (stem: string, rows: number, select: string, order = ''): Promise<Segment> => {
      const file = `${stem}-${position}-${randomBytes(4).toString('hex')}.parquet`;
      await writeParquet(this.#duck, folder, file, `${select}${order}`);
      return { file, rows, from, to: position, cleaned: from };
    };
    for (const waiting of [...this.#byType.values()].flat()) {
      const rows = waiting.values[0]!.length;
      if (rows === 0) continue;
      const { name } = waiting.view.view;
      await this.#stage(waiting);
      tables[name] = [...(tables[name] ?? []), await segment(name, rows, `select ${storedColumns(waiting.view.columns)} from staged`)];
    }
    for (const [type, { ids, positions }] of this.#dead) {
      const chunk = { types: [VARCHAR, BIGINT], values: [ids as DuckDBValue[], positions as DuckDBValue[]] };
      await this.#append('create or replace temp table staged (id VARCHAR, position BIGINT)', chunk);
      dead[type] = [
        ...(dead[type] ?? []),
        await segment(`dead-${type}`, ids.length, 'select id, max(position) as position from staged group by id'),
      ];
    }
    await this.#duck.connection.run('drop table if exists staged');
    this.#dead.clear();
    this.#rows = 0;
    await synced(folder);
    this.#manifest = sweep(folder, { ...this.#manifest, position, tables, dead }, now());
    await writeManifest(folder, this.#manifest);
  }

  /** Does one piece of tidying, if any is due: files are joined, and rewritten without what is dead. True: there may be more. */
  async compact(): Promise<boolean> {
    const { folder, now } = this.#settings;
    const done = await compactOnce({
      manifest: this.#manifest,
      views: this.#views,
      now: now(),
      path: (file) => join(folder, file),
      write: (file, select) => writeParquet(this.#duck, folder, file, select),
      count: async (select) =>
        Number((await this.#duck.connection.runAndReadAll(`select count(*) from (${select})`)).getRows()[0]?.[0] ?? 0),
    });
    if (done === undefined) return false;
    await synced(folder);
    this.#manifest = sweep(folder, done, now());
    await writeManifest(folder, this.#manifest);
    return true;
  }

  async #stage({ view, types, values }: Waiting): Promise<void> {
    const columns = view.columns.map((column) => `${identifier(column.name)} ${stagedType(column)}`);
    await this.#append(
      `create or replace temp table staged (${[...columns, '_id VARCHAR', '_pat VARCHAR', '_position BIGINT'].join(', ')})`,
      {
        types,
        values,
      },
    );
    for (const list of values) list.length = 0;
  }

  async #append(create: string, { types, values }: { types: DuckDBType[]; values: DuckDBValue[][] }): Promise<void> {
    const rest = slices();
    await this.#duck.connection.run(create);
    const appender = await this.#duck.connection.createAppender('staged');
    const rows = values[0]!.length;
    for (let start = 0; start < rows; start += chunkRows) {
      const chunk = DuckDBDataChunk.create(types, Math.min(chunkRows, rows - start));
      for (const [at, list] of values.entries()) {
        chunk.setColumnValues(at, list.slice(start, start + chunkRows));
        const pause = rest();
        if (pause !== undefined) await pause;
      }
      appender.appendDataChunk(chunk);
      // A little at a time: all of it at the end would hold the event loop.
      appender.flushSync();
      const pause = rest();
      if (pause !== undefined) await pause;
    }
    appender.closeSync();
  }

  close(): void {
    this.#duck.close();
    rmSync(join(this.#settings.folder, 'spill'), { recursive: true, force: true });
  }
}

async function writeParquet({ connection }: Duck, folder: string, file: string, select: string): Promise<void> {
  const temporary = join(folder, `${file}.next`);
  await connection.run(`copy (${select}) to ${literal(temporary)} (format parquet, compression zstd)`);
  await synced(temporary);
  await rename(temporary, join(folder, file));
}

async function asJson(body: string): Promise<Json> {
  const read = await readJson(body, ofTheRecord);
  // The record has read it before it took it.
  if (!read.ok) throw new Error('a body of the record is no JSON');
  return read.value;
}

function cellOf(cell: Json, type: 'BOOLEAN' | 'BIGINT' | 'DOUBLE' | 'VARCHAR'): DuckDBValue {
  if (cell === null) return null;
  switch (type) {
    case 'BOOLEAN':
      return typeof cell === 'boolean' ? cell : null;
    case 'BIGINT': {
      const value = typeof cell === 'object' ? Number.NaN : Number(cell);
      return Number.isSafeInteger(value) ? BigInt(value) : null;
    }
    case 'DOUBLE':
      return Number.isFinite(Number(cell)) ? Number(cell) : null;
    default:
      return typeof cell === 'string' ? cell : writeJson(cell);
  }
}

/** Of the pseudonyms of this folder: whoever has it can tell which pseudonym is whose. */
function secretOf(folder: string): string {
  const file = join(folder, 'pseudonyms.key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
