// One score at one moment: the newest reading of each input that is not stale, or since when there is none.
import { type BandedScore, type InputValue, type ScoreInput, type ScoreResult, scoreBands } from '../../methods/banded-score.ts';
import type { Reading } from './readings.ts';

const hourMs = 3_600_000;

export interface ScoreAt {
  atMs: number;
  result: ScoreResult;
  /** The reading that each input rests on, or, where the input is missing, the one that could not be used. By input name. */
  rests: Map<string, Reading>;
}

/** Minutes are enough on the ward: 2026-11-22T08:05Z. */
export const minute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;

/** `readings` may hold later ones and ones of other moments in any order. */
export function scoreAt(score: BandedScore, readings: readonly Reading[], atMs: number): ScoreAt {
  const values: Record<string, InputValue> = {};
  const rests = new Map<string, Reading>();
  const rivals: Reading[][] = [];
  for (const input of score.inputs) {
    const newest = newestOf(input, readings, atMs);
    const chosen = newest[0];
    if (chosen === undefined) {
      if (!input.standing) values[input.name] = { missing: `none recorded in the ${score.lookBackHours} h before` };
      continue;
    }
    const limitHours = input.staleAfterHours ?? Number.POSITIVE_INFINITY;
    if (!input.standing && atMs - chosen.atMs > score.lookBackHours * hourMs) {
      values[input.name] = { missing: `none recorded in the ${score.lookBackHours} h before` };
      continue;
    }
    rests.set(input.name, chosen);
    const stale = atMs - chosen.atMs > limitHours * hourMs;
    values[input.name] = stale ? { missing: `missing since ${minute(chosen.atMs)}, longer than ${limitHours} h` } : chosen.value;
    if (!stale && newest.length > 1) rivals.push(newest);
  }
  for (const readingsOfOneMoment of rivals) settle(score, values, rests, readingsOfOneMoment);
  return { atMs, result: scoreBands(score, values), rests };
}

/** All readings of the newest moment up to `atMs`; those with a usable value before those without, then by reference. */
function newestOf(input: ScoreInput, readings: readonly Reading[], atMs: number): Reading[] {
  let newestMs = Number.NEGATIVE_INFINITY;
  let newest: Reading[] = [];
  for (const reading of readings) {
    if (reading.input.name !== input.name || reading.atMs > atMs || reading.atMs < newestMs) continue;
    if (reading.atMs > newestMs) newest = [];
    newestMs = reading.atMs;
    newest.push(reading);
  }
  if (newest.length < 2) return newest;
  const rank = (reading: Reading) => (typeof reading.value === 'object' ? 1 : 0);
  return newest.sort((a, b) => rank(a) - rank(b) || (a.reference < b.reference ? -1 : 1));
}

/** Several readings of one moment that disagree: the one with more points counts, as overlooking is worse than looking twice. */
function settle(score: BandedScore, values: Record<string, InputValue>, rests: Map<string, Reading>, readings: Reading[]): void {
  let most = -1;
  for (const reading of readings) {
    if (typeof reading.value === 'object') continue;
    const name = reading.input.name;
    const part = scoreBands(score, { ...values, [name]: reading.value }).parts.find((candidate) => candidate.input.name === name);
    if (part === undefined || part.points <= most) continue;
    most = part.points;
    values[name] = reading.value;
    rests.set(name, reading);
  }
}

/** Whether the answer could be another one if a decision that was not found had been made. Spares a search where it could not. */
export function dependsOnStanding(score: BandedScore, at: ScoreAt): boolean {
  const undecided = score.inputs.filter((input) => input.standing && !at.rests.has(input.name));
  const values: Record<string, InputValue> = {};
  for (const part of at.result.parts) values[part.input.name] = part.value;
  for (const part of at.result.missing) values[part.input.name] = { missing: part.why };
  const points = (result: ScoreResult) => result.parts.map((part) => `${part.input.name}=${part.points}`).join();
  return undecided.some(
    (input) =>
      input.kind === 'choice' &&
      new Set(input.choices.map((choice) => points(scoreBands(score, { ...values, [input.name]: choice.value })))).size > 1,
  );
}
