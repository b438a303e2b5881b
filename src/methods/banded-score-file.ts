// Reads a banded score from its knowledge file and refuses one that could mislead: a gap or an overlap between bands, a
// scale that cannot be chosen, no version, no source. Every finding is told at once, in words for the file's author.
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import { type BandedScore, inSteps } from './banded-score.ts';

type Json = Record<string, unknown>;
type Say = (where: string, message: string) => void;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const objects = (value: unknown): Json[] => list(value).filter(isObject);

/** A parsed JSON file → the score, or everything that is wrong with it (first finding as the problem, the rest in `also`). */
export function readBandedScore(json: unknown): Result<BandedScore> {
  const findings: Problem[] = [];
  const say: Say = (where, message) => findings.push({ kind: 'invalid', message, where });
  if (!isObject(json) || json['kind'] !== 'banded-score')
    return fail('invalid', "This is no banded score: kind must be 'banded-score'.", 'kind');
  checkHead(json, say);
  const inputs = objects(json['inputs']);
  if (inputs.length === 0 || inputs.length !== list(json['inputs']).length) say('inputs', 'Give at least one input, each as an object.');
  const names = new Map<string, Json>();
  const sources = new Map<string, string>();
  for (const [i, input] of inputs.entries()) {
    const name = input['name'];
    if (!isText(name)) {
      say(`inputs[${i}].name`, 'The input needs a name.');
      continue;
    }
    if (names.has(name)) say(`inputs[${i}].name`, `The name ${name} is given twice.`);
    names.set(name, input);
    checkInput(input, name, json['lookBackHours'], say);
    for (const source of objects(input['sources'])) {
      const key = `${source['system']}|${source['code']}`;
      if (sources.has(key)) say(name, `The code ${key} is already a source of ${sources.get(key)}.`);
      sources.set(key, name);
    }
  }
  for (const [name, input] of names) checkConditions(input, name, names, say);
  checkLevels(objects(json['levels']), say);
  const [first, ...also] = findings;
  if (first === undefined) return ok(json as Json & BandedScore);
  return { ok: false, problem: also.length > 0 ? { ...first, also } : first };
}

function checkHead(json: Json, say: Say): void {
  for (const key of ['name', 'title', 'version', 'reviewer', 'source', 'licence']) {
    if (!isText(json[key])) say(key, `A score states its ${key}.`);
  }
  if (!['draft', 'active', 'retired'].includes(String(json['status']))) say('status', 'status is draft, active or retired.');
  checkCode(json['code'], 'code', say);
  const population = json['population'];
  if (!isObject(population) || !isText(population['limits'])) say('population.limits', 'Say in words for whom the score is not meant.');
  if (!isNumber(json['lookBackHours']) || json['lookBackHours'] <= 0) say('lookBackHours', 'lookBackHours is a number above 0.');
}

function checkCode(code: unknown, where: string, say: Say): void {
  if (!isObject(code) || !isText(code['system']) || !isText(code['code'])) say(where, 'A code needs system and code.');
}

function checkInput(input: Json, name: string, lookBackHours: unknown, say: Say): void {
  if (!isText(input['title'])) say(name, 'The input needs a title.');
  if (objects(input['sources']).length === 0) say(`${name}.sources`, 'Name at least one code under which the input is recorded.');
  for (const source of list(input['sources'])) checkCode(source, `${name}.sources`, say);
  const stale = input['staleAfterHours'];
  if (input['standing'] === true) {
    if (stale !== undefined) say(`${name}.staleAfterHours`, 'A standing input does not become stale.');
  } else if (!isNumber(stale) || stale <= 0) {
    say(`${name}.staleAfterHours`, 'Say after how many hours a reading is not used any more.');
  } else if (isNumber(lookBackHours) && stale > lookBackHours) {
    say(`${name}.staleAfterHours`, `Readings are looked for ${lookBackHours} h back only; raise lookBackHours.`);
  }
  if (input['kind'] === 'quantity') checkQuantity(input, name, say);
  else if (input['kind'] === 'choice') checkChoice(input, name, say);
  else say(`${name}.kind`, 'kind is quantity or choice.');
}

function checkQuantity(input: Json, name: string, say: Say): void {
  const units = objects(input['units']);
  if (units.length === 0 || !units.every((unit) => isText(unit['code']))) say(`${name}.units`, 'Name the unit (UCUM).');
  const { minus, times, over } = units[0] ?? {};
  if (minus !== undefined || times !== undefined || over !== undefined)
    say(`${name}.units[0]`, 'The first unit is the own one and has no conversion.');
  const possible = input['possible'];
  if (!isObject(possible) || !isNumber(possible['from']) || !isNumber(possible['to']) || possible['from'] >= possible['to']) {
    say(`${name}.possible`, 'Say which values are possible at all: from and to.');
  }
  const precision = input['precision'];
  if (!isNumber(precision) || precision <= 0 || precision > 1 || Math.abs(1 / precision - Math.round(1 / precision)) > 1e-9) {
    say(`${name}.precision`, 'precision is the step of the instrument: 1, 0.5, 0.1, 0.01 …');
    return;
  }
  const scales = objects(input['scales']);
  if (scales.length === 0) say(`${name}.scales`, 'Give the bands.');
  for (const [i, scale] of scales.entries()) {
    const where = scales.length > 1 ? `${name}.scales[${i}]` : name;
    checkBands(objects(scale['bands']), precision, where, say);
    const last = i === scales.length - 1;
    if (last === isObject(scale['when'])) {
      say(where, last ? 'The last scale must hold without a condition.' : 'A scale without a condition hides those after it.');
    }
  }
}

