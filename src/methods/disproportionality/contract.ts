// What measures of disproportionality take: how often a drug (or device) and an event are reported together, and apart. Each measure has one form:
// `prr(table)`. A signal is not a cause: nothing here says that a drug does an event.

/** Reports in one database. */
export interface TwoByTwo {
  /** With the drug and the event. */
  a: number;
  /** With the drug, without the event. */
  b: number;
  /** With the event, without the drug. */
  c: number;
  /** With neither. */
  d: number;
}

/** Stands wherever a figure of these is shown. */
export const signalIsNotACause =
  'A signal is not a cause: reports are incomplete, drugs are given for what patients have, and events that are talked of are reported more. It says where to look, not what is so.';

export const level = 95;

/** What chance alone would bring together. */
export const expectedOf = ({ a, b, c, d }: TwoByTwo): number => ((a + b) * (a + c)) / (a + b + c + d);

/** Reports there can be: whole or weighted, none negative, at least one. */
export const isTable = ({ a, b, c, d }: TwoByTwo): boolean =>
  [a, b, c, d].every((each) => each >= 0 && Number.isFinite(each)) && a + b + c + d > 0;

export interface RatioWithInterval {
  ratio: number;
  low: number;
  high: number;
  /** True where a cell was empty and a half was added to each (Haldane JBS. Ann Hum Genet 1956;20:309-11). */
  corrected: boolean;
}

/** The cells, with a half added to each where one is empty. */
export function filledCells(table: TwoByTwo): { cells: TwoByTwo; corrected: boolean } {
  const { a, b, c, d } = table;
  if (a > 0 && b > 0 && c > 0 && d > 0) return { cells: table, corrected: false };
  return { cells: { a: a + 0.5, b: b + 0.5, c: c + 0.5, d: d + 0.5 }, corrected: true };
}
