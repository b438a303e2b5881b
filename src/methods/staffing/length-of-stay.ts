// How long people stay, from those who left and those who are still here. Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81.

export interface Stay {
  hours: number;
  /** False for who is still here: the stay is at least so long. */
  ended: boolean;
}

/** The share of arrivals still here after so many hours; index 0 is 1. */
export type Survival = Float64Array;

/** By whole hours up to `hoursMax`; a stay that ends within hour h counts as gone at h + 1. Beyond the longest known stay it keeps its last share. */
export function survivalOf(stays: readonly Stay[], hoursMax: number): Survival {
  const ended = new Float64Array(hoursMax + 1);
  const left = new Float64Array(hoursMax + 1);
  let atRisk = 0;
  for (const { hours, ended: gone } of stays) {
    if (!(hours >= 0)) continue;
    atRisk++;
    // Who is still here after h hours was at risk through h; who left within an hour was at risk in it.
    const hour = Math.min(hoursMax, gone ? Math.max(1, Math.ceil(hours)) : Math.floor(hours));
    if (gone && hours <= hoursMax) ended[hour] = ended[hour]! + 1;
    else left[hour] = left[hour]! + 1;
  }
  const survival = new Float64Array(hoursMax + 1);
  survival[0] = 1;
  atRisk -= left[0]!;
  for (let h = 1; h <= hoursMax; h++) {
    survival[h] = atRisk > 0 ? survival[h - 1]! * (1 - ended[h]! / atRisk) : survival[h - 1]!;
    atRisk -= ended[h]! + left[h]!;
  }
  return survival;
}

/** The chance that one who has been here for `hours` is still here `ahead` hours later. */
export function remains(survival: Survival, hours: number, ahead: number): number {
  const last = survival.length - 1;
  const now = survival[Math.min(last, Math.max(0, Math.floor(hours)))]!;
  return now > 0 ? survival[Math.min(last, Math.max(0, Math.floor(hours) + ahead))]! / now : 0;
}
