// OBX-5 by the type that OBX-2 names, with the units of OBX-6 (HL7 v2.8, section 7.4.2; v2-to-FHIR map OBX[Observation], SN[…], NR[…],
// NA[…]). What cannot be read as its type is said as text, so that a reader sees what was sent.
import { DTM, decimalCodec, NM, ST, TM } from '../codecs.ts';
import type { Converter } from '../converter.ts';
import type { Leaf, Part } from '../part.ts';
import { isObject, type Place, type Write } from '../place.ts';
import type { Story } from '../story.ts';
import { CWE } from './coded.ts';
import { type Joined, joined, type Line, lineOf, wordsOf } from './joined.ts';
import { DR } from './people.ts';
import { UNITS } from './quantities.ts';

/** What a value is said with: where, the units beside it. Answers whether it could be read as its type. */
type Reader = (part: Part, at: Place, units: Part | undefined, story: Story) => boolean;

const step = (name: string) => ({ name });
const as =
  (name: string, converter: Converter): Reader =>
  (part, at, _units, story) =>
    converter.read(part, at, step(name), 'value', story);

const sayUnits = (units: Part | undefined, quantity: Place, story: Story): void => {
  if (units !== undefined) UNITS.into(units, quantity, 'units', story);
};

const quantity: Reader = (part, at, units, story) => {
  const place = at.child(step('valueQuantity'), '');
  if (!signed(part, place, story) && !NM.read(part, place, step('value'), '', story)) return false;
  sayUnits(units, place, story);
  return true;
};

/** `<0.5`: analysers write it as a number, and it is one with a comparator. */
function signed(part: Part, place: Place, story: Story): boolean {
  const { leaf } = part;
  const found = leaf === undefined ? null : /^\s*(<=|>=|<|>)\s*(\S{1,40})\s*$/.exec(leaf.text);
  const value = found === null ? undefined : decimalCodec.read(found[2] ?? '', story);
  if (leaf === undefined || found === null || value === undefined) return false;
  const [, sign = ''] = found;
  const write: Write = (now) => {
    const text = decimalCodec.write(now, story);
    const like = String(value) === text ? leaf.text : `${sign}${text ?? ''}`;
    return text === undefined ? undefined : like;
  };
  if (!place.set(step('value'), value, [[leaf, write]])) return false;
  place.set(step('comparator'), sign, [[leaf, (now) => (now === sign ? leaf.text : `${asText(now) ?? ''}${found[2]}`)]]);
  return true;
}

const amount = (part: Part | undefined, story: Story): number | undefined => {
  const value = part === undefined ? undefined : decimalCodec.read(part.text, story);
  return value === undefined ? undefined : Number(String(value));
};

/** A range whose ends are in order, as FHIR demands (rng-2). */
function range(low: Part | undefined, high: Part | undefined, at: Place, units: Part | undefined, story: Story): boolean {
  const [least, most] = [amount(low, story), amount(high, story)];
  if ((least === undefined && low !== undefined) || (most === undefined && high !== undefined)) return false;
  if (least !== undefined && most !== undefined && least > most) return false;
  const place = at.child(step('valueRange'), '');
  let said = false;
  for (const [part, name] of [[low, 'low'] as const, [high, 'high'] as const])
    if (part !== undefined && NM.read(part, place.child(step(name), ''), step('value'), '', story)) {
      sayUnits(units, place.child(step(name), ''), story);
      said = true;
    }
  return said;
}

const comparators = new Set(['<', '<=', '>=', '>']);
const comparator: Converter = {
  read: (part, place, at) => part.leaf !== undefined && place.set(at, part.text.trim(), [[part.leaf, asText]]),
  write: (value) => (typeof value === 'string' ? value : undefined),
};
const asText: Write = (value) => (typeof value === 'string' ? value : undefined);
const shape = (leaf: Leaf | undefined): void => {
  if (leaf !== undefined) leaf.structural = true;
};

/** SN: a comparison, a number, a range, a ratio. */
const structured: Reader = (part, at, units, story) => {
  const [compares, one, separator, other] = [part.at(1), part.at(2), part.at(3), part.at(4)];
  const sign = compares?.text.trim() ?? '';
  const between = separator?.text.trim() ?? '';
  const plain = sign === '' || sign === '=';
  if (!plain && !comparators.has(sign)) return false;
  if (other === undefined && between === '') {
    if (one === undefined || amount(one, story) === undefined) return false;
    const place = at.child(step('valueQuantity'), '');
    if (!NM.read(one, place, step('value'), '', story)) return false;
    if (compares !== undefined && !plain) comparator.read(compares, place, step('comparator'), '', story);
    else shape(compares?.leaf);
    sayUnits(units, place, story);
    return true;
  }
  if (between === '-' && plain && range(one, other, at, units, story)) {
    shape(compares?.leaf);
    shape(separator?.leaf);
    return true;
  }
  if (between !== ':' && between !== '/') return false;
  if (amount(one, story) === undefined || amount(other, story) === undefined || one === undefined || other === undefined) return false;
  const place = at.child(step('valueRatio'), '');
  const [numerator, denominator] = [place.child(step('numerator'), ''), place.child(step('denominator'), '')];
  NM.read(one, numerator, step('value'), '', story);
  NM.read(other, denominator, step('value'), '', story);
  if (compares !== undefined && !plain) comparator.read(compares, numerator, step('comparator'), '', story);
  else shape(compares?.leaf);
  shape(separator?.leaf);
  sayUnits(units, numerator, story);
  return true;
};

const unknown = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] };

