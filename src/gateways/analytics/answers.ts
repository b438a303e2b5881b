// What is answered of the tables. The JSON is these interfaces as they stand, and the workbench reads them by them.
import type { Answer, Detail, Moment, TableWords } from '../../warehouse/contract.ts';

/** Of a question in SQL. */
export interface Answered extends Answer, Moment {
  detail: Detail;
}

export interface TablesAnswer {
  freshness?: { position: string; head: string };
  /** Where the tables are asked by PostgreSQL's protocol too. */
  sqlPort?: number;
  tables: TableWords[];
}
