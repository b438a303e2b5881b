// An epidemic curve told in numbers: how fast cases double, and how many a case infects. Example: `reproductionNumbers(counts, { mean: 2.6,
// deviation: 1.5 })` gives R for each week that ends on a day; `growthOf(counts)` the rate of growth and the doubling time.

/** Days between symptoms of a case and of whom it infects; of the disease, from the literature. */
export interface SerialInterval {
  mean: number;
  deviation: number;
}

export interface Reproduction {
  /** Indexes of the first and last day of the window, both included. */
  first: number;
  last: number;
  mean: number;
  median: number;
  lower: number;
  upper: number;
}

export interface Growth {
  /** By day, of the logarithm; with its 95 % interval. */
  rate: number;
  lower: number;
  upper: number;
  /** Days in which cases double; negative: in which they halve. Null where the interval of the rate holds 0 at that end. */
  doubling: { days: number; lower: number | null; upper: number | null };
  days: number;
  cases: number;
}
