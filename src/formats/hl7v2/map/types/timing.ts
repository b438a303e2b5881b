// When something is to be done: RPT, RI and TQ (HL7 v2.5.1 and v2.8, chapter 4; v2-to-FHIR maps RPT[Timing], RI[Timing], TQ[…]) to
// Timing. What a repeat pattern says for certain is also said in numbers.
import { DTM, ID, NM, TM } from '../codecs.ts';
import { type Converter, primitive } from '../converter.ts';
import type { Leaf, Part } from '../part.ts';
import { isObject, type Place } from '../place.ts';
import type { Row } from '../rows.ts';
import { repeatOf, timeUnits } from '../tables/treatments.ts';
import { CWE, tabled } from './coded.ts';
import { ucum } from './quantities.ts';

const PATTERN = tabled('0335');
const repeat = { name: 'repeat' };

/** The code of a Timing, and what it says in numbers. `bare`: only what no leaf says otherwise. */
function sayPattern(part: Part, timing: Place, story: Parameters<Converter['read']>[4]): boolean {
  if (!PATTERN.read(part, timing, { name: 'code' }, '', story)) return CWE.read(part, timing, { name: 'code' }, '', story);
  const known = repeatOf(part.textAt('1'));
  if (known === undefined) return true;
  const { when, ...numbers } = known;
  for (const [name, value] of Object.entries(numbers)) timing.imply([repeat, { name }], '', value);
  for (const one of when ?? []) timing.imply([repeat, { name: 'when', item: { label: 'pattern' } }], '', one);
  return true;
}

/** RPT: into a Timing. */
export const RPT: Converter = {
  read(part, place, step, run, story) {
    const timing = place.child(step, run);
    const code = part.at(1);
    const [quantity, units] = [part.at(5), part.at(6)];
    let said = false;
    const unit = timeUnits[(units?.text ?? '').trim().toUpperCase()];
    const leaf = units?.leaf;
    if (quantity !== undefined && leaf !== undefined && unit !== undefined) {
      const below = timing.child(repeat, '');
      if (NM.read(quantity, below, { name: 'period' }, run, story)) {
        below.set({ name: 'periodUnit' }, unit, [[leaf, (now) => (now === unit ? leaf.text : String(now))]]);
        sayUnitWords(units, below, 'periodUnit', story);
        said = true;
      }
    }
    if (code !== undefined && sayPattern(code, timing, story)) said = true;
    if (sayEvent(part, timing)) said = true;
    return said;
  },
  write: (value, story) => (isObject(value) ? [PATTERN.write(value['code'], story)] : undefined),
};

const alternates = 'http://hl7.org/fhir/StructureDefinition/alternate-codes';

/** A unit of time is a code of FHIR; the words and the system that come with it stand beside it, as with any other code. */
function sayUnitWords(units: Part | undefined, at: Place, name: string, story: Parameters<Converter['read']>[4]): void {
  if (units === undefined || units.parts.length < 2) return;
  const beside = at.walk([{ name: `_${name}` }, { name: 'extension', item: { url: alternates } }], '');
  CWE.read(units, beside, { name: 'valueCodeableConcept' }, '', story);
}

/** HL7 table 0528; a meal itself has no time before or after it (tim-9). */
const events = new Set('HS AC PC IC ACM ACD ACV PCM PCD PCV ICM ICD ICV WAKE'.split(' '));

/** RPT.8 to 10: before or after something of the day, and how long. */
function sayEvent(part: Part, timing: Place): boolean {
  const event = part.at(8)?.leaf;
  const repeats = timing.child(repeat, '');
  const other = repeats.exists ? repeats.value : undefined;
  if (event === undefined || !events.has(event.text) || other?.['when'] !== undefined || other?.['timeOfDay'] !== undefined) return false;
  repeats.set({ name: 'when', item: { label: 'event' } }, event.text, [[event, (now) => (typeof now === 'string' ? now : undefined)]]);
  sayOffset(part.at(9)?.leaf, part.at(10)?.leaf, repeats);
  return true;
}

/** So long before or after, which FHIR says in minutes. */
export function sayOffset(amount: Leaf | undefined, units: Leaf | undefined, repeats: Place): boolean {
  const unit = timeUnits[(units?.text ?? 'min').trim().toUpperCase()] ?? '';
  const size = { s: 1 / 60, min: 1, h: 60, d: 1440 }[unit];
  const minutes = size === undefined || amount === undefined || !/^\d{1,5}$/.test(amount.text) ? Number.NaN : Number(amount.text) * size;
  if (amount === undefined || size === undefined || !Number.isInteger(minutes)) return false;
  const said = repeats.set({ name: 'offset' }, minutes, [[amount, (now) => (typeof now === 'number' ? String(now / size) : undefined)]]);
  if (said && units !== undefined) units.structural = true;
  return said;
}

