// How text is made equal before it is compared: string search ignores case and accents, token search ignores case
// (http://hl7.org/fhir/R4/search.html#string and #token). The index and the matcher both use these functions.

const ascii = /^[\x20-\x7e]*$/;

/** For string parameters: lower case, no accents or other combining marks, runs of white space as one space. */
export function foldText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase().replace(/ {2,}/g, ' ').trim();
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** For codes and identifiers: "when in doubt, servers SHOULD treat tokens in a case-insensitive manner". Systems stay as they are. */
export const foldToken = (code: string): string => code.toLowerCase();

/** Text is put in order by its first characters: pages are continued behind them, and a link has room for no more. */
export const sortTextMax = 80;

/** Characters, not halves of surrogate pairs. */
export const sortText = (text: string): string =>
  text.length <= sortTextMax
    ? text
    : Array.from(text.slice(0, 2 * sortTextMax))
        .slice(0, sortTextMax)
        .join('');

/** Order of two texts by their characters; `<` would put those beyond U+FFFF before others. Negative: `a` comes first. */
export function compareText(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return ordinal(x) - ordinal(y);
  }
  return a.length - b.length;
}

/** Surrogates, which stand for characters beyond U+FFFF, come behind all other code units. */
const ordinal = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

const letterGroups: Record<string, string> = {};
for (const [digit, letters] of Object.entries({ 1: 'bfpv', 2: 'cgjkqsxz', 3: 'dt', 4: 'l', 5: 'mn', 6: 'r' })) {
  for (const letter of letters) letterGroups[letter] = digit;
}

/**
 * Key under which names that sound alike in English meet: American Soundex as the US National Archives describe it.
 * Names without Latin letters keep their folded text.
 */
export function phoneticKey(name: string): string {
  const letters = foldText(name).replace(/[^a-z]/g, '');
  const first = letters[0];
  if (first === undefined) return foldText(name);
  let key = first;
  let previous = letterGroups[first];
  for (const letter of letters.slice(1)) {
    const group = letterGroups[letter];
    if (group !== undefined && group !== previous) key += group;
    // h and w do not separate letters of one group, vowels do.
    if (letter !== 'h' && letter !== 'w') previous = group;
    if (key.length === 4) break;
  }
  return key.padEnd(4, '0');
}
