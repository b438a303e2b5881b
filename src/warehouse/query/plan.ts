// What a DuckDB must hold to answer one person: the tables as that person may see them, as SQL, and the bounds within which it works.
// Two people who see the same, of the same position, have plans with the same key.
import { createHash } from 'node:crypto';
import type { AskLimits, Beside, Detail } from '../contract.ts';
import type { Derived } from '../derived/contract.ts';
import { derivedTables, type RoomTable } from '../derived/tables.ts';
import type { Manifest } from '../store/manifest.ts';
import { type Seen, tableSql } from './tables.ts';

export type RoomLimits = Pick<AskLimits, 'memoryMegabytes' | 'spillMegabytes' | 'threads'>;

export interface Plan {
  key: string;
  /** The only place where it may read files. */
  folder: string;
  /** Each after those that it is made of. */
  tables: RoomTable[];
  detail: Detail;
  /** In place of tables of the record. */
  beside?: Beside;
  /** Compartment keys whose rows may be seen, where some table is scoped. */
  visible: readonly string[];
  limits: RoomLimits;
  /** IANA name: whose days and hours those of moments are. */
  timeZone: string;
}

export interface Planned {
  folder: string;
  manifest: Manifest;
  seen: readonly Seen[];
  /** Of one process always the same; the person sees those of which all tables are seen. */
  derived?: readonly Derived[];
  visible?: readonly string[];
  detail: Detail;
  limits: RoomLimits;
  timeZone: string;
}

export function planOf(key: string, { folder, manifest, seen, derived = [], visible = [], detail, limits, timeZone }: Planned): Plan {
  const { memoryMegabytes, spillMegabytes, threads } = limits;
  const tables: RoomTable[] = seen.map((one) => ({ name: one.view.view.name, sql: tableSql(one, manifest, folder, detail) }));
  // Of journals nothing is derived: whoever sees these alone sees no table of the record.
  const names = seen.filter(({ of }) => of === undefined).map(({ view }) => view.view.name);
  return {
    key,
    folder,
    tables: [...tables, ...derivedTables(derived, names, folder)],
    detail,
    visible,
    limits: { memoryMegabytes, spillMegabytes, threads },
    timeZone,
  };
}

/** Of tables beside the record. */
export function planBeside(folder: string, beside: Beside, limits: RoomLimits): Plan {
  const { memoryMegabytes, spillMegabytes, threads } = limits;
  const key = `beside ${beside.key} ${memoryMegabytes} ${spillMegabytes} ${threads}`;
  return {
    key,
    folder,
    tables: [],
    detail: 'de-identified',
    beside,
    visible: [],
    limits: { memoryMegabytes, spillMegabytes, threads },
    timeZone: 'UTC',
  };
}

/** The same for the same files, detail, tables, scope and bounds, and for nothing else. */
export function planKey({ manifest, seen, detail, limits, timeZone }: Omit<Planned, 'visible' | 'folder'>, scope: unknown): string {
  const tables = seen.map(
    ({ view, scoped, of }) => `${view.view.name}${scoped ? ' scoped' : ''}${of === undefined ? '' : JSON.stringify(of.manifest)}`,
  );
  const bounds = [limits.memoryMegabytes, limits.spillMegabytes, limits.threads];
  return createHash('sha256')
    .update(JSON.stringify([manifest.position, manifest.tables, manifest.dead, detail, tables, scope ?? null, bounds, timeZone]))
    .digest('base64');
}
