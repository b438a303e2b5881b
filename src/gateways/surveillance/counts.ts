// Counts by day, classified once: what complaints and codes mean is worked out for each that is new, and the counts of all syndromes and facets are
// kept for some seconds, longer where nothing has changed, by what a person may see. Nobody is counted on each request.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Caller } from '../../record/contract.ts';
import { slices } from '../../record/slices.ts';
import type { Answer, AnswerCell, Parameters } from '../../warehouse/contract.ts';
import { type Facet, type Filters, filterNames, type SurveillanceParts, type VisitClass } from './contract.ts';
import { codesSql, complaintsSql, countsSql } from './sql.ts';
import { addDays, daysBetween } from './wish.ts';

export const noFilters: Filters = { area: '', age: '', sex: '', place: '' };

export interface Question {
  class: VisitClass;
  /** Local days, both included. */
  from: string;
  to: string;
  filters: Filters;
}

export interface Cube {
  from: string;
  to: string;
  /** By `syndrome`, `facet` and `value`: counts of each day. The syndrome '' is all visits. */
  series: Map<string, Uint32Array>;
  values: Record<Facet, string[]>;
  /** When it was counted, and up to which position of the feed. */
  at: string;
  position: string;
  /** Not everything could be counted. */
  cut?: string;
}

export const seriesKey = (syndrome: string, facet: Facet, value: string): string => `${syndrome}\0${facet}\0${value}`;

const freshMs = 15_000;
const unchangedMs = 600_000;
const heldMost = 40;
const complaintsMost = 200_000;
const limits = { memoryMegabytes: 1_024, timeMs: 60_000, rows: 500_000 };

interface Held {
  at: number;
  position: string;
  value: Promise<Result<Cube>>;
}

export class Counts {
  readonly #parts: SurveillanceParts;
  readonly #held = new Map<string, Held>();
  /** What a complaint is told by; the same for everybody. */
  readonly #complaints = new Map<string, readonly string[]>();

  constructor(parts: SurveillanceParts) {
    this.#parts = parts;
  }

  /** Local day of a moment. */
  dayOf(at: Date): string {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: this.#parts.timeZone }).format(at);
  }

