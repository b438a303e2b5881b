// Stretches of time that would stand upon each other stand below each other: each is wide enough to be read and met by a finger.
import type { Stretch } from './axis.ts';

/** A stretch takes up at least this share of what is shown: 24 px of 800. */
const leastShare = 0.03;

/** Which row each stretch stands in, from 0, and how many rows there are. What is not in sight takes no room. */
export function rowsOf(
  all: readonly { of: string; fromMs: number; toMs?: number }[],
  { fromMs, toMs }: Stretch,
  nowMs: number,
): { of: Map<string, number>; count: number } {
  const least = (toMs - fromMs) * leastShare;
  const ends: number[] = [];
  const of = new Map<string, number>();
  for (const one of [...all].sort((a, b) => a.fromMs - b.fromMs)) {
    const end = one.toMs ?? nowMs;
    if (end < fromMs || one.fromMs > toMs) continue;
    const start = Math.max(one.fromMs, fromMs);
    const free = ends.findIndex((taken) => taken <= start);
    const row = free === -1 ? ends.length : free;
    ends[row] = Math.max(end, start + least);
    of.set(one.of, row);
  }
  return { of, count: Math.max(1, ends.length) };
}
