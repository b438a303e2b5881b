// PQ, REAL, INT, IVL_PQ, RTO → Quantity, Range, Ratio, integer (CDA R2 data types 2.18; units are UCUM in both languages).
import type { Json } from '../../../fhir/json.ts';
import { readNumber } from '../../../fhir/json-number.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Place } from '../mapping/draft.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';

const ucum = 'http://unitsofmeasure.org';

/** With its digits; undefined for what is no number of JSON. `+5`, `.5` and `05` are, when written plainly. */
export function numberOf(text: string): Json | undefined {
  const plain = text
    .replace(/^\+/, '')
    .replace(/^(-?)0+(?=[0-9])/, '$1')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.$/, '');
  const { end, value } = readNumber(plain, 0);
  return value !== undefined && end === plain.length ? value : undefined;
}

/** value and unit. */
export const quantity: Converter = (from, at, cx) => {
  const text = cx.value(from, 'value');
  const value = text === undefined ? undefined : numberOf(text);
  if (value === undefined) return;
  at.at('value').say(leafOf(from, 'value'), value);
  const unit = cx.value(from, 'unit');
  const leaf = leafOf(from, 'unit');
  if (unit === undefined || leaf === undefined) return;
  at.at('unit').say(leaf, unit);
  // A unit of UCUM has no blanks; others are words.
  if (/^[\x21-\x7e]+$/.test(unit)) {
    at.at('system').set(ucum);
    at.at('code').say(leaf, unit);
  }
};

/** Duration, Age, Count and Quantity without a comparator all look the same. */
export const range: Converter = (from, at, cx) => {
  const low = childOf(from, 'low');
  const high = childOf(from, 'high');
  if (low !== undefined) quantity(low, at.at('low'), cx);
  if (high !== undefined) quantity(high, at.at('high'), cx);
};

export const ratio: Converter = (from, at, cx) => {
  for (const name of ['numerator', 'denominator']) {
    const part = childOf(from, name);
    if (part !== undefined) quantity(part, at.at(name), cx);
  }
};

/** A whole number; anything else has no home here. */
export const wholeNumber: Converter = (from, at, cx) => {
  const text = cx.value(from, 'value');
  if (text !== undefined && /^-?[0-9]{1,9}$/.test(text)) at.say(leafOf(from, 'value'), Number(text));
};

export const truth: Converter = (from, at, cx) => {
  const text = cx.value(from, 'value');
  if (text === 'true' || text === 'false') at.say(leafOf(from, 'value'), text === 'true');
};

/** An interval with one end and a value: `< 5` is the value with a comparator. */
export function openInterval(from: Element, at: Place, cx: Conversion): boolean {
  const low = childOf(from, 'low');
  const high = childOf(from, 'high');
  const says = (element: Element | undefined): boolean => element !== undefined && cx.value(element, 'value') !== undefined;
  if (says(low) === says(high)) return false;
  const [end, open, closed] = says(low) ? ([low, '>', '>='] as const) : ([high, '<', '<='] as const);
  if (end === undefined) return false;
  const leaf = leafOf(end, 'inclusive');
  const text = cx.value(end, 'inclusive');
  const inclusive = text !== 'false';
  at.at('comparator').say(leaf, inclusive ? closed : open, (now) => String(typeof now === 'string' && now.endsWith('=')));
  quantity(end, at, cx);
  if (at.at('value').value === undefined) at.draft.drop(at.keys);
  return true;
}
