// Signs that something other than chance is at work: a point outside the limits, 7 on one side, 7 trending, 2 of 3 near one limit. As NHS England's
// "Making data count" uses them; 8 on one side: Nelson LS. J Qual Technol 1984;16:237-9. A point on the line ends a run, an equal neighbour ends a trend,
// and so does a point that is missing or excluded. A point beyond the limit counts as near it, too.
import type { Limits, RuleBreak } from './contract.ts';

export interface Judgeable {
  index: number;
  value: number;
  limits: Limits;
}

type Direction = RuleBreak['direction'];
const directions: readonly Direction[] = ['up', 'down'];
const beyond = (direction: Direction, value: number, line: number): boolean => (direction === 'up' ? value > line : value < line);

/** Maximal stretches in which every point (with the one before it) holds. */
function stretches(points: readonly Judgeable[], holds: (point: Judgeable, before: Judgeable | undefined) => boolean): Judgeable[][] {
  const found: Judgeable[][] = [];
  let open: Judgeable[] = [];
  for (const point of points) {
    const before = open.at(-1);
    const next = before !== undefined && before.index === point.index - 1 ? before : undefined;
    if (holds(point, next)) {
      if (next === undefined) {
        open = [];
        found.push(open);
      }
      open.push(point);
    } else open = [];
  }
  return found;
}

const outside = (points: readonly Judgeable[]): RuleBreak[] =>
  points.flatMap(({ index, value, limits }) =>
    directions
      .filter((direction) => beyond(direction, value, direction === 'up' ? limits.upper : limits.lower))
      .map((direction): RuleBreak => ({ rule: 'outside', direction, points: [index] })),
  );

const run = (points: readonly Judgeable[], length: number): RuleBreak[] =>
  directions.flatMap((direction) =>
    stretches(points, ({ value, limits }) => beyond(direction, value, limits.middle))
      .filter((stretch) => stretch.length >= length)
      .map((stretch): RuleBreak => ({ rule: 'run', direction, points: stretch.map(({ index }) => index) })),
  );

/** Each point beyond the one before it: the first of a trend is the point that it starts from. */
function trend(points: readonly Judgeable[], length: number): RuleBreak[] {
  return directions.flatMap((direction) => {
    const found: RuleBreak[] = [];
    let open: Judgeable[] = [];
    const close = (): void => {
      if (open.length >= length) found.push({ rule: 'trend', direction, points: open.map(({ index }) => index) });
    };
    for (const point of points) {
      const before = open.at(-1);
      if (before !== undefined && before.index === point.index - 1 && beyond(direction, point.value, before.value)) open.push(point);
      else {
        close();
        open = [point];
      }
    }
    close();
    return found;
  });
}

/** In three neighbours, two or three beyond the same near line. Windows that share such points are one sign. */
function twoOfThree(points: readonly Judgeable[]): RuleBreak[] {
  return directions.flatMap((direction) => {
    const found: RuleBreak[] = [];
    for (let i = 2; i < points.length; i++) {
      const window = points.slice(i - 2, i + 1);
      if (window[2]!.index - window[0]!.index !== 2) continue;
      const near = window
        .filter(({ value, limits }) => beyond(direction, value, direction === 'up' ? limits.nearUpper : limits.nearLower))
        .map(({ index }) => index);
      if (near.length < 2) continue;
      const last = found.at(-1);
      if (last?.points.includes(near[0]!)) last.points = [...new Set([...last.points, ...near])];
      else found.push({ rule: 'two-of-three', direction, points: near });
    }
    return found;
  });
}

/** All signs among points of one phase, oldest first. Costs a few passes over the points. */
export function brokenRules(points: readonly Judgeable[], lengths: { run: number; trend: number }): RuleBreak[] {
  const found = [...outside(points), ...run(points, lengths.run), ...trend(points, lengths.trend), ...twoOfThree(points)];
  return found.toSorted((a, b) => (a.points[0] ?? 0) - (b.points[0] ?? 0));
}
