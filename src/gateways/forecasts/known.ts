// What forecasts rest on, kept for some seconds for all who may see the same rows, and every answer made of it with it.
import { ok, type Result } from '../../fhir/result.ts';
import { daySeries, median } from '../../methods/arrivals/day-series.ts';
import type { HospitalFacts, HoursAhead } from '../../methods/beds/contract.ts';
import type { Caller } from '../../record/contract.ts';
import type { Tables } from '../../warehouse/contract.ts';
import { hoursAheadIn, instantOf, wallHours } from './clock.ts';
import { hoursAhead } from './compute.ts';
import { readFacts } from './facts.ts';

export interface Known {
  facts: HospitalFacts;
  ahead: HoursAhead;
  /** The moment it is of, and the position of the feed that the tables had. */
  asOf: string;
  position: string | null;
  /** Said where it is not of now. */
  notes: string[];
  /** Answers made of it, by their question. */
  answers: Map<string, Promise<Result<unknown>>>;
}

const keptMs = 10_000;
/** While nothing new is in the tables; the hours ahead move on all the same. */
const unchangedMs = 60_000;
const keptMost = 20;
/** Silence of so many hours is one of the feed, where so many come a day. */
const silentHours = 36;
const dailyLeast = 8;

export interface KnownParts {
  tables: Tables;
  timeZone: string;
  now(): Date;
}

/** Whoever is decided upon alike shares what was read. */
const sightOf = ({ person: { role, organisations, patients, restrictions }, purpose }: Caller): string =>
  JSON.stringify([role, organisations ?? null, patients ?? null, restrictions ?? null, purpose]);

export function openKnown(parts: KnownParts): (caller: Caller) => Promise<Result<Known>> {
  const kept = new Map<string, { at: number; known: Promise<Result<Known>> }>();
  return async (caller) => {
    const sight = sightOf(caller);
    const now = parts.now();
    const found = kept.get(sight);
    if (found !== undefined) {
      const age = now.getTime() - found.at;
      if (age < keptMs) return found.known;
      const before = await found.known.catch(() => undefined);
      if (age < unchangedMs && before?.ok === true && before.value.position === (await positionOf(parts.tables))) return found.known;
    }
    const known = readKnown(parts, caller, now);
    kept.delete(sight);
    kept.set(sight, { at: now.getTime(), known });
    if (kept.size > keptMost) kept.delete(kept.keys().next().value!);
    // A refusal is not kept: the next one may be let in.
    const answer = await known.catch((error: unknown) => {
      kept.delete(sight);
      throw error;
    });
    if (!answer.ok) kept.delete(sight);
    return answer;
  };
}

async function positionOf(tables: Tables): Promise<string | null> {
  const freshness = await tables.freshness();
  return freshness === undefined ? null : String(freshness.position);
}

async function readKnown({ tables, timeZone }: KnownParts, caller: Caller, now: Date): Promise<Result<Known>> {
  const position = await positionOf(tables);
  const read = (at: Date): Promise<Result<HospitalFacts>> => readFacts(tables, caller, timeZone, at, wallHours(timeZone, at.getTime()));
  let asOf = now;
  let facts = await read(asOf);
  if (!facts.ok) return facts;
  const notes: string[] = [];
  const last = facts.value.arrivals.hour.at(-1);
  if (last !== undefined && facts.value.now - last > silentHours) {
    const end = Math.floor(last / 24) * 24 + 24;
    if (median(daySeries(facts.value.arrivals, end).values) >= dailyLeast) {
      const silence = new Date(instantOf(timeZone, last + 1));
      notes.push(
        `The newest arrival in the record is of ${silence.toISOString().slice(0, 16)}Z, where several a day are usual: forecasts begin there and not now. Is the feed running?`,
      );
      asOf = silence;
      facts = await read(asOf);
      if (!facts.ok) return facts;
    }
  }
  return ok({
    facts: facts.value,
    ahead: hoursAheadIn(timeZone, asOf.getTime(), hoursAhead),
    asOf: asOf.toISOString(),
    position,
    notes,
    answers: new Map(),
  });
}

const answersMost = 40;

/** One answer to a question, for all who ask it of the same facts. */
export async function answered<T>({ answers }: Known, question: string, make: () => Promise<Result<T>>): Promise<Result<T>> {
  const found = answers.get(question) as Promise<Result<T>> | undefined;
  if (found !== undefined) return found;
  const made = make();
  answers.set(question, made);
  if (answers.size > answersMost) answers.delete(answers.keys().next().value!);
  const answer = await made;
  if (!answer.ok) answers.delete(question);
  return answer;
}
