// Code systems whose codes are made by rules rather than listed (http://hl7.org/fhir/R4/terminologies-systems.html): a code can be
// checked, all of them can never be written down.
import { canonical, ucumSystem } from '../ucum.ts';

export interface Grammar {
  name: string;
  isCode(code: string): boolean;
}

const lengthMax = 200;

const grammars: Record<string, Grammar> = {
  [ucumSystem]: { name: 'UCUM', isCode: (code) => canonical(1, code) !== undefined },
  'urn:ietf:bcp:47': { name: 'BCP 47 languages', isCode: isLanguage },
  'urn:ietf:bcp:13': {
    name: 'media types',
    isCode: (code) => /^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/[A-Za-z0-9*][\w!#$&^.+-]{0,126}(\s*;\s*[\w-]+=("[^"]*"|[^\s;"]+))*$/.test(code),
  },
  // As the ICU library of this Node lists them, also those that are out of use: an old amount of money keeps its currency.
  'urn:iso:std:iso:4217': { name: 'ISO 4217 currencies', isCode: (code) => currencies().has(code) },
  'https://www.iana.org/time-zones': { name: 'IANA time zones', isCode: isTimeZone },
  'urn:ietf:rfc:3986': { name: 'URIs', isCode: (code) => /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/.test(code) },
};

export const grammarOf = (system: string): Grammar | undefined => (Object.hasOwn(grammars, system) ? grammars[system] : undefined);

export const followsGrammar = (grammar: Grammar, code: string): boolean => code.length <= lengthMax && grammar.isCode(code);

function isLanguage(code: string): boolean {
  try {
    return Intl.getCanonicalLocales(code).length === 1;
  } catch {
    return false;
  }
}

let currencyCodes: Set<string> | undefined;

function currencies(): Set<string> {
  currencyCodes ??= new Set(Intl.supportedValuesOf('currency'));
  return currencyCodes;
}

function isTimeZone(code: string): boolean {
  try {
    return /^[A-Za-z]/.test(code) && new Intl.DateTimeFormat('en', { timeZone: code }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
