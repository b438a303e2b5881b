// Amounts in prescriptions: "5 mg/kg/day", "160 mg/5 mL", "1-2 tabs", "5/325 mg", "0.1 mcg/kg/min", "1,000 mg". What is
// read is what stands there, with its place, so that the rest of the text can still be read for other things.
import type { DoseUnit } from '../contract.ts';
import { plain } from './names.ts';

export interface AmountFound {
  from: number;
  to: number;
  /** Both the same where no range was written. */
  low: number;
  high: number;
  unit: DoseUnit | 'percent' | 'unit-of-form';
  /** `unit-of-form`: tablet, capsule, puff … as written. */
  form?: Form;
  per: { kg?: true; m2?: true; hour?: number; day?: number; dose?: true; volumeMl?: number; form?: Form };
  /** More numbers before one unit, as `5/325 mg`: one for each ingredient. */
  list?: number[];
}

export type Form =
  | 'tablet'
  | 'capsule'
  | 'puff'
  | 'patch'
  | 'drop'
  | 'spray'
  | 'suppository'
  | 'vial'
  | 'ampule'
  | 'application'
  | 'packet'
  | 'lozenge'
  | 'syringe'
  | 'film'
  | 'scoop'
  | 'neb'
  | 'pen'
  | 'device'
  | 'ring';

const masses: Record<string, number> = {
  kg: 1e6,
  g: 1000,
  gm: 1000,
  gms: 1000,
  gram: 1000,
  grams: 1000,
  gramme: 1000,
  mg: 1,
  mgs: 1,
  milligram: 1,
  milligrams: 1,
  mcg: 0.001,
  ug: 0.001,
  µg: 0.001,
  μg: 0.001,
  microgram: 0.001,
  micrograms: 0.001,
  mcgs: 0.001,
  ng: 1e-6,
  nanogram: 1e-6,
  nanograms: 1e-6,
};
const volumes: Record<string, number> = {
  ml: 1,
  mls: 1,
  cc: 1,
  milliliter: 1,
  milliliters: 1,
  millilitre: 1,
  millilitres: 1,
  l: 1000,
  liter: 1000,
  liters: 1000,
  litre: 1000,
  litres: 1000,
  dl: 100,
  tsp: 5,
  teaspoon: 5,
  teaspoons: 5,
  teaspoonful: 5,
  tbsp: 15,
  tablespoon: 15,
  tablespoons: 15,
};
const units: Record<string, number> = {
  unit: 1,
  units: 1,
  iu: 1,
  'i.u': 1,
  unt: 1,
  u: 1,
  miu: 1e6,
  munits: 1e6,
  'million-units': 1e6,
  kiu: 1000,
  '[iu]': 1,
  "[usp'u]": 1,
  "[arb'u]": 1,
};
const moles: Record<string, { unit: DoseUnit; factor: number }> = {
  mmol: { unit: 'mmol', factor: 1 },
  mmols: { unit: 'mmol', factor: 1 },
  millimole: { unit: 'mmol', factor: 1 },
  millimoles: { unit: 'mmol', factor: 1 },
  mol: { unit: 'mmol', factor: 1000 },
  meq: { unit: 'mEq', factor: 1 },
  meqs: { unit: 'mEq', factor: 1 },
  milliequivalent: { unit: 'mEq', factor: 1 },
  milliequivalents: { unit: 'mEq', factor: 1 },
};
const forms: Record<string, Form> = {
  tablet: 'tablet',
  tablets: 'tablet',
  tab: 'tablet',
  tabs: 'tablet',
  '{tablet}': 'tablet',
  '{tbl}': 'tablet',
  caplet: 'tablet',
  caplets: 'tablet',
  pill: 'tablet',
  pills: 'tablet',
  capsule: 'capsule',
  capsules: 'capsule',
  cap: 'capsule',
  caps: 'capsule',
  '{capsule}': 'capsule',
  puff: 'puff',
  puffs: 'puff',
  '{puff}': 'puff',
  inhalation: 'puff',
  inhalations: 'puff',
  actuation: 'puff',
  actuations: 'puff',
  actuat: 'puff',
  patch: 'patch',
  patches: 'patch',
  '{patch}': 'patch',
  drop: 'drop',
  drops: 'drop',
  gtt: 'drop',
  gtts: 'drop',
  '[drp]': 'drop',
  spray: 'spray',
  sprays: 'spray',
  '{spray}': 'spray',
  suppository: 'suppository',
  suppositories: 'suppository',
  supp: 'suppository',
  vial: 'vial',
  vials: 'vial',
  ampule: 'ampule',
  ampules: 'ampule',
  ampoule: 'ampule',
  amp: 'ampule',
  amps: 'ampule',
  application: 'application',
  applications: 'application',
  packet: 'packet',
  packets: 'packet',
  sachet: 'packet',
  sachets: 'packet',
  lozenge: 'lozenge',
  lozenges: 'lozenge',
  troche: 'lozenge',
  troches: 'lozenge',
  syringe: 'syringe',
  syringes: 'syringe',
  film: 'film',
  films: 'film',
  scoop: 'scoop',
  neb: 'neb',
  nebule: 'neb',
  nebules: 'neb',
  pen: 'pen',
  pens: 'pen',
  ring: 'ring',
  rings: 'ring',
};