/** RI: pattern and explicit times, `0800,2000`. */
const RI: Converter = {
  read(part, place, step, run, story) {
    const timing = place.child(step, run);
    const [code, times] = [part.at(1), part.at(2)?.leaf];
    let said = code !== undefined && sayPattern(code, timing, story);
    const read = (times?.text ?? '').split(',').map((one) => /^(\d{2})(\d{2})$/.exec(one.trim()));
    const known = isObject(timing.value?.['repeat']) && timing.value['repeat']['when'] !== undefined;
    if (times !== undefined && !known && read.every((one) => one !== null && Number(one[1]) < 24 && Number(one[2]) < 60)) {
      const below = timing.child(repeat, '');
      for (const [at, one] of read.entries())
        below.set(
          { name: 'timeOfDay', item: { fresh: true } },
          `${one?.[1]}:${one?.[2]}:00`,
          at === 0 && read.length === 1 ? [[times, (now) => String(now).replaceAll(':', '').slice(0, 4)]] : [],
          `${run}/${at}`,
        );
      if (read.length > 1)
        below.claim(below.elementAt('timeOfDay[0]'), [
          [times, (now) => (now === `${read[0]?.[1]}:${read[0]?.[2]}:00` ? times.text : undefined)],
        ]);
      said = true;
    }
    return said;
  },
  write: (value, story) => (isObject(value) ? [PATTERN.write(value['code'], story)] : undefined),
};

/** TQ.3: `D5`, `W2`; how often (`X3`) is said as a count. */
const LENGTH: Converter = {
  read(part, place, _step, run) {
    const leaf = part.leaf;
    const found = /^([SMHDWLX])(\d{1,6})$/i.exec(leaf?.text.trim() ?? '');
    if (leaf === undefined || found === null) return false;
    const [, letter = '', digits = ''] = found;
    const below = place.child(repeat, run);
    const number = Number(digits);
    if (letter.toUpperCase() === 'X')
      return number > 0 && below.set({ name: 'count' }, number, [[leaf, (now) => `${letter}${String(now)}`]]);
    const length = below.child({ name: 'boundsDuration' }, run);
    if (!length.set({ name: 'value' }, number, [[leaf, (now) => `${letter}${String(now)}`]])) return false;
    length.imply([{ name: 'system' }], run, ucum);
    length.imply([{ name: 'code' }], run, timeUnits[letter.toUpperCase()]);
    return true;
  },
  write: () => undefined,
};

/** Into an element of the Timing itself: as a step below a row's own. */
const below = (converter: Converter): Converter => ({
  read: (part, place, step, run, story) => converter.read(part, place.child(step, run), { name: '' }, run, story),
  write: () => undefined,
});

/** A count of at least one. */
export const COUNT: Converter = primitive({
  read: (text) => (/^[1-9]\d{0,6}$/.test(text.trim()) ? Number(text.trim()) : undefined),
  write: (value) => (typeof value === 'number' ? String(value) : undefined),
  expects: 'count',
});

/** Rows of a TQ in a field, `timing`: where its Timing is. */
export const timingRows = (timing: string): Row[] => [
  ['2', timing, RI],
  ['4', `${timing}.repeat.boundsPeriod.start`, DTM],
  ['5', `${timing}.repeat.boundsPeriod.end`, DTM],
  ['3', timing, below(LENGTH), { inOnly: true, when: (whole) => whole.textAt('4') === '' && whole.textAt('5') === '' }],
  ['12', `${timing}.repeat.count`, COUNT],
];

/** Units of a duration of one time, UCUM. */
const timeUnit = primitive({
  read: (text) => timeUnits[text.trim().toUpperCase()],
  write: (value) => (typeof value === 'string' ? value : undefined),
});

/** Rows of a TQ1 but its quantity, priority and texts (HL7 v2.8, section 4.5.4). */
export const timingOfTq1 = (timing: string): Row[] => [
  ['TQ1-3', timing, RPT],
  ['TQ1-4', `${timing}.repeat.timeOfDay[]`, TM, { when: (whole) => !events.has(whole.textAt('3.8')) }],
  ['TQ1-5', `${timing}.repeat`, OFFSET, { inOnly: true, when: (whole) => events.has(whole.textAt('3.8')) && whole.textAt('3.9') === '' }],
  ['TQ1-7', `${timing}.repeat.boundsPeriod.start`, DTM],
  ['TQ1-8', `${timing}.repeat.boundsPeriod.end`, DTM],
  ['TQ1-13', `${timing}.repeat`, OCCURRENCE],
  ['TQ1-14', `${timing}.repeat.count`, COUNT],
];

/** TQ1-5, where TQ1-3 says of what. */
const OFFSET: Converter = {
  read: (part, place, step) => sayOffset(part.at(1)?.leaf, part.at(2)?.leaf, place.child(step, '')),
  write: () => undefined,
};

/** TQ1-13: how long each time takes. */
const OCCURRENCE: Converter = {
  read(part, place, step, run, story) {
    const [value, units] = [part.at(1), part.at(2)];
    if (value === undefined || units === undefined || timeUnits[units.text.trim().toUpperCase()] === undefined) return false;
    const at = place.child(step, '');
    if (!NM.read(value, at, { name: 'duration' }, run, story)) return false;
    const said = timeUnit.read(units, at, { name: 'durationUnit' }, run, story);
    sayUnitWords(units, at, 'durationUnit', story);
    return said;
  },
  write: (value, story) =>
    isObject(value) && value['duration'] !== undefined
      ? [NM.write(value['duration'], story), ID.write(value['durationUnit'], story)]
      : undefined,
};

/** Whether a TQ says more of a time than its priority. */
export const timed = (part: Part | undefined): boolean => ['2', '3', '4', '5', '12'].some((path) => (part?.textAt(path) ?? '') !== '');
