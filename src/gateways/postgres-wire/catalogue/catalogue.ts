// The catalogue of one person as tables beside the record: what stands in it is the data dictionary, and nothing of any patient.
import { createHash } from 'node:crypto';
import type { Beside, TableWords } from '../../../warehouse/contract.ts';
import { identifier, literal } from '../../../warehouse/view/sql-text.ts';
import { catalogueColumns, informationColumns } from './columns.ts';
import { informationPrefix, macros, prefix } from './functions.ts';
import { type Cell, catalogueRows, informationRows, type Rows, schema } from './rows.ts';

const kinds: Readonly<Record<string, string>> = { i: 'BIGINT', b: 'BOOLEAN', d: 'DOUBLE', l: 'VARCHAR[]', il: 'BIGINT[]' };

export function catalogueOf(tables: readonly TableWords[], person: string, searchPath: readonly string[] = [schema]): Beside {
  const statements = [
    ...made(catalogueColumns, catalogueRows(tables, person), prefix),
    ...made(informationColumns, informationRows(tables, person), informationPrefix),
    ...macros(person, searchPath),
  ];
  return {
    key: createHash('sha256').update(statements.join('\n')).digest('base64'),
    tables: [...names(catalogueColumns, prefix), ...names(informationColumns, informationPrefix)],
    statements,
  };
}

const names = (columns: Readonly<Record<string, string>>, before: string): string[] => Object.keys(columns).map((name) => before + name);

const made = (columns: Readonly<Record<string, string>>, rows: Rows, before: string): string[] =>
  Object.entries(columns).flatMap(([table, words]) => {
    const known = words.split(' ').map((word) => {
      const [name = '', kind = ''] = word.split(':');
      return { name, type: kinds[kind] ?? 'VARCHAR' };
    });
    const create = `create table ${before}${table} (${known.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ')})`;
    const own = rows[table] ?? [];
    if (own.length === 0) return [create];
    const values = own.map((row) => `(${known.map(({ name }) => cellSql(row[name] ?? null)).join(', ')})`);
    return [create, `insert into ${before}${table} values ${values.join(', ')}`];
  });

const cellSql = (cell: Cell): string => (typeof cell === 'string' ? literal(cell) : String(cell));
