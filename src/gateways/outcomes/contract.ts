// Outcomes over the tables: which rows indicators speak of, where they come from, and what a question to the tables is.
import type { Parameters } from '../../warehouse/contract.ts';

/** Moments are milliseconds since 1970 (BIGINT). */
export type ColumnKind = 'text' | 'number' | 'moment' | 'boolean';

/** Rows by the names that indicators use, made of views of the warehouse by a SELECT. */
export interface RowTable {
  /** One SELECT; may read views, and other row tables by `rows_NAME`. */
  sql: string;
  /** Row tables that it reads. */
  reads?: readonly string[];
  columns: Readonly<Record<string, ColumnKind>>;
}
export type RowTables = Readonly<Record<string, RowTable>>;

export interface Question {
  sql: string;
  parameters: Parameters;
}

/** A word of a medication's name, the ingredient it stands for, and the group of drugs that indicators ask for, where there is one. */
export interface DrugWord {
  word: string;
  ingredient: string;
  drugClass: string | null;
}
