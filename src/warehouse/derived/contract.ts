// A table that is no view of resources: one SELECT over other tables, or rows of a file. Text with a head, as a question is; the folder
// that it lies in is its schema: knowledge/views/omop/person.sql is omop.person.
//
//   -- title: Persons
//   -- of: patients
//   -- column: person_id BIGINT required (key) Number of the patient
//   select key_number(p.id) as person_id from patients p
//
// It shows what its tables show: it is a view over them as the person who asks may see them, without what they leave out.
import type { Identifies } from '../contract.ts';

export const derivedTypes = ['BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', 'VARCHAR', 'DATE', 'TIMESTAMP', 'TIMESTAMPTZ'] as const;

export interface DerivedColumn {
  name: string;
  type: (typeof derivedTypes)[number];
  /** Has a value in each row. Held for rows of a file; of a SELECT it is what its author says. */
  required: boolean;
  description: string;
  identifies?: Identifies;
}

export interface Derived {
  /** As it is asked: `person`, or `omop.person`. */
  name: string;
  schema?: string;
  title: string;
  description: string;
  columns: readonly DerivedColumn[];
  /** All tables that the SELECT reads. Who may not see all of them does not see this one. */
  of: readonly string[];
  content: { kind: 'select'; sql: string } | { kind: 'rows'; key: readonly string[]; rows: readonly (readonly string[])[] };
}
