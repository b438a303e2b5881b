// What a scan in space and time takes and gives. Example: `spaceTimeScan({ places, cases, population }, { model: 'poisson' }, random)`: are there
// more cases than usual lately in some circle of places, and would chance do that.

/** Either in the plane, in any one unit, or on the globe in degrees; all places in the same way. */
export type Position = { x: number; y: number } | { latitude: number; longitude: number };

export interface Case {
  /** Index of the place. */
  place: number;
  /** From 0; the last day is the newest. */
  day: number;
}

export interface ScanData {
  places: readonly Position[];
  /** One entry a case. */
  cases: readonly Case[];
  /** Days there are. */
  days: number;
  /** People by place: asked for by the Poisson model. */
  population?: readonly number[];
}

export interface ScanOptions {
  /**
   * `poisson`: cases in proportion to people, every day alike. `permutation`: each place and each day has its own usual number, and only their
   * meeting is looked at; needs no population.
   */
  model: 'poisson' | 'permutation';
  /** The most that a circle holds of the people (of the cases, for the permutation model): 0.5. */
  shareMax?: number;
  /** The most days that a cluster goes back from the newest: 14, at most half of the days. */
  daysMax?: number;
  /** Random repetitions: 999. */
  repetitions?: number;
  /** Stop once so many repetitions beat the data: the p-value is clear then. By default none stops it. */
  enough?: number;
  /** Clusters to name that do not share a place, 3. */
  clusters?: number;
}

export interface Cluster {
  /** Index of the place in the middle, and of all places within, nearest first. */
  centre: number;
  places: number[];
  /** Days of the cluster, both included. */
  firstDay: number;
  lastDay: number;
  observed: number;
  expected: number;
  /** Of cases within to expected, by that outside. */
  relativeRisk: number;
  logLikelihoodRatio: number;
  /** Against the strongest cluster of each repetition, so that all clusters that were looked at are counted with. */
  p: number;
  /** How often by chance such a cluster would be found, in scans: from a Gumbel distribution through the repetitions, which reaches beyond their number. */
  recurrenceInterval: number;
}

export interface ScanResult {
  clusters: Cluster[];
  repetitions: number;
}
