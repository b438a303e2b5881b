// The virtual clock: real time, or so many times faster. It starts at a moment and can be held back when the other side cannot follow.

export interface Clock {
  nowMs(): number;
  /** Real milliseconds until a virtual moment; 0 where it has passed. */
  untilMs(virtualMs: number): number;
  /** Time does not go beyond this moment until it is asked again: what is under way must be done first. */
  holdAt(virtualMs: number): void;
}

/** `speed`: virtual seconds a real one, 1 to 10,000. `real` is the clock of the machine, in milliseconds. */
export function clockOf(startMs: number, speed: number, real: () => number = Date.now): Clock {
  let virtual = startMs;
  let seen = real();
  const nowMs = (): number => {
    const at = real();
    // A machine that slept or whose clock was set back must not make the hospital jump.
    virtual += Math.max(0, Math.min(at - seen, 60_000)) * speed;
    seen = at;
    return virtual;
  };
  return {
    nowMs,
    untilMs: (virtualMs) => Math.max(0, (virtualMs - nowMs()) / speed),
    holdAt(virtualMs) {
      nowMs();
      virtual = Math.min(virtual, virtualMs);
    },
  };
}
