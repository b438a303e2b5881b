// Sets of concepts of one code system, as bits: concept n of a release is bit n. The algebra of value sets (and, or, not) over
// 360,000 concepts then costs a few thousand machine words, whatever made the sets.

export class Ordinals {
  /** How many concepts the code system has. */
  readonly size: number;
  readonly #bits: Uint32Array;

  private constructor(size: number, bits: Uint32Array) {
    this.size = size;
    this.#bits = bits;
  }

  static none(size: number): Ordinals {
    return new Ordinals(size, new Uint32Array((size + 31) >>> 5));
  }

  static all(size: number): Ordinals {
    return Ordinals.none(size).addRun(0, size);
  }

  static of(size: number, members: Iterable<number>): Ordinals {
    const set = Ordinals.none(size);
    for (const one of members) set.add(one);
    return set;
  }

  add(one: number): this {
    if (one < 0 || one >= this.size) return this;
    this.#bits[one >>> 5]! |= 1 << (one & 31);
    return this;
  }

  /** Adds `length` concepts from `from` on. */
  addRun(from: number, length: number): this {
    const end = Math.min(from + length, this.size);
    let one = Math.max(from, 0);
    for (; one < end && (one & 31) !== 0; one += 1) this.add(one);
    for (; one + 32 <= end; one += 32) this.#bits[one >>> 5] = 0xffffffff;
    for (; one < end; one += 1) this.add(one);
    return this;
  }

  has(one: number): boolean {
    return one >= 0 && one < this.size && (this.#bits[one >>> 5]! & (1 << (one & 31))) !== 0;
  }

  and(other: Ordinals): Ordinals {
    return this.#with(other, (a, b) => a & b);
  }

  or(other: Ordinals): Ordinals {
    return this.#with(other, (a, b) => a | b);
  }

  without(other: Ordinals): Ordinals {
    return this.#with(other, (a, b) => a & ~b);
  }

  complement(): Ordinals {
    return Ordinals.all(this.size).without(this);
  }

  #with(other: Ordinals, combine: (a: number, b: number) => number): Ordinals {
    if (other.size !== this.size) throw new Error('Sets of two code systems cannot be combined.');
    const bits = new Uint32Array(this.#bits.length);
    for (let i = 0; i < bits.length; i += 1) bits[i] = combine(this.#bits[i]!, other.#bits[i]!);
    return new Ordinals(this.size, bits);
  }

  count(): number {
    let sum = 0;
    for (let i = 0; i < this.#bits.length; i += 1) sum += ones(this.#bits[i]!);
    return sum;
  }

  /** `count` members after the first `offset`, ascending. */
  page(offset: number, count: number): number[] {
    const found: number[] = [];
    let skip = offset;
    for (let i = 0; i < this.#bits.length && found.length < count; i += 1) {
      let bits = this.#bits[i]!;
      if (bits === 0) continue;
      const here = ones(bits);
      if (skip >= here) {
        skip -= here;
        continue;
      }
      for (; bits !== 0 && found.length < count; bits &= bits - 1) {
        if (skip > 0) skip -= 1;
        else found.push((i << 5) + (31 - Math.clz32(bits & -bits)));
      }
    }
    return found;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.#bits.length; i += 1)
      for (let bits = this.#bits[i]!; bits !== 0; bits &= bits - 1) yield (i << 5) + (31 - Math.clz32(bits & -bits));
  }

  isEmpty(): boolean {
    return this.#bits.every((bits) => bits === 0);
  }
}

function ones(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
