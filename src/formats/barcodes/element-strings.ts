// GS1 element strings, as a scanner sends them (FNC1 as character 29) and as people read them, `(01)…(17)…`
// (GS1 General Specifications, sections 7.8 and 4.14). Written the shortest way: elements of fixed length first.
import { fixedLength, formatOf, type Identifier, identifierAt } from './application-identifiers.ts';
import { checkDigit, hasGoodCheck } from './check-digit.ts';
import type { Element } from './contract.ts';
import { dateOf } from './dates.ts';

export const fnc1 = '\x1d';

export interface ElementStrings {
  elements: Element[];
  faults: string[];
  doubts: string[];
}

export function readElementStrings(data: string, yearNow: number): ElementStrings {
  const found: ElementStrings = { elements: [], faults: [], doubts: [] };
  let rest = data;
  while (rest !== '') {
    if (rest.startsWith(fnc1)) {
      rest = rest.slice(1);
      continue;
    }
    const identifier = identifierAt(rest);
    if (identifier === undefined) {
      found.faults.push('a part of it begins with no application identifier of GS1');
      return found;
    }
    const behind = rest.slice(identifier.ai.length);
    const fixed = fixedLength(identifier.ai);
    const end = behind.indexOf(fnc1);
    const to = end < 0 ? behind.length : end;
    const { exact, length } = formatOf(identifier);
    // Without its FNC1 an element of exact length still ends where it must.
    const taken = fixed ?? (exact ? Math.min(length, to) : to);
    const value = behind.slice(0, taken);
    add(found, identifier, value, yearNow);
    if (!exact && end < 0) runOn(found, identifier, value, yearNow);
    rest = behind.slice(taken);
  }
  return found;
}

/** `(01)00312345678906(17)261231`. Undefined where the text is not in this form. */
export function readBracketed(text: string, yearNow: number): ElementStrings | undefined {
  if (!/^\(\d{2,4}\)/.test(text)) return undefined;
  const found: ElementStrings = { elements: [], faults: [], doubts: [] };
  // A bracket inside a value is followed by no identifier.
  for (const [, ai = '', value = ''] of text.matchAll(/\((\d{2,4})\)((?:(?!\(\d{2,4}\))[\s\S])*)/g)) {
    const identifier = identifierAt(ai);
    if (identifier === undefined || identifier.ai !== ai) found.faults.push(`(${ai}) is no application identifier of GS1`);
    else add(found, identifier, value.trim(), yearNow);
  }
  return found;
}

export function writeElementStrings(elements: readonly Pick<Element, 'ai' | 'value'>[], form: 'raw' | 'bracketed' = 'raw'): string {
  if (form === 'bracketed') return elements.map(({ ai, value }) => `(${ai})${value}`).join('');
  const ordered = [
    ...elements.filter(({ ai }) => fixedLength(ai) !== undefined),
    ...elements.filter(({ ai }) => fixedLength(ai) === undefined),
  ];
  return ordered.map(({ ai, value }, i) => `${ai}${value}${fixedLength(ai) === undefined && i < ordered.length - 1 ? fnc1 : ''}`).join('');
}

function add(found: ElementStrings, identifier: Identifier, value: string, yearNow: number): void {
  const { ai, title } = identifier;
  const { digits, exact, length } = formatOf(identifier);
  const before = found.elements.find((each) => each.ai === ai);
  if (before !== undefined && before.value !== value) found.faults.push(`it says (${ai}) ${title} twice and not the same`);
  if (value === '' || (exact ? value.length !== length : value.length > length))
    found.faults.push(`(${ai}) ${title} has ${value.length} characters where ${exact ? length : `1 to ${length}`} are right: scan again`);
  else if (digits && !/^\d+$/.test(value)) found.faults.push(`(${ai}) ${title} is not all digits`);
  else if (!/^[!"%-?A-Z_a-z]+$/.test(value)) found.faults.push(`(${ai}) ${title} has a character that GS1 does not allow`);
  else if (identifier.check && !hasGoodCheck(value))
    found.faults.push(
      `the check digit of (${ai}) ${title} is wrong (${value.at(-1)} where ${checkDigit(value.slice(0, -1))} is right): scan again`,
    );
  else if (identifier.date && dateOf(value, yearNow) === undefined) found.faults.push(`(${ai}) ${title} is no date`);
  if (before === undefined) found.elements.push({ ai, title, value });
}

/** A lot or serial that runs to the end may have swallowed what follows a separator that was lost. */
function runOn(found: ElementStrings, { ai, title }: Identifier, value: string, yearNow: number): void {
  const swallowed = /17(\d{6})(?=$|10|21|30)/.exec(value);
  if (swallowed?.[1] !== undefined && dateOf(swallowed[1], yearNow) !== undefined && found.elements.every((each) => each.ai !== '17'))
    found.doubts.push(`(${ai}) ${title} may hold more than one part: the scanner may leave out the separator FNC1`);
}
