// The circles that are looked at: about each place, its neighbours in the order of distance, as long as they hold no more than a share of all.
import type { Position } from './contract.ts';

export interface Circles {
  /** By place: its neighbours from itself outwards. */
  neighbours: Int32Array[];
  /** By place and neighbour: 1 where a circle may end there (the next one is farther away). */
  ends: Uint8Array[];
}

/** Coordinates in which straight distance orders as the real one does: on the globe the chord. */
function coordinatesOf(position: Position): [number, number, number] {
  if ('x' in position) return [position.x, position.y, 0];
  const latitude = (position.latitude * Math.PI) / 180;
  const longitude = (position.longitude * Math.PI) / 180;
  return [Math.cos(latitude) * Math.cos(longitude), Math.cos(latitude) * Math.sin(longitude), Math.sin(latitude)];
}

/** Distances that differ by rounding are the same. */
const same = 1e-12;

/** `weights` are what the share is of. */
export function circlesOf(places: readonly Position[], weights: readonly number[], shareMax: number): Circles {
  const points = places.map(coordinatesOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const neighbours: Int32Array[] = [];
  const ends: Uint8Array[] = [];
  const distances = new Float64Array(places.length);
  for (const [cx, cy, cz] of points) {
    for (const [i, [x, y, z]] of points.entries()) distances[i] = (x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2;
    const order = Int32Array.from(places.keys()).sort((a, b) => distances[a]! - distances[b]! || a - b);
    let length = 0;
    for (let weight = 0; length < order.length; length++) {
      weight += weights[order[length]!] ?? 0;
      if (weight > shareMax * total) break;
    }
    const apart = (i: number): boolean => i + 1 >= order.length || distances[order[i + 1]!]! > distances[order[i]!]! * (1 + same) + 1e-300;
    ends.push(Uint8Array.from({ length }, (_, i) => Number(apart(i))));
    neighbours.push(order.slice(0, length));
  }
  return { neighbours, ends };
}
