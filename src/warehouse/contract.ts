// The record as tables: what a view is, what it becomes, and what may be asked of the tables. Views are ViewDefinitions of
// SQL on FHIR v2 (https://build.fhir.org/ig/FHIR/sql-on-fhir-v2/StructureDefinition-ViewDefinition.html).
//
//   const view = readView(json);                       // checked; wrong paths and columns are refused with a sentence
//   const compiled = compileView(view.value);          // once
//   compiled.value.rows(patient);                      // [{ id: 'pt1', family: 'Smith' }], no interpreter on the way
//   viewSql(view.value, 'resources');                  // the same rows, for DuckDB: { ok: true, value: 'select …' }
import type { Decimal } from '../fhir/decimal.ts';
import type { Json } from '../fhir/json.ts';
import type { Problem, Result } from '../fhir/result.ts';
import type { Caller } from '../record/contract.ts';

/** One value of a row. A decimal whose digits a JavaScript number would not print is a Decimal; `collection` columns are arrays. */
export type Cell = Json;

/** By column name, in the order of the columns; null where the path finds nothing. */
export type Row = Record<string, Cell>;

export interface Column {
  name: string;
  path: string;
  /** FHIR type of the values; where the view names none, the type that the path has. */
  type: string;
  collection: boolean;
  description?: string;
  /** What of a person it would give away; absent: nothing by itself. Says what stands in its place where tables are de-identified. */
  identifies?: Identifies;
}

/**
 * Safe harbor of 45 CFR 164.514(b)(2): `direct` (names, numbers, addresses) and `text` (free text may hold anything) are left out, a
 * `key` becomes a pseudonym, of a `date` the year stays, of a `birth` date the year for whoever is below 90, of a `postal` code the first
 * three digits.
 */
export const identifying = ['direct', 'text', 'key', 'date', 'birth', 'postal'] as const;
export type Identifies = (typeof identifying)[number];

/** One level of a view: its own columns, once for each item that `each` finds, times the rows of what is below it. */
export interface Select {
  columns: Column[];
  each?: { kind: 'forEach' | 'forEachOrNull'; path: string } | { kind: 'repeat'; paths: string[] };
  selects: Select[];
  /** Alternatives with the same columns; their rows come one after the other. */
  union: Select[];
}

export interface Constant {
  name: string;
  /** FHIR type, from `value[x]`. */
  type: string;
  value: string | number | boolean | Decimal;
}

export interface View {
  name: string;
  resource: string;
  title?: string;
  description?: string;
  constants: Constant[];
  /** Paths that must all be true. */
  where: string[];
  select: Select;
  /** Every column, in order, as rows have them. */
  columns: Column[];
}

export interface CompiledView {
  view: View;
  columns: readonly Column[];
  /**
   * Of one resource as `readJson` gives it; none where it is of another type. Throws a ViewFault where the resource does not
   * fit the view: two values in a column that is no collection.
   */
  rows(resource: Json): Row[];
  /** What is probably not meant: a path to an element that the type does not have, so that the column is always empty. */
  notes: readonly Problem[];
  /** Paths that the interpreter of FHIRPath evaluates, because they are not among those that become code. */
  interpreted: readonly string[];
}

/** A resource does not fit a view. Names the column, never what it holds. */
export class ViewFault extends Error {
  override readonly name = 'ViewFault';
}

export type ReadView = (json: Json) => Result<View>;
/** `strict`: what would be a note is refused. */
export type CompileView = (view: View, options?: { strict?: boolean }) => Result<CompiledView>;

/** How much of a person an answer shows: nothing (safe harbor), days and areas but no names and keys (limited data set, 45 CFR 164.514(e)), everything. */
export const details = ['de-identified', 'limited', 'identified'] as const;
export type Detail = (typeof details)[number];

export interface AskLimits {
  memoryMegabytes: number;
  spillMegabytes: number;
  threads: number;
  timeMs: number;
  rows: number;
}

/** Values of `$name` in a query. */
export type Parameters = Readonly<Record<string, string | number | boolean | null>>;

