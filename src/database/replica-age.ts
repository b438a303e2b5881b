// How old is what a replica has replayed? Told by positions in the write-ahead log alone: what the primary had written when it was
// asked at a moment of our own clock, the replica has once it has replayed that far. So neither do the clocks of the machines
// matter, nor does a primary where nothing happens make its replica look late, as the time of its last transaction would.

/** What the primary had written at a moment, both from one look. */
interface Mark {
  at: bigint;
  ms: number;
}

/** Marks to keep while a replica is far behind; every other one is enough then. */
const marksMax = 1_000;

export class ReplicaAge {
  /** Rising in both; the replica has reached none of them. */
  #ahead: Mark[] = [];
  #reachedMs: number | undefined;
  #last: bigint | undefined;
  #replayed: bigint | undefined;

  /** `ms`: taken before the primary was asked. */
  primaryIsAt(at: bigint, ms: number): void {
    // Another primary took over, and its log goes on from an earlier place: nothing is known of the replica any more.
    if (this.#last !== undefined && at < this.#last) {
      this.#ahead = [];
      this.#reachedMs = undefined;
      this.#replayed = undefined;
    }
    const newest = this.#ahead.at(-1);
    // The same place at a later moment says more.
    if (newest?.at === at) newest.ms = ms;
    else this.#ahead.push({ at, ms });
    this.#last = at;
    if (this.#ahead.length > marksMax) this.#ahead = this.#ahead.filter((_, i) => i % 2 === 1);
    this.#advance();
  }

  replicaIsAt(at: bigint): void {
    // It was started again, and replays once more what it had: until it is at a mark, nobody knows where in time it is.
    if (this.#replayed !== undefined && at < this.#replayed) this.#reachedMs = undefined;
    this.#replayed = at;
    this.#advance();
  }

  /** What was committed longer ago than this has been replayed; undefined: that is not known. */
  behindMs(nowMs: number): number | undefined {
    return this.#reachedMs === undefined ? undefined : Math.max(0, nowMs - this.#reachedMs);
  }

  #advance(): void {
    if (this.#replayed === undefined) return;
    const replayed = this.#replayed;
    const reached = this.#ahead.filter(({ at }) => at <= replayed);
    if (reached.length === 0) return;
    this.#reachedMs = reached.at(-1)!.ms;
    this.#ahead = this.#ahead.slice(reached.length);
  }
}