/** Bands in ascending order, the first open below, the last open above, each beginning one step after the one before. */
function checkBands(bands: Json[], precision: number, where: string, say: Say): void {
  if (bands.length === 0) {
    say(where, 'The scale has no bands.');
    return;
  }
  for (const [i, band] of bands.entries()) {
    checkBand(band, precision, `${where}.bands[${i}]`, say);
    if (i === 0 && band['from'] !== undefined) say(where, 'The first band must be open below.');
    if (i === bands.length - 1 && band['to'] !== undefined) say(where, 'The last band must be open above.');
    if (i > 0) checkNeighbours(bands[i - 1]?.['to'], band['from'], precision, `${where}.bands[${i}]`, say);
  }
}

function checkBand(band: Json, precision: number, where: string, say: Say): void {
  const { from, to, points } = band;
  if (!isCount(points)) say(where, 'points is a whole number, 0 or more.');
  for (const edge of [from, to]) {
    if (edge === undefined) continue;
    if (!isNumber(edge)) say(where, 'from and to are numbers.');
    else if (Math.abs(edge / precision - inSteps(edge, precision)) > 1e-6) say(where, `${edge} is finer than the precision ${precision}.`);
  }
  if (isNumber(from) && isNumber(to) && from > to) say(where, `from ${from} is above to ${to}.`);
}

function checkNeighbours(end: unknown, start: unknown, precision: number, where: string, say: Say): void {
  if (!isNumber(end) || !isNumber(start)) {
    say(where, 'Only the ends may be open: give from here and to in the band before.');
    return;
  }
  const steps = inSteps(start, precision) - inSteps(end, precision);
  if (steps > 1) say(where, `There is a gap between ${end} and ${start}.`);
  if (steps < 1) say(where, `Bands overlap: one ends at ${end}, the next begins at ${start}.`);
}

function checkChoice(input: Json, name: string, say: Say): void {
  const choices = objects(input['choices']);
  const values = choices.map((choice) => choice['value']);
  if (choices.length < 2 || !values.every(isText) || new Set(values).size !== values.length) {
    say(`${name}.choices`, 'Give at least two choices, each with its own value.');
  }
  const meant = new Map<string, unknown>();
  for (const choice of choices) {
    const points = choice['points'];
    if (input['selects'] !== true && !isCount(points)) {
      say(`${name}.choices`, `Say how many points '${choice['value']}' has.`);
    }
    for (const word of list(choice['words'])) {
      if (meant.has(String(word))) say(`${name}.choices`, `'${word}' stands for two choices.`);
      meant.set(String(word), choice['value']);
    }
  }
  const otherwise = input['otherwise'];
  if (otherwise !== undefined) {
    if (input['standing'] !== true)
      say(`${name}.otherwise`, 'A measurement that is missing is missing: only a standing input has a default.');
    if (!isText(input['why'])) say(`${name}.why`, 'Say why this default is right.');
    if (!values.includes(otherwise)) say(`${name}.otherwise`, `'${otherwise}' is none of the choices.`);
  }
  for (const source of objects(input['sources'])) {
    const threshold = source['threshold'];
    if (threshold === undefined) continue;
    if (!isObject(threshold) || !isNumber(threshold['above']) || list(threshold['units']).length === 0) {
      say(`${name}.sources`, 'A threshold needs units and above.');
    } else if (!values.includes(threshold['then']) || !values.includes(threshold['otherwise'])) {
      say(`${name}.sources`, 'then and otherwise of a threshold are values of choices.');
    }
  }
}

function checkConditions(input: Json, name: string, names: Map<string, Json>, say: Say): void {
  for (const [i, scale] of objects(input['scales']).entries()) {
    if (!isObject(scale['when'])) continue;
    for (const [other, value] of Object.entries(scale['when'])) {
      const known = objects(names.get(other)?.['choices']).some((choice) => choice['value'] === value);
      if (!known) say(`${name}.scales[${i}].when`, `There is no choice input ${other} with the value '${value}'.`);
    }
  }
}

/** Levels by total must cover 0 upward without gap or overlap, in any order; the open one is the highest. */
function checkLevels(levels: Json[], say: Say): void {
  for (const [i, level] of levels.entries()) {
    const where = `levels[${i}]`;
    for (const key of ['name', 'response', 'interpretation']) if (!isText(level[key])) say(where, `The level needs ${key}.`);
    if (level['anyPart'] === undefined && !isNumber(level['from'])) say(where, 'A level holds from a total or by anyPart.');
  }
  const byTotal = levels.filter((level) => level['anyPart'] === undefined && isNumber(level['from']));
  byTotal.sort((a, b) => Number(a['from']) - Number(b['from']));
  let next = 0;
  for (const [i, level] of byTotal.entries()) {
    if (level['from'] !== next) say('levels', `Levels must follow each other: expected one from ${next}, found from ${level['from']}.`);
    next = Number(level['to']) + 1;
    const last = i === byTotal.length - 1;
    if (last !== (level['to'] === undefined))
      say('levels', last ? 'The highest level must be open above.' : 'Only the highest level is open above.');
  }
  if (byTotal.length === 0) say('levels', 'Say what the totals mean.');
}
