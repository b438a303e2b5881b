// A clock that runs fast when people leave: on wards by day, hardly at night. Lengths of stay measured by it lose their hours of the day, so that one
// curve of survival serves whoever came at any hour. Time change of a hazard: Cox DR, Lewis PAW. Statistical Analysis of Series of Events, 1966, 2.3.

/** 24 weights with mean 1: how likely who is there leaves in that hour of the day, beside the day's mean. */
export type DischargeClock = Float64Array;

export interface Presence {
  /** Hours since some midnight of the wall clock; `end` null: still there. */
  start: number;
  end: number | null;
  count: number;
}

/** So many leave an hour beside those who did, so that no hour stands still for ever. */
const few = 1;

/** Who left in an hour of the day, by who was there. `until`: as far as was watched. */
export function dischargeClock(stays: readonly Presence[], until: number): DischargeClock {
  const left = new Float64Array(24);
  const there = new Float64Array(24);
  for (const { start, end, count } of stays) {
    const stop = Math.min(end ?? until, until);
    if (!(stop > start)) continue;
    const hours = stop - start;
    for (let h = 0; h < 24; h++) there[h] = there[h]! + count * Math.floor(hours / 24);
    for (let at = start + Math.floor(hours / 24) * 24; at < stop; ) {
      const next = Math.min(stop, Math.floor(at) + 1);
      const h = Math.floor(at) % 24;
      there[h] = there[h]! + count * (next - at);
      at = next;
    }
    if (end !== null && end <= until) left[Math.floor(end) % 24] = left[Math.floor(end) % 24]! + count;
  }
  const gone = left.reduce((sum, each) => sum + each, 0);
  const present = there.reduce((sum, each) => sum + each, 0);
  if (gone < 24 || present <= 0) return new Float64Array(24).fill(1);
  const usual = gone / present;
  const rates = left.map((each, h) => (each + few) / (there[h]! + few / usual));
  const mean = rates.reduce((sum, each) => sum + each, 0) / 24;
  return rates.map((each) => each / mean);
}

/** Hours that the clock goes from one moment to another, both hours since the same midnight. */
export function clockHours(clock: DischargeClock, from: number, to: number): number {
  const upTo = (at: number): number => {
    const day = Math.floor(at / 24);
    let sum = day * 24;
    const rest = at - day * 24;
    const whole = Math.floor(rest);
    for (let h = 0; h < whole; h++) sum += clock[h]!;
    return sum + (rest - whole) * (clock[whole] ?? 0);
  };
  return upTo(to) - upTo(from);
}
