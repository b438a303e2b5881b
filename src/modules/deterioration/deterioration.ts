// Is this patient deteriorating? Keeps the early warning scores of knowledge/deterioration in the record: whenever a vital
// sign arrives, is corrected or is taken away, the scores that rest on it, or should, are made again.
//
// The final scores do not depend on the order in which vital signs arrive. A late one remakes the score of its own moment
// and the later ones within the look-back time. In ordinary traffic a change costs one search and two reads by id.
import type { Encounter, Observation, Patient, Resource } from '../../fhir/generated/types.ts';
import type { BandedScore } from '../../methods/banded-score.ts';
import type { Chart, Conclusion, Module, ModuleChange } from '../contract.ts';
import { effectiveMs, isInputOf, type Reading, readingsOf } from './readings.ts';
import { dependsOnStanding, scoreAt } from './score-at.ts';
import { notApplicable, retracted, scoreId, scoreObservation, timeUnknown } from './score-observation.ts';
import { derivedFrom, observationsAround, standingDecisions } from './vital-signs-window.ts';

const hourMs = 3_600_000;

/** The module over the given scores; only active ones are computed. Knowledge comes in checked (`readBandedScore`). */
export function deterioration(knowledge: readonly BandedScore[]): Module {
  const scores = knowledge.filter((score) => score.status === 'active');
  return {
    name: 'deterioration',
    question: 'Is this patient deteriorating?',
    watches: ['Observation'],
    emits: ['Observation'],
    byPatient: true,
    sameAs: (change) => momentOf(scores, change),
    follow: (change, chart) => follow(scores, change, chart),
  };
}

/** New vital signs of one patient and moment: whichever comes last sees them all. What moves or goes away is looked at by itself. */
function momentOf(scores: readonly BandedScore[], { operation, version, after }: ModuleChange): string | undefined {
  if (operation !== 'create' || version !== 1 || after?.resourceType !== 'Observation') return undefined;
  if (!scores.some((score) => isInputOf(score, after)) || scores.some((score) => isScore(score, after))) return undefined;
  const patient = patientOf(after);
  const atMs = effectiveMs(after);
  return patient === undefined || atMs === undefined ? undefined : `${patient} ${atMs}`;
}

async function follow(scores: readonly BandedScore[], change: ModuleChange, chart: Chart): Promise<Conclusion[]> {
  if (change.type !== 'Observation') return [];
  const after = change.after?.resourceType === 'Observation' ? change.after : undefined;
  if (after && scores.some((score) => isScore(score, after))) return [];
  // What a new Observation was before is no question; a corrected or deleted one may have moved away from its old scores.
  const before = change.version > 1 || change.operation === 'delete' ? await derivedFrom(chart, change.id) : [];
  const conclusions = new Map<string, Conclusion>();
  for (const score of scores) {
    const places: { patient: string; atMs: number }[] = [];
    const add = (observation: Observation) => {
      const patient = patientOf(observation);
      const atMs = effectiveMs(observation);
      if (patient !== undefined && atMs !== undefined && !places.some((p) => p.patient === patient && p.atMs === atMs)) {
        places.push({ patient, atMs });
      }
    };
    before.filter((observation) => isScore(score, observation)).forEach(add);
    if (after && isInputOf(score, after)) {
      add(after);
      const patient = patientOf(after);
      if (patient !== undefined && effectiveMs(after) === undefined && after.status !== 'entered-in-error') {
        const said = timeUnknown(score, patient, after);
        conclusions.set(said.id ?? '', { resource: said, basis: [`Observation/${change.id}`], knowledge: versionOf(score) });
      }
    }
    for (const place of places) {
      for (const conclusion of await remake(score, place.patient, place.atMs, change.id, chart)) {
        conclusions.set(conclusion.resource.id ?? '', conclusion);
      }
    }
  }
  return [...conclusions.values()];
}

const versionOf = (score: BandedScore): string => `${score.name} ${score.version}`;

const isScore = (score: BandedScore, observation: Observation): boolean =>
  observation.code.coding?.some((c) => c.system === score.code.system && c.code === score.code.code) ?? false;

/** `Patient/id` of a relative reference, with a version dropped. */
const patientOf = (observation: Observation): string | undefined =>
  /^Patient\/[A-Za-z0-9.-]{1,64}(?=$|\/_history\/)/.exec(observation.subject?.reference ?? '')?.[0];

