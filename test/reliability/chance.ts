// Chance from a seed (mulberry32), so that a run that failed can be made again with the same choices.
export type Chance = () => number;

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const whole = (random: Chance, below: number): number => Math.floor(random() * below);
export const oneOf = <T>(random: Chance, values: readonly T[]): T => values[whole(random, values.length)]!;
