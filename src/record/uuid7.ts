// Ids that the record gives: UUID version 7 (RFC 9562 section 5.7), so that newer ids sort after older ones.
import { randomFillSync } from 'node:crypto';

const pool = Buffer.allocUnsafe(10 * 256);
let used = pool.length;
let lastMs = 0;
let counter = 0;

const hex: string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A new id. Within one process ids only grow, also inside one millisecond (12 bits of counter, then the clock is led). */
export function uuid7(nowMs: number = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = pool.readUInt16BE(used) & 0x3ff;
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const r = used + 2;
  used += 10;
  const variant = hex[(pool[r]! & 0x3f) | 0x80]!;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${hex[pool[r + 1]!]}-${hex[pool[r + 2]!]}${hex[pool[r + 3]!]}${hex[pool[r + 4]!]}${hex[pool[r + 5]!]}${hex[pool[r + 6]!]}${hex[pool[r + 7]!]}`;
}

/** An id chosen before its write, for references inside one transaction. */
export const newId = (): string => uuid7();
