// What is answered of questions and dashboards. The JSON is these interfaces as they stand, and the workbench reads them by them.
import type { Answer, Detail } from '../../warehouse/contract.ts';
import type { Kept } from './contract.ts';

/** A file of the shelf. Where it has a mistake, `problem` says it and what it says is absent. */
export type ShownFile<T> = Omit<Kept<T>, 'text' | 'value'> &
  Partial<T> & {
    /** Where one is asked for. */
    text?: string;
  };

export interface Ran extends Answer {
  /** The values as they were used: days as days. */
  parameters: Record<string, string | number>;
  detail: Detail;
  /** Null: the tables are not made yet. */
  position: string | null;
  /** Changes of the record that are not in the tables. */
  behind: number | null;
  asOf: string;
  milliseconds: number;
}
