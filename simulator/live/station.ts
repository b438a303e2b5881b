// A place where people or samples wait their turn: doctors of the emergency department, analysers, scanners, theatres. As many at once
// as there are staff at that hour; the most urgent first. Planted bottlenecks take capacity away or slow it down.
import { hourMs } from '../calendar.ts';

export interface Station {
  /** `priority`: smaller is sooner. `began` is called when the turn comes, `done` when the work is over. */
  ask(wish: { priority: number; workMs: number; began?: () => void; done: () => void }): void;
  /** From now until a moment the work takes so many times as long. */
  slow(factor: number, untilMs: number): void;
  readonly waiting: number;
}

interface Timed {
  nowMs: number;
  later(ms: number, run: () => void): void;
}

/** `capacities`: how many are served at once, by hour of the day from midnight. */
export function stationOf(world: () => Timed, capacities: (hour: number) => number): Station {
  const waiting: { priority: number; order: number; workMs: number; began?: () => void; done: () => void }[] = [];
  let busy = 0;
  let order = 0;
  let slowed = { factor: 1, untilMs: 0 };
  let looksAgain = false;
  const serve = (): void => {
    const { nowMs, later } = world();
    const capacity = capacities(Math.floor(nowMs / hourMs) % 24);
    while (busy < capacity && waiting.length > 0) {
      waiting.sort((a, b) => a.priority - b.priority || a.order - b.order);
      const next = waiting.shift();
      if (next === undefined) break;
      busy++;
      next.began?.();
      later(nowMs + next.workMs * (nowMs < slowed.untilMs ? slowed.factor : 1), () => {
        busy--;
        next.done();
        serve();
      });
    }
    if (waiting.length > 0 && busy === 0 && !looksAgain) {
      looksAgain = true;
      later(nowMs + hourMs / 2, () => {
        looksAgain = false;
        serve();
      });
    }
  };
  return {
    ask(wish) {
      waiting.push({ ...wish, order: order++ });
      serve();
    },
    slow(factor, untilMs) {
      slowed = { factor, untilMs };
    },
    get waiting() {
      return waiting.length;
    },
  };
}
