// Asks the tables for people: policy decides which tables and rows, the query runs bounded, and the audit trail says who asked what.
import type { Database } from '../database/contract.ts';
import { fail } from '../fhir/result.ts';
import type { Scope } from '../policy/contract.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { rowScope } from '../record/row-scope.ts';
import { Parameters } from '../record/search/parameters.ts';
import type { CompiledView, Tables, TableWords } from './contract.ts';
import { ask, defaultAskLimits } from './query/ask.ts';
import { seenBy } from './query/tables.ts';
import { shownType } from './store/columns.ts';
import { readManifest } from './store/manifest.ts';

export interface TablesParts {
  folder: string;
  views: readonly CompiledView[];
  record: Pick<RecordStore, 'note'>;
  database: Database;
}

export function openTables({ folder, views, record, database }: TablesParts): Tables {
  return {
    async ask(caller, sql, options = {}) {
      const manifest = readManifest(folder);
      if (manifest === undefined) return fail('busy', 'The tables are not made yet: try again in a moment');
      const { seen, scope } = seenBy(caller.person, caller.purpose, views, options.summary === undefined ? 'export' : 'search');
      const detail = options.detail ?? 'de-identified';
      const answer =
        // A person's own compartment is read in the record; its rows make no statistics.
        seen.length === 0 || scope?.patients !== undefined
          ? fail('forbidden', `The role ${caller.person.role} may not ask the tables`)
          : await ask(sql, {
              folder,
              manifest,
              seen,
              detail,
              ...(scope === undefined ? {} : { visible: await compartmentsOf(database, scope) }),
              ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
              ...(options.signal === undefined ? {} : { signal: options.signal }),
              limits: { ...defaultAskLimits, ...options.limits },
            });
      await record.note(caller, options.summary === undefined ? 'warehouse-query' : 'warehouse-summary', {
        outcome: answer.ok ? 200 : 422,
        query: options.summary ?? `${detail}: ${sql.replaceAll('\0', '').slice(0, 1_000)}`,
      });
      return answer;
    },
    dictionary: (caller) => dictionaryOf(caller, views),
    async freshness() {
      const manifest = readManifest(folder);
      if (manifest === undefined) return undefined;
      const { rows } = await database.query<{ head: bigint }>({ text: 'select coalesce(max(position), 0)::int8 as head from change' });
      return { position: BigInt(manifest.position), head: rows[0]!.head };
    },
  };
}

const dictionaryOf = (caller: Caller, views: readonly CompiledView[]): TableWords[] =>
  seenBy(caller.person, caller.purpose, views).seen.map(({ view: { view } }) => ({
    name: view.name,
    title: view.title ?? view.name,
    description: view.description ?? '',
    columns: view.columns.map((column) => ({
      name: column.name,
      type: shownType(column),
      description: column.description ?? '',
      ...(column.identifies === undefined ? {} : { identifies: column.identifies }),
    })),
  }));

/** The compartments that a scope shows, as the tables know them. */
async function compartmentsOf(database: Database, scope: Scope): Promise<string[]> {
  const parameters = new Parameters();
  const where = rowScope(scope, 'r', parameters);
  const { rows } = await database.query<{ pat: string }>({
    text: `select r.pat::text as pat from compartment r where ${where}`,
    values: parameters.values,
  });
  return rows.map(({ pat }) => pat);
}
