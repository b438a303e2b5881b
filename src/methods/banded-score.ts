// Scores that add points by bands of measured values (NEWS2, MEWS, qSOFA …). The score itself is data: one file under
// knowledge/, read by `banded-score-file.ts`. Here is only the arithmetic, exact on every boundary.
//
// Published bands leave gaps (38.0 | 38.1), so a value is rounded to the instrument's precision before it is compared.
// What is missing is named and never guessed; a total is given only when every part is there.

/** From `from` to `to`, both included, in the input's unit and precision. Absent: open. */
export interface Band {
  from?: number;
  to?: number;
  points: number;
}

/** The bands that hold when the named choice inputs have the given values; without `when`, always. The first that holds is used. */
export interface Scale {
  name?: string;
  when?: Record<string, string>;
  bands: Band[];
}

export interface CodeRef {
  system: string;
  code: string;
  display?: string;
}

/** A unit that is accepted: value in the input's unit = (value − minus) × times ÷ over. The first of an input is its own unit. */
export interface UnitRule {
  code: string;
  /** Other spellings that mean the same. */
  also?: string[];
  minus?: number;
  times?: number;
  over?: number;
}

/** Turns a measured amount into a choice, for example an oxygen flow above 0 L/min into 'oxygen'. */
export interface Threshold {
  units: string[];
  above: number;
  then: string;
  otherwise: string;
}

interface InputCommon {
  name: string;
  title: string;
  /** Codes under which the input is recorded, as a value of its own or as a component. */
  sources: (CodeRef & { threshold?: Threshold })[];
  /** Codes of panels that carry a source as a component, for finding them. */
  panels?: CodeRef[];
  /** Older readings are not used. Absent for a standing input. */
  staleAfterHours?: number;
  /** Holds until it is changed: a decision rather than a measurement. */
  standing?: boolean;
  /** Why the odd rules of this input are as they are. */
  why?: string;
}

export interface QuantityInput extends InputCommon {
  kind: 'quantity';
  /** Step of the instrument, in the unit: 1, 0.1 … */
  precision: number;
  /** A value outside is a recording error and is not used. */
  possible: { from: number; to: number };
  units: [UnitRule, ...UnitRule[]];
  scales: Scale[];
}

export interface ChoiceInput extends InputCommon {
  kind: 'choice';
  choices: { value: string; points?: number; codes?: CodeRef[]; words?: string[] }[];
  /** Only selects a scale and gives no points. */
  selects?: boolean;
  /** What holds where nothing is recorded. Allowed for a standing input only. */
  otherwise?: string;
}

export type ScoreInput = QuantityInput | ChoiceInput;

/** What a total means. Levels are tried in order, the first that holds is the answer. */
export interface Level {
  name: string;
  from?: number;
  to?: number;
  /** Holds when any single part has at least so many points. */
  anyPart?: number;
  /** Code of http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation. */
  interpretation: string;
  response: string;
}

export interface BandedScore {
  kind: 'banded-score';
  name: string;
  title: string;
  version: string;
  status: 'draft' | 'active' | 'retired';
  reviewer: string;
  source: string;
  licence: string;
  code: CodeRef;
  population: { minimumAgeYears?: number; encounterClasses?: string[]; limits: string };
  /** How far back readings are looked for, to say since when one is missing. At least the longest staleness. */
  lookBackHours: number;
  inputs: ScoreInput[];
  levels: Level[];
}

/** A quantity in the input's own unit, the value of a choice, or why there is none. */
export type InputValue = number | string | { missing: string };

export interface Part {
  input: ScoreInput;
  /** Rounded to the instrument's precision. */
  value: number | string;
  points: number;
  scale?: string;
}

export interface Missing {
  input: ScoreInput;
  why: string;
}

export interface ScoreResult {
  /** Absent when any part is missing. */
  total?: number;
  /** Sum of the parts that are there: the total is at least this. */
  atLeast: number;
  highestPart: number;
  parts: Part[];
  missing: Missing[];
  /** Of the total; with parts missing, the highest that is certain already (absent where even that says nothing). */
  level?: Level;
}

/** To the nearest step, halves upward. Decimal halves that binary cannot hold (38.05) count as halves. Answers in steps. */
export const inSteps = (value: number, precision: number): number => Math.floor(value / precision + 0.5 + 1e-9);