const number = String.raw`(?:\d+(?:\.\d+)?|\.\d+)`;
const unitWord = String.raw`(?:million[ -]units?|\[[a-z']+\]|\{[a-z]+\}|i\.u|%|[a-zµμ]+)`;
/** A number, a range or a list, and the word after it; what follows by "/" or "per" is read step by step. */
const amount = new RegExp(
  String.raw`(?<![\p{L}\p{N}.])(${number})((?:\s*(?:-|–|to)\s*${number})|(?:\s*/\s*${number})+)?\s*(?:-\s*)?(${unitWord})`,
  'gu',
);
const perPart = new RegExp(String.raw`^\s*(?:/|per\b|an?\b)\s*(${number})?\s*(${unitWord})`, 'u');

const numberWords: Record<string, string> = {
  half: '0.5',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  eight: '8',
  ten: '10',
  twelve: '12',
};

/** The text as all readers read it: lower case, without accents, thousands' commas and fractions; words of number as digits. */
export function levelled(text: string): string {
  return plain(text.replace(/½/g, '.5').replace(/¼/g, '.25').replace(/¾/g, '.75'))
    .replace(/(\d),(?=\d{3}(?!\d))/g, '$1')
    .replace(/\b(\d+) 1\/2\b/g, '$1.5')
    .replace(/\b1\/2(?= *(?:tab|tablet|of|cap|patch))/g, '0.5')
    .replace(countable, (word) => numberWords[word] ?? word)
    .replace(
      countedStrength,
      (_, count: string, strength: string, form: string) => `${numberWords[count] ?? count} ${form} of ${strength}`,
    );
}

const countable =
  /\b(?:half|one|two|three|four|five|six|eight|ten|twelve)(?= +(?:an? +)?(?:tab|cap|puff|patch|drop|spray|supp|vial|amp|packet|spoon|tea|table|times|day|week|hour|gram|mg|unit|mill|pill|inhal|neb|scoop|loz|tro|film|ring|pen|syr))/g;

/** "Two 200 mg tablets" says a count and a strength. */
const countedStrength =
  /\b(half|one|two|three|four|five|six|[1-9]|1\d)(?: x)? (\d+(?:\.\d+)? ?(?:mg|mcg|g|units?)) (tab(?:let)?s?|cap(?:sule)?s?|patch(?:es)?|suppositor(?:y|ies)|lozenges?|packets?)\b/g;

export function quantitiesIn(text: string): AmountFound[] {
  const found: AmountFound[] = [];
  for (const hit of text.matchAll(amount)) {
    const [all, first = '', more, word = ''] = hit;
    const unit = readUnit(word);
    if (unit === undefined) continue;
    const numbers = [first, ...(more?.match(new RegExp(number, 'g')) ?? [])].map(Number);
    const slashed = more?.includes('/') ?? false;
    // A range runs upwards; "5-325 mg" of two drugs is a list, which the reader of the order decides (both are kept).
    const low = Math.min(...numbers) * unit.factor;
    const high = (slashed ? numbers[0]! : Math.max(...numbers)) * unit.factor;
    const one: AmountFound = { from: hit.index, to: hit.index + all.length, low: slashed ? high : low, high, unit: unit.unit, per: {} };
    if (unit.form) one.form = unit.form;
    if (numbers.length > 1) one.list = numbers.map((each) => each * unit.factor);
    readPer(text, one);
    const last = found.at(-1);
    // "5 mg-325 mg", "5 mg/325 mg": the second is of the next ingredient.
    if (last && last.to > one.from) continue;
    found.push(one);
  }
  return found;
}

function readPer(text: string, one: AmountFound): void {
  for (;;) {
    const part = perPart.exec(text.slice(one.to));
    if (part === null) return;
    const [all, count = '1', word = ''] = part;
    const n = Number(count);
    if (all.trimStart().startsWith('a') && !/^(?:day|hour|h|minute|min|week|dose)/.test(word)) return;
    const unit = word === 'kg' && part[1] === undefined ? undefined : readUnit(word);
    if (word === 'kg' || word === 'kilogram') one.per.kg = true;
    else if (word === 'm2' || word === 'm' || word === 'm²') one.per.m2 = true;
    else if (/^(?:h|hr|hrs|hour|hours)$/.test(word)) one.per.hour = n;
    else if (/^(?:min|mins|minute|minutes)$/.test(word)) one.per.hour = n / 60;
    else if (/^(?:d|day|days|24h)$/.test(word)) one.per.day = n;
    else if (/^(?:wk|week|weeks)$/.test(word)) one.per.day = 7 * n;
    else if (/^(?:dose|doses)$/.test(word)) one.per.dose = true;
    else if (unit?.unit === 'mL') one.per.volumeMl = n * unit.factor;
    else if (unit?.form) one.per.form = unit.form;
    else return;
    one.to += all.length;
    // "m2": the digit belongs to the unit.
    if (word === 'm' && text[one.to] === '2') one.to++;
  }
}

function readUnit(word: string): { unit: AmountFound['unit']; factor: number; form?: Form } | undefined {
  const key = word.replace(/^million[ -]units?$/, 'million-units');
  const own = <T>(table: Record<string, T>): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);
  if (key === '%') return { unit: 'percent', factor: 1 };
  const mass = own(masses);
  if (mass !== undefined) return { unit: 'mg', factor: mass };
  const volume = own(volumes);
  if (volume !== undefined) return { unit: 'mL', factor: volume };
  const international = own(units);
  if (international !== undefined) return { unit: 'unit', factor: international };
  const mole = own(moles);
  if (mole) return mole;
  const form = own(forms);
  return form ? { unit: 'unit-of-form', factor: 1, form } : undefined;
}

/** A unit of FHIR (UCUM or words) to ours; undefined where it is none of dose. */
export const doseUnit = (word: string): { unit: AmountFound['unit']; factor: number; form?: Form } | undefined =>
  readUnit(word.toLowerCase());
