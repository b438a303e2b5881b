// Alerts over all syndromes and over each area, age band, sex and place: runs of alarms, the rarest first, with what was said of them before. A run in a
// part that goes with one over all is told as part of it, so that one event is one alert. "Once in" of a part is of any part of its kind: with ten areas,
// ten times as much is there by chance.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { runsOf, sameEvent } from '../../methods/alarm-runs/runs.ts';
import type { Caller } from '../../record/contract.ts';
import { type Facet, facets, type SurveillanceKnowledge, type VisitClass } from './contract.ts';
import { type Counts, noFilters, seriesKey } from './counts.ts';
import { judgeAll } from './judging.ts';
import { knownNotes, type Note } from './notes.ts';
import { seesRows, told } from './rights.ts';
import { knownSeries, lastComplete, pastDays } from './series.ts';
import { addDays, type NoteState, type Wish } from './wish.ts';

/** The same event in an area, an age band, a sex or a place. */
export interface Part {
  facet: Facet;
  value: string;
  first: string;
  last: string;
  observed: number | null;
  expected: number | null;
  recurrenceDays: number | null;
}

export interface Alert extends Part {
  id: string;
  syndrome: string;
  title: string;
  class: VisitClass;
  /** Where an alert over all is high, too. */
  parts: Part[];
  /** It goes on: its last alarm is on the newest complete day, or in the two before. */
  open: boolean;
  state: NoteState;
  notes: Note[];
}

export interface Alerts {
  alerts: Alert[];
  /** Series that were looked at, and in how many days. */
  series: number;
  days: number;
  /** Alarms that are less rare than this are left out. */
  least: number;
  method: string;
  /** Judged by the share of all visits. */
  share: boolean;
  step: 'day' | 'week';
  instead?: string;
  at: string;
  position: string;
  cut?: string;
}

export interface AlertsParts {
  counts: Counts;
  knowledge: SurveillanceKnowledge;
  notes: readonly Note[];
}

/** Days back that are looked at. */
const daysBack = 28;
/** Each kind of series (a syndrome over all, by area, by age …) may alarm by chance so seldom that all kinds together do once in so many days. */
const chanceDays = 7;
/** Parts with fewer cases in all are no series. */
const casesLeast = 5;
const alertsMost = 200;

export async function alertsOf(
  { counts, knowledge, notes }: AlertsParts,
  caller: Caller,
  wish: Wish,
  today: string,
): Promise<Result<Alerts>> {
  if (wish.method === 'glrnb')
    return fail('too-costly', 'glrnb takes too long over all series: ask it of one, and another method of all', 'method');
  const cube = await counts.cube(caller, { class: wish.class, from: addDays(wish.to, -pastDays), to: wish.to, filters: noFilters });
  if (!cube.ok) return cube;
  const until = lastComplete(wish.to, today);
  const rows = seesRows(caller);
  const alerts: Alert[] = [];
  const looked: { name: string; title: string; facet: Facet; value: string; from: string; counts: number[] }[] = [];
  for (const { name, title } of knowledge.syndromes) {
    let inAll = 0;
    for (const facet of facets)
      for (const value of cube.value.values[facet]) {
        const own = cube.value.series.get(seriesKey(name, facet, value));
        const cases = own?.reduce((sum, each) => sum + each, 0) ?? 0;
        if (facet === 'all') inAll = cases;
        // A part that is all of it is no part.
        if (cases < casesLeast || (facet !== 'all' && cases === inAll)) continue;
        looked.push({ name, title, facet, value, ...knownSeries(cube.value, name, facet, value, until) });
      }
  }
  // All visits of the same people, as often as there are syndromes of them.
  const totals = new Map<string, number[]>();
  const totalsOf = (facet: Facet, value: string): { totals?: number[] } => {
    if (!wish.share) return {};
    const key = seriesKey('', facet, value);
    const known = totals.get(key) ?? knownSeries(cube.value, '', facet, value, until).counts;
    totals.set(key, known);
    return { totals: known };
  };
  const judged = await judgeAll(
    looked.map(({ counts: own, facet, value }) => ({
      counts: own,
      options: { method: wish.method, days: daysBack, ...totalsOf(facet, value) },
    })),
  );
  if (!judged.ok) return judged;
  const least = chanceDays * new Set(looked.map(({ name, facet }) => `${name} ${facet}`)).size;
  for (const [at, { name, title, facet, value, from }] of looked.entries())
    for (const run of runsOf(judged.value[at]!.steps)) {
      const recurrenceDays = run.recurrenceDays === null ? null : run.recurrenceDays / cube.value.values[facet].length;
      if (recurrenceDays !== null && recurrenceDays < least) continue;
      const days = { first: addDays(from, run.first), last: addDays(from, run.last) };
      const key = { syndrome: name, class: wish.class, facet, value };
      const of = knownNotes(notes, key).filter((note) => sameEvent(note, days));
      alerts.push({
        id: [name, wish.class, facet, value, days.first].join('~'),
        ...key,
        title,
        ...days,
        observed: told(run.observed, facet === 'all' || rows),
        expected: run.expected,
        recurrenceDays,
        parts: [],
        open: days.last >= addDays(until, -2),
        state: of[0]?.state ?? 'new',
        notes: of,
      });
    }
  const last = judged.value.at(-1);
  const events = joined(alerts);
  events.sort((a, b) => (b.recurrenceDays ?? 0) - (a.recurrenceDays ?? 0) || (a.id < b.id ? -1 : 1));
  return ok({
    alerts: events.slice(0, alertsMost),
    series: looked.length,
    days: daysBack,
    least,
    method: last?.method ?? wish.method,
    share: wish.share,
    step: last?.step ?? 'day',
    ...(last?.instead === undefined ? {} : { instead: last.instead }),
    at: cube.value.at,
    position: cube.value.position,
    ...(cube.value.cut === undefined ? {} : { cut: cube.value.cut }),
  });
}

/** Parts go to the alert over all of their syndrome whose days they share. */
function joined(alerts: readonly Alert[]): Alert[] {
  const over = alerts.filter(({ facet }) => facet === 'all');
  const alone: Alert[] = [];
  for (const alert of alerts) {
    if (alert.facet === 'all') continue;
    const whole = over.find((each) => each.syndrome === alert.syndrome && sameEvent(each, alert));
    const { facet, value, first, last, observed, expected, recurrenceDays } = alert;
    // What somebody has looked into by itself stays by itself.
    if (whole === undefined || alert.notes.length > 0) alone.push(alert);
    else whole.parts.push({ facet, value, first, last, observed, expected, recurrenceDays });
  }
  return [...over, ...alone];
}
