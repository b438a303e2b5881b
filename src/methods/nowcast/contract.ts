// What nowcasting takes and gives: how many cases of the last days are still to be told, from how late cases of the days before were told.
// Example: `nowcast({ reported: [[3, 1, 0], [2, 2], [4]] }, { random })`: a row a day, oldest first; a number by days of delay.

export interface ReportingTriangle {
  /**
   * Cases of day i that were told after 0, 1, 2 … days. The last row is today's and has one number, the one before it two, up to `delayMax`
   * + 1; further numbers of a row are not known yet and are left out.
   */
  reported: readonly (readonly number[])[];
}

export interface Nowcast {
  /** Index of the row. */
  day: number;
  reported: number;
  /** Median and interval of all cases of the day, told or not. */
  estimate: number;
  lower: number;
  upper: number;
  /** Share of a day's cases that is told by now, at its best guess. */
  told: number;
}

export interface NowcastResult {
  /** Of the days that may not be complete, oldest first. */
  days: Nowcast[];
  /** Share told within 0, 1, 2 … days (Lawless 1994). */
  delay: number[];
  /** Days that the delay was learnt from, and their cases. */
  window: number;
  cases: number;
}