  async cube(caller: Caller, question: Question): Promise<Result<Cube>> {
    const freshness = await this.#parts.tables.freshness();
    if (freshness === undefined) return fail('busy', 'The tables are not made yet: try again in a moment');
    const position = String(freshness.position);
    const now = this.#parts.now().getTime();
    const key = JSON.stringify([rightsOf(caller), question]);
    const held = this.#held.get(key);
    if (held !== undefined && (now - held.at < freshMs || (held.position === position && now - held.at < unchangedMs))) return held.value;
    const value = this.#count(caller, question, position);
    this.#held.delete(key);
    this.#held.set(key, { at: now, position, value });
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= heldMost) break;
      this.#held.delete(oldest);
    }
    const found = await value.catch((error: unknown) => {
      this.#held.delete(key);
      throw error;
    });
    if (!found.ok) this.#held.delete(key);
    return found;
  }

  async #count(caller: Caller, question: Question, position: string): Promise<Result<Cube>> {
    const found = await this.ask(caller, countsSql, question, 'surveillance-counts');
    if (!found.ok) return found;
    const days = daysBetween(question.from, question.to) + 1;
    const series = new Map<string, Uint32Array>();
    const values: Record<Facet, Set<string>> = { all: new Set(['']), area: new Set(), age: new Set(), sex: new Set(), place: new Set() };
    const rest = slices();
    for (const row of found.value.rows) {
      const [day, syndrome, facet, value, n] = row as [string, string, Facet, string, number];
      const at = daysBetween(question.from, day);
      if (at < 0 || at >= days) continue;
      values[facet].add(value);
      const key = seriesKey(syndrome, facet, value);
      const counts = series.get(key) ?? new Uint32Array(days);
      counts[at]! += n;
      series.set(key, counts);
      const pause = rest();
      if (pause !== undefined) await pause;
    }
    const sorted = Object.fromEntries(Object.entries(values).map(([facet, each]) => [facet, [...each].sort()])) as Cube['values'];
    return ok({
      from: question.from,
      to: question.to,
      series,
      values: sorted,
      at: this.#parts.now().toISOString(),
      position,
      ...(found.value.cut ? { cut: `More than ${limits.rows.toLocaleString('en')} counts: ask for fewer days` } : {}),
    });
  }

  /** One question with what complaints and codes mean. `summary`: counts, shown to whoever may search; without: rows of persons, by the right to export. */
  async ask(caller: Caller, sql: string, question: Question, summary: string | undefined, more: Parameters = {}): Promise<Result<Answer>> {
    const base = this.parameters(question);
    const once = async (): Promise<Result<Answer>> => {
      const meaning = await this.#meaning(caller, base);
      if (!meaning.ok) return meaning;
      return this.#parts.tables.ask(caller, sql, {
        detail: 'identified',
        parameters: usedIn(sql, { ...base, ...meaning.value, ...more }),
        limits,
        ...(summary === undefined ? {} : { summary }),
      });
    };
    const told = async (): Promise<bigint | undefined> => (await this.#parts.tables.freshness())?.position;
    const before = await told();
    const answer = await once();
    // What came in between was counted as a visit and meant nothing yet: while a hospital is loaded that may be all of it.
    return !answer.ok || (await told()) === before ? answer : once();
  }

  /** A day more on each side than the zone can shift; the counting is by local days. */
  parameters({ class: kind, from, to, filters }: Question): Record<string, string> {
    const filtered = Object.fromEntries(filterNames.map((name) => [name, filters[name]]));
    // A stay begins before what is told in it.
    const before = kind === 'IMP' || kind === 'all' ? 60 : 1;
    return {
      zone: this.#parts.timeZone,
      since: `${addDays(from, -before)}T00:00:00Z`,
      until: `${addDays(to, 2)}T00:00:00Z`,
      class: kind,
      ...filtered,
    };
  }

  async #meaning(caller: Caller, parameters: Parameters): Promise<Result<Parameters>> {
    const askFor = (sql: string, summary: string): Promise<Result<Answer>> =>
      this.#parts.tables.ask(caller, sql, {
        detail: 'identified',
        parameters: usedIn(sql, parameters),
        limits: { ...limits, rows: complaintsMost },
        summary,
      });
    const complaints = await askFor(complaintsSql, 'surveillance-complaints');
    const codes = await askFor(codesSql, 'surveillance-codes');
    if (!complaints.ok) return complaints;
    if (!codes.ok) return codes;
    const { classifier } = this.#parts.knowledge;
    const [texts, textNames, codeList, codeNames]: string[][] = [[], [], [], []];
    const rest = slices();
    for (const row of complaints.value.rows) {
      const text = wordsIn(row[0]);
      let told = this.#complaints.get(text);
      if (told === undefined) {
        told = [...classifier.byWords(text).keys()];
        if (this.#complaints.size > complaintsMost) this.#complaints.clear();
        this.#complaints.set(text, told);
      }
      for (const syndrome of told) {
        texts!.push(text);
        textNames!.push(syndrome);
      }
      const pause = rest();
      if (pause !== undefined) await pause;
    }
    for (const row of codes.value.rows)
      for (const syndrome of classifier.byCode(wordsIn(row[0]))) {
        codeList!.push(wordsIn(row[0]));
        codeNames!.push(syndrome);
      }
    const list = (each: string[] | undefined): string => JSON.stringify(each ?? []);
    return ok({ texts: list(texts), textNames: list(textNames), codes: list(codeList), codeNames: list(codeNames) });
  }
}

/** Those that the SQL names: DuckDB refuses others. */
export const usedIn = (sql: string, parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => new RegExp(`\\$${name}\\b`).test(sql)));

export const wordsIn = (cell: AnswerCell | undefined): string => (typeof cell === 'string' ? cell : '');
export const numberIn = (cell: AnswerCell | undefined): number => (typeof cell === 'number' ? cell : 0);

/** People of the same rights are shown the same counts. */
const rightsOf = ({ person, purpose }: Caller): unknown => [
  person.role,
  person.organisations ?? null,
  person.patients ?? null,
  person.restrictions ?? null,
  purpose,
];
