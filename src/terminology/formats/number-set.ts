// Many long identifiers in little memory: eight bytes each, put in order when it is first asked.

export class NumberSet {
  #numbers = new BigUint64Array(1024);
  #size = 0;
  #inOrder = true;

  /** Decimal digits, at most 19. */
  add(digits: string): void {
    if (this.#size === this.#numbers.length) {
      const larger = new BigUint64Array(this.#size * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#size++] = BigInt(digits);
    this.#inOrder = false;
  }

  has(digits: string): boolean {
    if (!this.#inOrder) {
      this.#numbers.subarray(0, this.#size).sort();
      this.#inOrder = true;
    }
    if (!/^\d{1,19}$/.test(digits)) return false;
    const wanted = BigInt(digits);
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#numbers[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.#size && this.#numbers[low] === wanted;
  }
}
