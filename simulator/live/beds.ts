// Which bed is whose. Whoever finds no bed on the right ward is put on another that takes such patients, or waits where he is.
import type { Ward } from '../hospital.ts';

export interface Beds {
  /** A free bed: on this ward, or on one that stands in for it. Undefined: all are taken. */
  take(ward: Ward, instead?: readonly Ward[]): { ward: Ward; bed: number } | undefined;
  /** Taken already by somebody who was there before. */
  claim(ward: Ward, bed: number): boolean;
  free(ward: Ward, bed: number): void;
  taken(ward: Ward): number;
  readonly each: number;
}

export function bedsOf(each: number): Beds {
  const taken = new Map<Ward, Set<number>>();
  const of = (ward: Ward): Set<number> => {
    const known = taken.get(ward) ?? new Set<number>();
    taken.set(ward, known);
    return known;
  };
  return {
    each,
    take(ward, instead = []) {
      for (const one of [ward, ...instead]) {
        const used = of(one);
        for (let bed = 0; bed < each; bed++) {
          if (used.has(bed)) continue;
          used.add(bed);
          return { ward: one, bed };
        }
      }
      return undefined;
    },
    claim(ward, bed) {
      if (bed < 0 || bed >= each || of(ward).has(bed)) return false;
      of(ward).add(bed);
      return true;
    },
    free: (ward, bed) => void of(ward).delete(bed),
    taken: (ward) => of(ward).size,
  };
}
