// A score as an Observation (http://hl7.org/fhir/R4/observation.html): the total, each part as a component, what is
// missing with a reason, and what it means. Three outcomes: fine, alert, could not check.
import type { CodeableConcept, Observation, ObservationComponent, Quantity } from '../../fhir/generated/types.ts';
import type { BandedScore, Level, ScoreInput } from '../../methods/banded-score.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import { minute, type ScoreAt } from './score-at.ts';

const absentReasons = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';
const interpretations = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const survey = [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey' }] }];

/** The same for the same score of the same patient at the same moment, so that a replay replaces and never adds. */
export const scoreId = (score: BandedScore, patient: string, atMs: number | string): string =>
  namedUuid('deterioration', score.name, patient, atMs);

const instant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
const points = (value: number): Quantity => ({ value, unit: 'score', system: 'http://unitsofmeasure.org', code: '{score}' });
const absent = (code: string, text: string): CodeableConcept => ({ coding: [{ system: absentReasons, code }], text });
const scoreCode = (score: BandedScore): CodeableConcept => ({ coding: [{ ...score.code }], text: score.code.display });

export function scoreObservation(score: BandedScore, patient: string, at: ScoreAt, remarks: string[]): Observation {
  const { result, rests } = at;
  const readings = [...rests.values()].sort((a, b) => b.atMs - a.atMs);
  const encounter = readings.find((reading) => reading.encounter !== undefined)?.encounter;
  const complete = result.total !== undefined;
  const said = complete ? `${result.total}` : `at least ${result.atLeast}`;
  const why = complete ? undefined : `score not possible: ${reasons(at)}`;
  return {
    resourceType: 'Observation',
    id: scoreId(score, patient, at.atMs),
    status: readings.some((reading) => reading.preliminary) ? 'preliminary' : 'final',
    category: survey,
    code: scoreCode(score),
    subject: { reference: patient },
    ...(encounter ? { encounter: { reference: encounter } } : {}),
    effectiveDateTime: instant(at.atMs),
    ...(complete ? { valueQuantity: points(result.total ?? 0) } : { dataAbsentReason: absent('unknown', why ?? '') }),
    ...(result.level ? { interpretation: [interpretation(score, result.level, said)] } : {}),
    note: [{ text: [`${score.title} ${complete ? said : `${why}; ${said} from what is there`}. ${account(at)}`, ...remarks].join(' ') }],
    method: { text: `${score.name} ${score.version}` },
    derivedFrom: [...new Set(readings.map((reading) => reading.reference))].sort().map((reference) => ({ reference })),
    component: score.inputs.filter((input) => input.kind === 'quantity' || !input.selects).map((input) => component(score, input, at)),
  };
}

const interpretation = (score: BandedScore, level: Level, said: string): CodeableConcept => ({
  coding: [{ system: interpretations, code: level.interpretation }],
  text: `${level.name} (${score.title} ${said}). ${level.response}`,
});

/** 'respiration rate missing since 2026-11-22T08:00Z, longer than 4 h; temperature none recorded …' */
const reasons = (at: ScoreAt): string => at.result.missing.map((part) => `${part.input.title.toLowerCase()} ${part.why}`).join('; ');

/** Each part with its value, points and, where it is older than the score, its time. */
function account(at: ScoreAt): string {
  const parts = at.result.parts.map((part) => {
    const unit = part.input.kind === 'quantity' ? ` ${part.input.units[0].code}` : '';
    const takenMs = at.rests.get(part.input.name)?.atMs ?? at.atMs;
    const when = takenMs === at.atMs ? '' : ` at ${minute(takenMs)}`;
    const scale = part.scale ? `, ${part.scale}` : '';
    return `${part.input.title} ${part.value}${unit}${when}${scale}: ${part.points}.`;
  });
  return parts.join(' ');
}

function component(score: BandedScore, input: ScoreInput, at: ScoreAt): ObservationComponent {
  const code: CodeableConcept = {
    coding: [{ system: score.code.system, code: `${score.code.code}-${input.name}`, display: `${score.title} ${input.title}` }],
    text: input.title,
  };
  const part = at.result.parts.find((candidate) => candidate.input === input);
  if (part) return { code, valueQuantity: points(part.points) };
  const missing = at.result.missing.find((candidate) => candidate.input === input);
  const unusable = at.rests.has(input.name) && !missing?.why.startsWith('missing since');
  return { code, dataAbsentReason: absent(unusable ? 'error' : 'unknown', missing?.why ?? 'not recorded') };
}

/** Said once for a patient for whom the score is not made; always the same text, so that it is not written again. */
export function notApplicable(score: BandedScore, patient: string, birthday: string): Observation {
  const years = score.population.minimumAgeYears ?? 0;
  return {
    resourceType: 'Observation',
    id: scoreId(score, patient, 'not-applicable'),
    status: 'final',
    category: survey,
    code: scoreCode(score),
    subject: { reference: patient },
    effectivePeriod: { end: birthday },
    dataAbsentReason: absent(
      'not-applicable',
      `${score.title} is not made for patients under ${years} years; it is not scored before ${birthday}`,
    ),
    method: { text: `${score.name} ${score.version}` },
  };
}

/** A vital sign whose time is not known to the minute belongs to no score; this says so. */
export function timeUnknown(score: BandedScore, patient: string, vitalSign: Observation): Observation {
  const reference = `Observation/${vitalSign.id}`;
  return {
    resourceType: 'Observation',
    id: scoreId(score, patient, reference),
    status: 'final',
    category: survey,
    code: scoreCode(score),
    subject: { reference: patient },
    ...(vitalSign.encounter ? { encounter: vitalSign.encounter } : {}),
    ...(vitalSign.effectiveDateTime ? { effectiveDateTime: vitalSign.effectiveDateTime } : {}),
    dataAbsentReason: absent('unknown', `score not possible: the time of ${reference} is not known to the minute`),
    method: { text: `${score.name} ${score.version}` },
    derivedFrom: [{ reference }],
  };
}

/** The same score, withdrawn: nothing that it rested on is left. */
export function retracted(score: Observation): Observation {
  const { meta: _, ...rest } = score;
  return { ...rest, status: 'entered-in-error' };
}
