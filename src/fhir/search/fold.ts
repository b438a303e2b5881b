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
