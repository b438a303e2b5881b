// The vital signs of one patient around one moment, and the scores that are already there: in ordinary traffic one search.
import type { Observation } from '../../fhir/generated/types.ts';
import type { BandedScore, CodeRef, ScoreInput } from '../../methods/banded-score.ts';
import type { Chart } from '../contract.ts';
import { effectiveMs, readingsOf } from './readings.ts';

/** Page that is asked for. A full one may be cut off, so the window is then halved. */
export const pageSize = 500;

const token = (code: CodeRef): string => `${code.system}|${code.code}`;

/** The `code` parameter that finds every measured input of these scores and the scores themselves. */
export function codesOf(scores: readonly BandedScore[]): string {
  const codes = new Set<string>();
  for (const score of scores) {
    codes.add(token(score.code));
    for (const input of score.inputs) for (const code of [...input.sources, ...(input.panels ?? [])]) codes.add(token(code));
  }
  return [...codes].join(',');
}

/**
 * Observations from `fromMs` to `toMs`, both included. Components inside an Observation with a foreign code are not found:
 * such panels are named in the score's file. Throws when the chart cannot be searched, so that the change is tried again.
 */
export async function observationsBetween(
  chart: Chart,
  patient: string,
  codes: string,
  fromMs: number,
  toMs: number,
): Promise<Observation[]> {
  // A second wider on both sides, as an instant without milliseconds stands for its whole second.
  const between = `date=ge${new Date(fromMs - 1000).toISOString()}&date=le${new Date(toMs + 1000).toISOString()}`;
  const found = await search(chart, `patient=${patient}&code=${codes}&${between}&_sort=-date&_count=${pageSize}`);
  if (found.length < pageSize || toMs - fromMs < 2000) return found;
  const middleMs = Math.floor((fromMs + toMs) / 2);
  const halves = [
    await observationsBetween(chart, patient, codes, fromMs, middleMs),
    await observationsBetween(chart, patient, codes, middleMs, toMs),
  ];
  return [...new Map(halves.flat().map((observation) => [observation.id, observation])).values()];
}

/** Observations that are enough for a ward round of days; a monitor fills such a page in minutes. */
export const shortPage = 60;

/**
 * What the scores at `atMs` and after it, up to `reachMs` away, can rest on: everything in the window where that is one short
 * page, otherwise the newest page and, for each input whose newest reading is not surely in it, a page of that input. More
 * than a page of readings of one input and one moment are no measurement: the first page of them counts.
 */
export async function observationsAround(
  chart: Chart,
  patient: string,
  score: BandedScore,
  atMs: number,
  reachMs: number,
): Promise<Observation[]> {
  const [fromMs, toMs] = [atMs - reachMs, atMs + reachMs];
  const newest = await newestBetween(chart, patient, codesOf([score]), fromMs, toMs);
  if (newest.length < shortPage) return newest;
  const times = newest.map((observation) => effectiveMs(observation) ?? Number.POSITIVE_INFINITY);
  const completeAfterMs = Math.min(...times);
  if (times.includes(Number.POSITIVE_INFINITY) || completeAfterMs > atMs) {
    return observationsBetween(chart, patient, codesOf([score]), fromMs, toMs);
  }
  const readings = newest.flatMap((observation) => readingsOf(score, observation));
  const surelyHere = (input: ScoreInput): boolean =>
    readings.some((reading) => reading.input.name === input.name && reading.atMs <= atMs && reading.atMs > completeAfterMs);
  const pages = await Promise.all([
    newestBetween(chart, patient, token(score.code), atMs, toMs),
    ...score.inputs
      .filter((input) => !input.standing && !surelyHere(input))
      .map((input) => newestBetween(chart, patient, [...input.sources, ...(input.panels ?? [])].map(token).join(','), fromMs, atMs)),
  ]);
  return [...new Map([newest, ...pages].flat().map((observation) => [observation.id, observation])).values()];
}

function newestBetween(chart: Chart, patient: string, codes: string, fromMs: number, toMs: number): Promise<Observation[]> {
  const between = `date=ge${new Date(fromMs - 1000).toISOString()}&date=le${new Date(toMs + 1000).toISOString()}`;
  return search(chart, `patient=${patient}&code=${codes}&${between}&_sort=-date&_count=${shortPage}`);
}

/** The newest decisions of a standing input, such as the SpO2 scale, at whatever time they were made. */
export function standingDecisions(chart: Chart, patient: string, sources: readonly CodeRef[]): Promise<Observation[]> {
  return search(chart, `patient=${patient}&code=${sources.map(token).join(',')}&_sort=-date&_count=50`);
}

/** Scores that rest on an Observation, to be looked at again when that is changed or taken away. */
export function derivedFrom(chart: Chart, id: string): Promise<Observation[]> {
  return search(chart, `derived-from=Observation/${id}&_count=${pageSize}`);
}

async function search(chart: Chart, query: string): Promise<Observation[]> {
  const found = await chart.search('Observation', query);
  if (!found.ok) throw new Error(`the chart could not be searched: ${found.problem.message}`);
  return found.value.filter((resource) => resource.resourceType === 'Observation');
}