/** Scores what is given. Keys are input names; an absent key is a missing input. Never throws on odd values. */
export function scoreBands(score: BandedScore, values: Readonly<Record<string, InputValue | undefined>>): ScoreResult {
  const parts: Part[] = [];
  const missing: Missing[] = [];
  let atLeast = 0;
  let highestPart = 0;
  for (const input of score.inputs) {
    const part = input.kind === 'quantity' ? scoreQuantity(input, values, score) : scoreChoice(input, values[input.name]);
    if (part === undefined) continue;
    if ('why' in part) {
      missing.push(part);
      continue;
    }
    parts.push(part);
    atLeast += part.points;
    if (part.points > highestPart) highestPart = part.points;
  }
  const complete = missing.length === 0;
  const level = levelOf(score.levels, atLeast, highestPart, complete);
  return { total: complete ? atLeast : undefined, atLeast, highestPart, parts, missing, level };
}

function scoreQuantity(input: QuantityInput, values: Readonly<Record<string, InputValue | undefined>>, score: BandedScore): Part | Missing {
  const given = values[input.name];
  if (typeof given !== 'number' || !Number.isFinite(given)) return { input, why: whyMissing(given) };
  if (given < input.possible.from || given > input.possible.to) {
    return { input, why: `${given} ${input.units[0].code} is outside what is possible (${input.possible.from} to ${input.possible.to})` };
  }
  const scale = chooseScale(input, values, score);
  if (typeof scale === 'string') return { input, why: scale };
  const steps = inSteps(given, input.precision);
  for (const band of scale.bands) {
    if (band.from !== undefined && steps < inSteps(band.from, input.precision)) continue;
    if (band.to !== undefined && steps > inSteps(band.to, input.precision)) continue;
    // One division rather than a multiplication: 380 × 0.1 is not 38.
    const value = steps / Math.round(1 / input.precision);
    return { input, value, points: band.points, scale: scale.name };
  }
  return { input, why: `${given} ${input.units[0].code} lies in no band` };
}

/** The first scale whose conditions hold, or why none can be chosen. */
function chooseScale(input: QuantityInput, values: Readonly<Record<string, InputValue | undefined>>, score: BandedScore): Scale | string {
  for (const scale of input.scales) {
    if (scale.when === undefined) return scale;
    let holds = true;
    let unknown: string | undefined;
    for (const name in scale.when) {
      const value = choiceValue(score, name, values[name]);
      if (value === undefined) unknown = name;
      else if (value !== scale.when[name]) {
        holds = false;
        break;
      }
    }
    if (!holds) continue;
    if (unknown === undefined) return scale;
    return `the scale depends on ${titleOf(score, unknown).toLowerCase()}, which is missing`;
  }
  return 'no scale applies';
}

const titleOf = (score: BandedScore, name: string): string => score.inputs.find((input) => input.name === name)?.title ?? name;

function choiceValue(score: BandedScore, name: string, given: InputValue | undefined): string | undefined {
  if (typeof given === 'string') return given;
  const input = score.inputs.find((candidate) => candidate.name === name);
  return given === undefined && input?.kind === 'choice' ? input.otherwise : undefined;
}

function scoreChoice(input: ChoiceInput, given: InputValue | undefined): Part | Missing | undefined {
  const value = given === undefined ? input.otherwise : given;
  if (typeof value !== 'string') return { input, why: whyMissing(value) };
  const choice = input.choices.find((candidate) => candidate.value === value);
  if (choice === undefined) return { input, why: `'${value}' is none of ${input.choices.map((c) => c.value).join(', ')}` };
  return input.selects ? undefined : { input, value, points: choice.points ?? 0 };
}

function whyMissing(given: InputValue | undefined): string {
  if (given === undefined) return 'not recorded';
  return typeof given === 'object' ? given.missing : `'${given}' is not a usable value`;
}

/** With parts missing the total can only grow: a level counts when what is there reaches it, and the lowest says nothing. */
function levelOf(levels: Level[], total: number, highestPart: number, complete: boolean): Level | undefined {
  for (const level of levels) {
    const reached = level.anyPart !== undefined ? highestPart >= level.anyPart : total >= (level.from ?? 0);
    const inside = level.to === undefined || total <= level.to;
    if (reached && inside) return complete || level.anyPart !== undefined || (level.from ?? 0) > 0 ? level : undefined;
  }
  return undefined;
}
