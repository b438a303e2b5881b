// Where the lines of a ring cross themselves: such a polygon has no inside that all programs agree on. Lines that touch, or run along one
// another, are left alone. Pairs are looked for along longitude, so that a coast of a hundred thousand positions takes part of a second.
import type { Position } from './polygons.ts';

interface Line {
  at: number;
  from: Position;
  to: Position;
  west: number;
  east: number;
  south: number;
  north: number;
}

/** The numbers of the first positions of two lines that cross, of the ring as it came; undefined: none do. */
export function crossingIn(ring: readonly Position[]): readonly [number, number] | undefined {
  const lines: Line[] = [];
  for (let at = 0; at + 1 < ring.length; at++) {
    const [from, to] = [ring[at]!, ring[at + 1]!];
    const [west, east] = from[0] < to[0] ? [from[0], to[0]] : [to[0], from[0]];
    const [south, north] = from[1] < to[1] ? [from[1], to[1]] : [to[1], from[1]];
    lines.push({ at, from, to, west, east, south, north });
  }
  lines.sort((a, b) => a.west - b.west);
  let open: Line[] = [];
  for (const line of lines) {
    open = open.filter(({ east }) => east >= line.west);
    for (const other of open)
      if (other.north >= line.south && line.north >= other.south && cross(line, other))
        return line.at < other.at ? [line.at, other.at] : [other.at, line.at];
    open.push(line);
  }
  return undefined;
}

/** Each has its ends on both sides of the other. Nearer than a millimetre or so is on it, and no side. */
const cross = (a: Line, b: Line): boolean => apart(a, b) && apart(b, a);
const apart = ({ from, to }: Line, other: Line): boolean => side(from, to, other.from) * side(from, to, other.to) < 0;

const nearest = 1e-8;

function side([ax, ay]: Position, [bx, by]: Position, [x, y]: Position): number {
  const length = Math.hypot(bx - ax, by - ay);
  const distance = length === 0 ? 0 : ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length;
  return Math.abs(distance) < nearest ? 0 : distance;
}