export interface Answer {
  /** `type` is DuckDB's: BIGINT, DOUBLE, VARCHAR, DATE, TIMESTAMP WITH TIME ZONE … */
  columns: { name: string; type: string }[];
  /** Numbers as numbers where they fit one, moments as text in UTC, lists and structs as JSON. */
  rows: AnswerCell[][];
  /** There were more rows than the limit. */
  cut: boolean;
}
export type AnswerCell = string | number | boolean | null | AnswerCell[] | { [name: string]: AnswerCell };

export interface AskOptions {
  /** Default `de-identified`. */
  detail?: Detail;
  parameters?: Parameters;
  limits?: Partial<AskLimits>;
  signal?: AbortSignal;
  /**
   * What this is, for the audit trail, where the query is one of Lamplight's own that gives summaries and no rows of persons: it may
   * be asked by whoever may search the types, and is noted by this name instead of its SQL.
   */
  summary?: string;
}

export interface TableWords {
  name: string;
  title: string;
  description: string;
  /** `type` as DuckDB calls it; `identifies` as far as `detail` matters. */
  columns: { name: string; type: string; description: string; identifies?: Identifies }[];
}

/** What the rows are of. */
export interface Moment {
  /** Of the feed: every change up to here is told. */
  position: string;
  /** The latest moment at which the record was certainly as the tables tell, ISO 8601. */
  asOf: string;
  /** How long the query ran, without waiting for its turn. */
  milliseconds: number;
}

export const fileFormats = ['csv', 'parquet', 'ndjson'] as const;
export type FileFormat = (typeof fileFormats)[number];
/**
 * `cells`: for a gateway that words rows itself. One JSON object a line; its member `r` has the cells as PostgreSQL writes them as
 * text (`t`, `2026-01-01 00:00:00+00`), null where there is none.
 */
export type RowsFormat = FileFormat | 'cells';

/** A whole answer on disk. Who gets it removes it. */
export interface AnswerFile extends Moment {
  path: string;
  columns: Answer['columns'];
  rows: number;
  bytes: number;
  /** There were more rows than `limits.rows`. */
  cut: boolean;
  remove(): void;
}

/** An answer as it was written: `text` is the JSON of an Answer, to be handed on without being read. */
export interface AnswerText extends Moment {
  text: string;
}

/** What a query would answer, without having been run. */
export interface Described {
  columns: Answer['columns'];
  /** DuckDB's type of each `$name`; null where the query leaves it open. */
  parameters: Record<string, string | null>;
}

/** Tables that hold nothing of the record, such as the catalogue that a gateway tells of its tables. The same key: the same content. */
export interface Beside {
  key: string;
  /** Lower case, of the tables that `statements` make. */
  tables: readonly string[];
  /** DuckDB's SQL of this program: tables, their rows, macros. */
  statements: readonly string[];
}

/** The tables as people ask them. Every question is decided by policy and leaves its row in the audit trail. */
export interface Tables {
  /** One SELECT. Refusals: invalid (with a sentence on the mistake), not-found, forbidden, too-costly, busy, conflict (stopped). */
  ask(caller: Caller, sql: string, options?: AskOptions): Promise<Result<Answer>>;
  /** What the caller may ask. */
  dictionary(caller: Caller): TableWords[];
  /** Up to which position of the feed the tables tell, and where the feed is. Undefined: there are no tables yet. */
  freshness(): Promise<{ position: bigint; head: bigint } | undefined>;
}

/** The same for those who hand answers on: nothing large passes through the memory of this process. */
export interface InstalledTables extends Tables {
  askText(caller: Caller, sql: string, options?: AskOptions): Promise<Result<AnswerText>>;
  /** All of the answer, or its first `limits.rows` rows; too-costly where these are too many bytes. */
  askFile(caller: Caller, sql: string, format: RowsFormat, options?: AskOptions): Promise<Result<AnswerFile>>;
  /** Refused as `ask` refuses. Shows nothing of anybody, so that the audit trail has no row of it. */
  describe(caller: Caller, sql: string, options?: AskOptions): Promise<Result<Described>>;
  /** The same two of tables beside the record, within the same bounds; `person`: whose turn it is. Nothing is noted. */
  beside: {
    askFile(person: string, beside: Beside, sql: string, options?: AskOptions): Promise<Result<Omit<AnswerFile, keyof Moment>>>;
    describe(person: string, beside: Beside, sql: string, options?: AskOptions): Promise<Result<Described>>;
  };
  /** Ends what runs. */
  close(): Promise<void>;
}
