// The space-time scan at the size of a state: 2,000 places, 90 days.
import { spaceTimeScan } from '../../src/methods/scan/space-time-scan.ts';
import { seededRandom } from '../../src/methods/statistics/random-counts.ts';

export function scanOfAState(places: number, days: number, cases: number, repetitions: number): void {
  const random = seededRandom(2026);
  const data = {
    places: Array.from({ length: places }, () => ({ x: random() * 300, y: random() * 300 })),
    population: Array.from({ length: places }, () => 500 + Math.floor(random() * 5000)),
    cases: Array.from({ length: cases }, () => ({ place: Math.floor(random() * places), day: Math.floor(random() * days) })),
    days,
  };
  console.log(`${places} places, ${days} days, ${cases} cases; seconds for ${repetitions} repetitions`);
  for (const model of ['poisson', 'permutation'] as const)
    for (const shareMax of [0.1, 0.5]) {
      const start = performance.now();
      const found = spaceTimeScan(data, { model, shareMax, repetitions }, random);
      const seconds = (performance.now() - start) / 1000;
      const p = found.ok ? (found.value.clusters[0]?.p ?? 1) : Number.NaN;
      console.log(`${model.padEnd(12)} circles up to ${100 * shareMax} %: ${seconds.toFixed(1).padStart(6)} s   (p ${p.toFixed(3)})`);
    }
}
