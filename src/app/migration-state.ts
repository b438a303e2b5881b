// How far a database is from what this program expects, without changing anything.
import type { Migration, Session } from '../database/contract.ts';

export interface MigrationState {
  /** Steps that are missing, in order. */
  missing: string[];
  /** Steps of a newer program. */
  unknown: string[];
  /** Nothing was ever applied: a fresh database. */
  empty: boolean;
}

export async function migrationState(session: Session, migrations: Migration[]): Promise<MigrationState> {
  const { rows: tables } = await session.query<{ found: boolean }>({ text: `select to_regclass('migration') is not null as found` });
  const { rows } = tables[0]!.found ? await session.query<{ name: string }>({ text: 'select name from migration' }) : { rows: [] };
  const applied = new Set(rows.map((row) => row.name));
  const known = new Set(migrations.map((step) => step.name));
  return {
    missing: migrations.map((step) => step.name).filter((name) => !applied.has(name)),
    unknown: [...applied].filter((name) => !known.has(name)),
    empty: applied.size === 0,
  };
}
