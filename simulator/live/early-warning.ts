// What the nurses of the simulated hospital count by hand: NEWS2 (Royal College of Physicians, 2017, chart 1) and how often it then asks
// for observations (chart 4). Counted apart from Lamplight's own module on purpose: the truth must not come from what is measured.
import type { Vitals } from '../body.ts';
import { hourMs } from '../calendar.ts';

type Bands = readonly (readonly [upTo: number, points: number])[];
const respirations: Bands = [
  [8, 3],
  [11, 1],
  [20, 0],
  [24, 2],
  [Infinity, 3],
];
const saturation: Bands = [
  [91, 3],
  [93, 2],
  [95, 1],
  [Infinity, 0],
];
const systolic: Bands = [
  [90, 3],
  [100, 2],
  [110, 1],
  [219, 0],
  [Infinity, 3],
];
const pulse: Bands = [
  [40, 3],
  [50, 1],
  [90, 0],
  [110, 1],
  [130, 2],
  [Infinity, 3],
];
const temperature: Bands = [
  [35, 3],
  [36, 1],
  [38, 0],
  [39, 1],
  [Infinity, 2],
];

const pointsOf = (bands: Bands, value: number): number => bands.find(([upTo]) => value <= upTo)?.[1] ?? 0;

/** Scale 2, for those who retain carbon dioxide; that too much oxygen also counts is left out. */
const saturation2: Bands = [
  [83, 3],
  [85, 2],
  [87, 1],
  [Infinity, 0],
];

export const scoreOf = (vitals: Vitals, hypercapnic = false): number =>
  pointsOf(respirations, Math.round(vitals.respirations)) +
  pointsOf(hypercapnic ? saturation2 : saturation, Math.round(vitals.saturation)) +
  (vitals.oxygen > 0 ? 2 : 0) +
  pointsOf(systolic, Math.round(vitals.systolic)) +
  pointsOf(pulse, Math.round(vitals.pulse)) +
  pointsOf(temperature, Math.round(vitals.temperature * 10) / 10) +
  (vitals.consciousness === 'A' ? 0 : 3);

/** Milliseconds to the next set of observations. */
export const nextSetMs = (score: number): number => (score >= 7 ? 0.5 : score >= 5 ? 1 : score >= 1 ? 5 : 11) * hourMs;
