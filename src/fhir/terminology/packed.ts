// Ascending numbers as bytes: runs of neighbours as pairs (gap to the run, its length less one), each a little-endian base-128
// number. A rare word costs two or three bytes a concept, a chapter of neighbours almost nothing.
import type { Ordinals } from './ordinals.ts';

/** Takes ascending numbers one by one. */
export class Packer {
  #bytes: Buffer = Buffer.allocUnsafe(8);
  #length = 0;
  /** The run that is still growing; `#from` is -1 before the first number. */
  #from = -1;
  #run = 0;
  /** First number after the last run that was written. */
  #written = 0;

  /** Passes over what is not greater than the number before. */
  add(one: number): void {
    if (this.#from >= 0 && one === this.#from + this.#run) this.#run += 1;
    else if (this.#from < 0 || one > this.#from + this.#run) {
      this.#writeRun();
      this.#from = one;
      this.#run = 1;
    }
  }

  /** Bytes so far, about. */
  get bytes(): number {
    return this.#length + 4;
  }

  finish(): Buffer {
    this.#writeRun();
    return this.#bytes.subarray(0, this.#length);
  }

  #writeRun(): void {
    if (this.#from < 0) return;
    this.#write(this.#from - this.#written);
    this.#write(this.#run - 1);
    this.#written = this.#from + this.#run;
    this.#from = -1;
    this.#run = 0;
  }

  #write(number: number): void {
    if (this.#length + 5 > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(this.#bytes.length * 2);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    let left = number;
    for (; left >= 0x80; left >>>= 7) this.#bytes[this.#length++] = (left & 0x7f) | 0x80;
    this.#bytes[this.#length++] = left;
  }
}

export function pack(ascending: Iterable<number>): Buffer {
  const packer = new Packer();
  for (const one of ascending) packer.add(one);
  return packer.finish();
}

/** Adds what was packed to a set. */
export function unpackInto(set: Ordinals, bytes: Uint8Array): void {
  runsOf(bytes, (from, run) => {
    if (run === 1) set.add(from);
    else set.addRun(from, run);
  });
}

export function unpack(bytes: Uint8Array): number[] {
  const found: number[] = [];
  runsOf(bytes, (from, run) => {
    for (let one = from; one < from + run; one += 1) found.push(one);
  });
  return found;
}

function runsOf(bytes: Uint8Array, take: (from: number, run: number) => void): void {
  let at = 0;
  let next = 0;
  const read = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('A packed set of concepts ends too early.');
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const from = next + read();
    const run = read() + 1;
    take(from, run);
    next = from + run;
  }
}
