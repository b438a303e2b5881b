// What a data quality check is and gives. Checks are data: a type, a table, a column and what the type asks for; rows go past once; of a failed check a
// number of ids is kept to look at, never a value. Example: `assess([{ check: 'isRequired', table: 'patients', column: 'birth_date' }], { patients })`.
import type { Category, CheckName, Context } from './check-types.ts';

export type Cell = string | number | boolean | null | undefined;
export type Row = Readonly<Record<string, Cell>>;

export interface Check {
  check: CheckName;
  table: string;
  column?: string;
  /** The column that names the row to look at; "id". */
  id?: string;
  /** Only rows whose columns have one of these values: the concept that is meant. */
  where?: Readonly<Record<string, readonly Cell[]>>;
  /** at-least, at-most: the bound. not-before, not-after: days that are let pass. within-visit: days on each side (7). */
  bound?: number;
  /** not-before, not-after: the column to be held against. within-visit and no-overlap: start and end. */
  against?: string;
  until?: string;
  /** one-of: the column's allowed values. */
  values?: readonly Cell[];
  /** refers, persons-covered: the name of a set; persons-covered-from: the sets of both; attribute: the name of a question. */
  reference?: string;
  /** persons-covered…: the column of the person. no-overlap: the person, too. */
  person?: string;
  /** The per cent of failures that is still passed; 0. */
  thresholdPercent?: number;
}

/** What the checks ask of the world beyond their own table. */
export interface Surroundings {
  /** Whether a key exists in a set, and how many keys there are. */
  sets?: Readonly<Record<string, { has: (key: Cell) => boolean; size: number }>>;
  /** Whether a concept has what is asked for (domain, class, standard and valid); undefined where it is not known. */
  questions?: Readonly<Record<string, (concept: Cell) => boolean | undefined>>;
}

export interface Found {
  check: Check;
  category: Category;
  context: Context;
  counts: string;
  /** Could not check is neither passed nor failed. */
  outcome: 'passed' | 'failed' | 'could-not-check';
  /** Why it could not be checked. */
  because?: string;
  /** Of how many rows, values or persons. */
  of: number;
  failures: number;
  percent: number;
  /** Ids of rows (or persons) to look at, the first that were met. */
  look: string[];
}

export interface Limits {
  /** Ids kept of each check; 20. */
  lookMost?: number;
  /** Keys kept of each check that has to remember them; beyond, it could not check. 2,000,000. */
  keysMost?: number;
}
