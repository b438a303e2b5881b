// Randomness that is the same on every machine: sfc32 (C. Doty-Humphrey's small fast counter generator) seeded by a name.
// Each patient has an own stream, so one more question asked of one of them changes nobody else.
import { createHash } from 'node:crypto';

export interface Random {
  /** From 0 (included) to 1 (not included). */
  next(): number;
  /** Whole number, both ends included. */
  int(from: number, to: number): number;
  between(from: number, to: number): number;
  /** Normal by Box and Muller, cut at ±3 standard deviations so that nobody is impossible. */
  normal(mean: number, sd: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T;
  /** By weight; weights need not add up to 1. */
  weighted<T>(items: readonly (readonly [item: T, weight: number])[]): T;
}

export function randomOf(...seed: (string | number)[]): Random {
  const bytes = createHash('sha256').update(seed.join('\u0000')).digest();
  let a = bytes.readInt32LE(0);
  let b = bytes.readInt32LE(4);
  let c = bytes.readInt32LE(8);
  let counter = bytes.readInt32LE(12);
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  return {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    between: (from, to) => from + next() * (to - from),
    normal: (mean, sd) => {
      const z = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return mean + sd * Math.max(-3, Math.min(3, z));
    },
    chance: (probability) => next() < probability,
    pick,
    weighted: (items) => {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return pick(items)[0];
    },
  };
}
