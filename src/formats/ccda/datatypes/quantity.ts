// PQ, REAL, INT, IVL_PQ, RTO → Quantity, Range, Ratio, integer (CDA R2 data types 2.18; units are UCUM in both languages).
import type { Json } from '../../../fhir/json.ts';
import { readNumber } from '../../../fhir/json-number.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Place } from '../mapping/draft.ts';
import { childOf, childrenOf, type Element, type Leaf, leafOf } from '../tree/tree.ts';
import { narrated } from './text.ts';

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
  if (unit === undefined || leaf === undefined) {
    unitInWords(from, at, cx);
    return;
  }
  // What is counted has no unit of UCUM; senders say it in words beside.
  if (unit !== '1' || !unitInWords(childOf(from, 'translation'), at, cx)) at.at('unit').say(leaf, unit);
  codeOfUnit(leaf, unit, at);
};

/** A unit of UCUM has no blanks; others are words. */
function codeOfUnit(leaf: Leaf, unit: string, at: Place): void {
  if (!/^[\x21-\x7e]+$/.test(unit)) return;
  at.at('system').set(ucum);
  at.at('code').say(leaf, unit);
}

function unitOf(from: Element, unit: string, at: Place): void {
  const leaf = leafOf(from, 'unit');
  if (leaf === undefined) return;
  at.at('unit').say(leaf, unit);
  codeOfUnit(leaf, unit, at);
}

/** The words that stand where a unit should. */
function unitInWords(from: Element | undefined, at: Place, cx: Conversion): boolean {
  const words = from === undefined ? undefined : childOf(from, 'originalText');
  if (words !== undefined) narrated(words, at.at('unit'), cx);
  return at.at('unit').value !== undefined;
}

/**
 * A measured value. Where its own number cannot be read: a number with a comparator (`<5`), or what a translation says of it; some senders
 * have their units nowhere else.
 */
export const measured: Converter = (from, at, cx) => {
  const text = cx.value(from, 'value');
  const compared = /^(<=|>=|<|>)\s*(\S+)$/.exec(text ?? '');
  const number = numberOf(compared?.[2] ?? '');
  const leaf = leafOf(from, 'value');
  if (compared !== null && number !== undefined && leaf !== undefined) {
    const [, sign = '', digits = ''] = compared;
    at.at('value').say(leaf, number, (now) => (typeof now === 'string' ? `${sign}${now}` : ''));
    at.at('comparator').say(leaf, sign, (now) => (typeof now === 'string' ? `${now}${digits}` : ''));
    const unit = cx.value(from, 'unit');
    if (unit !== undefined) unitOf(from, unit, at);
    return;
  }
  quantity(from, at, cx);
  if (at.at('value').value !== undefined) return;
  const said = childrenOf(from, 'translation').find((one) => numberOf(cx.value(one, 'value') ?? '') !== undefined);
  if (said === undefined) return;
  quantity(said, at, cx);
  const flavor = leafOf(from, 'nullFlavor');
  if (flavor !== undefined) cx.structural.add(flavor);
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
