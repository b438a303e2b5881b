// An indicator as data: what is counted, of what, from which columns of which views. The same form for all, so that a clinician can read it and a site
// change it. A denominator is rows of a view, days in a state (per 1,000), or values that a median is taken of; a numerator is a part of those rows, or
// rows of another view. Example: knowledge/indicators/in-hospital-mortality.json.

export type Cell = string | number | boolean | null | undefined;
export type Row = Readonly<Record<string, Cell>>;
export type Tables = Readonly<Record<string, Iterable<Row>>>;

/** One condition on a row; all of what is named must hold. A missing value fulfils `known: false` and `notIn`, and none of the others. */
export interface Condition {
  column: string;
  in?: readonly (string | number | boolean)[];
  notIn?: readonly (string | number | boolean)[];
  /** Codes of a family, such as the start of an ICD-10 code. */
  startsWith?: readonly string[];
  atLeast?: number;
  atMost?: number;
  below?: number;
  known?: boolean;
  /** Hours from another moment of the row to this one. */
  hoursAfter?: { column: string; atLeast?: number; atMost?: number };
}

export interface Rows {
  view: string;
  where?: readonly Condition[];
}

/** Rows that belong to a row of the denominator: of the same key, and in a time from a moment of it. */
export interface Linked extends Rows {
  /** The column that must be the same, and its name in the denominator where that is another. */
  by: string;
  key?: string;
  /** Beside `where`, one of these lists must hold, such as one for each unit of measurement. */
  anyOf?: readonly (readonly Condition[])[];
  /** The moment of the linked row. */
  at: string;
  /** The moment of the row that it is counted from, and the hours between, both included unless said. */
  from: string;
  hoursAtLeast?: number;
  hoursAtMost?: number;
  /** Where the row itself lies in the same view: not itself. */
  other?: boolean;
}

export interface Indicator {
  kind: 'indicator';
  name: string;
  title: string;
  question: string;
  version: string;
  status: 'unreviewed' | 'reviewed' | 'retired';
  reviewer: string;
  source: { agency: string; year: number; title: string; section: string; url?: string };
  licence: string;
  unit: string;
  direction: 'lower-is-better' | 'higher-is-better' | 'neither';
  chart: 'p' | 'u' | 'xmr' | 'g' | 't';
  /** Below it a value is not shown by itself. */
  denominatorLeast: number;
  /** What the data cannot say. */
  limits: string;
  measure: 'share' | 'rate' | 'time';
  /** A share and a rate are given per as many: 100 for per cent, 1000 for days or doses. */
  per?: number;
  denominator: Rows & {
    /** The moment that gives the month. */
    month: string;
    /** The column of the ward; all of the hospital where there is none. */
    ward?: string;
    /** Days from `month` to this column count instead of rows, each in its own month. */
    daysUntil?: string;
    /** Rows that must, or must not, be there for the row to count. */
    with?: Linked;
    without?: Linked;
  };
  /** Of a share: a part of the rows. */
  numerator?: { where?: readonly Condition[]; linked?: Linked };
  /** Of a rate: rows of another view, in the month of their own moment. */
  events?: Rows & { month: string; ward?: string; where?: readonly Condition[] };
  /** Of a time: from the moment `from` of the row, or of the first linked row, to `to`. */
  time?: {
    from: string;
    to?: string;
    first?: Linked;
    unit: 'minutes' | 'hours' | 'days';
    statistic: 'median' | 'geometric-mean' | 'long-stays';
  };
  /** Each view with the columns that are read. */
  needs: Readonly<Record<string, readonly string[]>>;
}

export interface IndicatorValue {
  /** `2026-03`. */
  month: string;
  ward: string;
  numerator: number;
  denominator: number;
  /** Per `per`, or the time; null where there is nothing to divide by, or fewer than the least. */
  value: number | null;
  few: boolean;
}
