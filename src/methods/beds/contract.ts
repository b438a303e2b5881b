// What is known of a hospital's beds at a moment, as columns that a thread can be handed, and what follows from it. Hours are those of the wall clock,
// counted from 1970-01-01T00:00 as it showed them; in the two nights a year in which it is changed a stay is an hour too long or short.

/** How somebody came to a ward: into the emergency department itself, from there, or otherwise (planned, transferred, from elsewhere). */
export const kinds = ['emergency', 'through-emergency', 'other'] as const;

export interface WardPlace {
  id: string;
  name: string;
  beds: number;
}

/** One stay of so many people a place in each column. */
export interface StayColumns {
  /** Index into the wards, and into `kinds`. */
  ward: Uint16Array;
  kind: Uint8Array;
  start: Float64Array;
  /** NaN: still there. */
  end: Float64Array;
  count: Uint32Array;
}

export interface HourCounts {
  hour: Float64Array;
  count: Uint32Array;
}

export interface HospitalFacts {
  /** The moment of all this. */
  now: number;
  wards: readonly WardPlace[];
  stays: StayColumns;
  /** Arrivals at the emergency department by hour, without hours in which nobody came. */
  arrivals: HourCounts;
}

/** The hours ahead: where each begins on the wall clock and how long it is (the first one is what is left of it). */
export interface HoursAhead {
  starts: readonly number[];
  lengths: readonly number[];
}

/** What is expected of the emergency department's day (days since 1970), and how it spreads. */
export type DayOf = (day: number) => { mean: number; deviation: number };

export const hoursAheadOf = (now: number, count: number): HoursAhead => ({
  starts: Array.from({ length: count }, (_, i) => (i === 0 ? now : Math.floor(now) + i)),
  lengths: Array.from({ length: count }, (_, i) => (i === 0 ? Math.floor(now) + 1 - now : 1)),
});

/** 0 for Monday. 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** The wards in which most people came into the emergency department itself: they have no beds in the sense of the others. */
export function emergencyWards({ wards, stays }: Pick<HospitalFacts, 'wards' | 'stays'>): boolean[] {
  const own = wards.map(() => 0);
  for (let i = 0; i < stays.ward.length; i++) {
    const w = stays.ward[i]!;
    own[w] = own[w]! + (kinds[stays.kind[i]!] === 'emergency' ? stays.count[i]! : -stays.count[i]!);
  }
  return own.map((each) => each > 0);
}