/** Makes the score at `atMs` and those after it that can see a reading of `atMs`. */
async function remake(score: BandedScore, patient: string, atMs: number, changed: string, chart: Chart): Promise<Conclusion[]> {
  const lookBackMs = score.lookBackHours * hourMs;
  const [observations, birthDate] = await Promise.all([
    observationsAround(chart, patient, score, atMs, lookBackMs),
    birthDateOf(chart, patient),
  ]);
  const readings = observations.flatMap((observation) => (isScore(score, observation) ? [] : readingsOf(score, observation)));
  const existing = new Map(observations.filter((o) => isScore(score, o)).map((o) => [o.id ?? '', o]));
  const momentsMs = new Set([atMs]);
  for (const reading of readings) {
    if (!reading.input.standing && reading.atMs > atMs && reading.atMs <= atMs + lookBackMs) momentsMs.add(reading.atMs);
  }
  const context: Context = { score, patient, birthDate, readings, chart, encounters: new Map() };
  const conclusions: Conclusion[] = [];
  for (const momentMs of momentsMs) {
    const now = existing.get(scoreId(score, patient, momentMs));
    const conclusion = await concludeAt(context, momentMs, now, changed);
    if (conclusion && !(now && sameContent(now, conclusion.resource))) conclusions.push(conclusion);
  }
  return conclusions;
}

interface Context {
  score: BandedScore;
  patient: string;
  birthDate: string | undefined;
  readings: Reading[];
  chart: Chart;
  encounters: Map<string, Promise<boolean>>;
  standing?: Reading[];
}

async function concludeAt(context: Context, atMs: number, now: Observation | undefined, changed: string): Promise<Conclusion | undefined> {
  const { score, patient, birthDate, chart } = context;
  const knowledge = versionOf(score);
  const taken = context.readings.filter((reading) => reading.atMs === atMs && !reading.input.standing);
  if (taken.length === 0) {
    const standing = now !== undefined && now.status !== 'entered-in-error';
    return standing ? { resource: retracted(now), basis: [`Observation/${changed}`], knowledge } : undefined;
  }
  const birthday = firstBirthdayOf(birthDate, score.population.minimumAgeYears);
  if (birthday !== undefined && atMs < Date.parse(birthday)) {
    const said = notApplicable(score, patient, birthday);
    const there = await chart.read('Observation', said.id ?? '');
    return there.ok ? undefined : { resource: said, basis: [patient], knowledge };
  }
  if (!(await inSetting(context, taken))) return undefined;

  let at = scoreAt(score, context.readings, atMs);
  if (dependsOnStanding(score, at)) {
    context.standing ??= await allStanding(context);
    at = scoreAt(score, [...context.readings, ...context.standing], atMs);
  }
  const remarks = birthDate === undefined && score.population.minimumAgeYears ? ['The age is not recorded.'] : [];
  const resource = scoreObservation(score, patient, at, remarks);
  return { resource, basis: (resource.derivedFrom ?? []).map((reference) => reference.reference ?? ''), knowledge };
}

async function birthDateOf(chart: Chart, patient: string): Promise<string | undefined> {
  const found = await chart.read('Patient', patient.slice('Patient/'.length));
  return found.ok ? (found.value as Patient).birthDate : undefined;
}

/**
 * The earliest day on which the patient may be old enough: a birth date known to the year or month counts from its first
 * day, and who is born on 29 February comes of age on 1 March of a common year.
 */
function firstBirthdayOf(birthDate: string | undefined, years: number | undefined): string | undefined {
  const [year, month = '01', day = '01'] = (birthDate ?? '').split('-');
  if (!year || years === undefined) return undefined;
  return new Date(Date.UTC(Number(year) + years, Number(month) - 1, Number(day))).toISOString().slice(0, 10);
}

/** Scores are for the ward and the emergency room: a pressure taken at a routine visit asks for none. Without an encounter: scored. */
async function inSetting(context: Context, taken: Reading[]): Promise<boolean> {
  const classes = context.score.population.encounterClasses;
  if (classes === undefined) return true;
  const answers = taken.map(({ encounter }) => {
    if (!encounter?.startsWith('Encounter/')) return Promise.resolve(true);
    const known = context.encounters.get(encounter);
    if (known) return known;
    const asked = context.chart
      .read('Encounter', encounter.split('/')[1] ?? '')
      .then((found) => !found.ok || classes.includes((found.value as Encounter).class?.code ?? classes[0] ?? ''));
    context.encounters.set(encounter, asked);
    return asked;
  });
  return (await Promise.all(answers)).some((inside) => inside);
}

async function allStanding({ score, patient, chart }: Context): Promise<Reading[]> {
  const sources = score.inputs.filter((input) => input.standing).flatMap((input) => input.sources);
  const decisions = await standingDecisions(chart, patient, sources);
  return decisions.flatMap((decision) => readingsOf(score, decision));
}

/** Whether writing would change nothing. The panel of one moment arrives as several changes; one score is enough. */
function sameContent(existing: Observation, made: Resource): boolean {
  const { meta: _, ...rest } = existing;
  return JSON.stringify(rest) === JSON.stringify(made);
}
