// How far one file has come while several of its items are under way at once and come back in any order.

/** Units are opened in order; each is settled when all its items are. */
export class FileProgress {
  /** Items still under way, by unit. */
  readonly #open = new Map<number, number>();
  /** Units with something that was refused, or that waits for another pass. */
  readonly #again: Set<number>;
  #read: number;
  loaded = 0;
  witness: string | undefined;

  constructor(upTo = 0, again: Iterable<number> = []) {
    this.#read = upTo;
    this.#again = new Set(again);
  }

  /** Whether an earlier load, or an earlier pass, dealt with this unit. */
  isDone(unit: number): boolean {
    return unit <= this.#read && !this.#again.has(unit);
  }

  get again(): ReadonlySet<number> {
    return this.#again;
  }

  begin(unit: number): void {
    this.#open.set(unit, (this.#open.get(unit) ?? 0) + 1);
    // A unit counts as dealt with until one of its items is refused again.
    this.#again.delete(unit);
  }

  end(unit: number, good: boolean): void {
    const left = (this.#open.get(unit) ?? 1) - 1;
    if (left === 0) this.#open.delete(unit);
    else this.#open.set(unit, left);
    if (!good) this.#again.add(unit);
  }

  /** All items of the units up to this one were begun. */
  reached(unit: number): void {
    this.#read = Math.max(this.#read, unit);
  }

  /** What can be noted down: a unit under way is neither done nor refused. */
  mark(): { upTo: number; again: Set<number> } {
    return { upTo: this.#read, again: new Set([...this.#again, ...this.#open.keys()]) };
  }
}