/** NA and MA, all repetitions: numbers one after the other; nothing says how far apart in time they are. */
function samples(parts: readonly Part[], at: Place, units: Part | undefined, story: Story): boolean {
  const leaves = parts.flatMap((part) => [...part.leaves()]);
  const numbers = leaves.map((leaf) => decimalCodec.read(leaf.text, story));
  if (leaves.length === 0 || numbers.includes(undefined)) return false;
  const data = numbers.join(' ');
  const place = at.child(step('valueSampledData'), '');
  place.set(
    step('data'),
    data,
    leaves.map((leaf, index) => [
      leaf,
      (now) => (now === data ? leaf.text : typeof now === 'string' ? (now.trim().split(/\s+/)[index] ?? '') : undefined),
    ]),
  );
  place.imply([step('origin'), step('value')], '', 0);
  place.imply([step('_period')], '', unknown);
  place.imply([step('dimensions')], '', parts.length > 1 ? Math.max(1, parts[0]?.parts.length ?? 1) : 1);
  sayUnits(units, place.child(step('origin'), ''), story);
  return true;
}

function sayText({ text, leaves }: Joined, at: Place): boolean {
  if (text.trim() === '') return false;
  return at.set(step('valueString'), text, leaves);
}
const words =
  (between: string): Reader =>
  (part, at) =>
    sayText(joined([wordsOf(part, between)]), at);

const coded: Reader = (part, at, _units, story) => CWE.read(part, at, step('valueCodeableConcept'), 'value', story);
const name = words(' ');
const lines = words(', ');

/** By HL7 table 0125. Types that are not here are text. */
const readers: Readonly<Record<string, Reader>> = {
  NM: quantity,
  SI: quantity,
  SN: structured,
  CE: coded,
  CWE: coded,
  CNE: coded,
  CF: coded,
  IS: coded,
  ID: coded,
  DT: as('valueDateTime', DTM),
  DTM: as('valueDateTime', DTM),
  TS: as('valueDateTime', DTM),
  TM: as('valueTime', TM),
  DR: as('valuePeriod', DR),
  NR: (part, at, units, story) => range(part.at(1), part.at(2), at, units, story),
  XPN: name,
  PN: name,
  XCN: name,
  CN: name,
  XAD: lines,
  AD: lines,
};
const texts = new Set(['ST', 'TX', 'FT', '']);
export const isText = (type: string): boolean => type === 'TX' || type === 'FT';

/** Lines of text from one OBX or several. */
export const linesOf = (parts: readonly (Part | undefined)[]): Line[] => parts.map((part) => lineOf(part));

/** Text, as it stands. */
export const sayLines = (parts: readonly (Part | undefined)[], at: Place): boolean => sayText(joined(linesOf(parts)), at);

/**
 * Says all repetitions of a value at an observation; of what FHIR lets be said once, the first stands there and the others are
 * `another` place each.
 */
export function sayValue(
  type: string,
  parts: readonly Part[],
  units: Part | undefined,
  at: Place,
  another: (index: number) => Place,
  story: Story,
): boolean {
  const reader = readers[type];
  if (type === 'NA' || type === 'MA') return samples(parts, at, units, story) || sayLines(parts, at);
  if (reader === undefined && (texts.has(type) || parts.length > 1)) return sayLines(parts, at);
  let said = false;
  for (const [index, part] of parts.entries()) {
    const place = index === 0 ? at : another(index);
    // A code system without a code is no value.
    if (reader === coded && ['1', '2', '4', '5', '9', '10', '11'].every((path) => part.textAt(path).trim() === '')) continue;
    if (reader?.(part, place, units, story) === true) said = true;
    else {
      if (reader !== undefined && part.leaf !== undefined)
        story.puzzled(
          part.leaf,
          `This cannot be read as the type ${type} that OBX-2 names and is taken as text; ask the sender to mend it`,
        );
      if (sayText(joined([lineOf(part)]), place)) said = true;
    }
  }
  return said;
}

/** OBX-2 and OBX-5 for what an observation says. */
export function writeValue(observation: object, story: Story): { type: string; value: unknown; units?: unknown } | undefined {
  for (const [element, type, converter] of written) {
    const value = (observation as Record<string, unknown>)[element];
    if (value === undefined) continue;
    if (element === 'valueQuantity' && isObject(value))
      return value['comparator'] === undefined
        ? { type: 'NM', value: NM.write(value['value'], story), units: UNITS.write(value, story) }
        : { type: 'SN', value: [value['comparator'], NM.write(value['value'], story)], units: UNITS.write(value, story) };
    if (element === 'valueRange' && isObject(value))
      return {
        type: 'NR',
        value: [numberAt(value['low'], story), numberAt(value['high'], story)],
        units: UNITS.write(value['low'] ?? value['high'], story),
      };
    if (element === 'valueRatio' && isObject(value))
      return { type: 'SN', value: [undefined, numberAt(value['numerator'], story), ':', numberAt(value['denominator'], story)] };
    return { type, value: converter.write(value, story) };
  }
  return undefined;
}
const numberAt = (value: unknown, story: Story): unknown => (isObject(value) ? NM.write(value['value'], story) : undefined);
const written: readonly (readonly [element: string, type: string, as: Converter])[] = [
  ['valueQuantity', 'NM', NM],
  ['valueCodeableConcept', 'CWE', CWE],
  ['valueString', 'ST', ST],
  ['valueDateTime', 'DTM', DTM],
  ['valueTime', 'TM', TM],
  ['valuePeriod', 'DR', DR],
  ['valueRange', 'NR', NM],
  ['valueRatio', 'SN', NM],
];
