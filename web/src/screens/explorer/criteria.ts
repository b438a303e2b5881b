// Criteria of a search as a form has them, and as an address says them: `status:not=final`, `date=ge2026-01-01`,
// `subject:Patient.name=ada` (https://hl7.org/fhir/R4/search.html).

export type ParameterType = 'number' | 'date' | 'string' | 'token' | 'reference' | 'composite' | 'quantity' | 'uri' | 'special';

export interface Parameter {
  name: string;
  type: ParameterType;
}

export interface Criterion {
  /** `subject`, or with what it is chained to: `subject:Patient.name`. */
  name: string;
  modifier: string;
  prefix: string;
  value: string;
}

const words: Readonly<Record<string, string>> = {
  '': 'is',
  exact: 'is exactly',
  contains: 'contains',
  not: 'is not',
  text: 'by its text',
  in: 'in value set',
  'not-in': 'not in value set',
  below: 'or below',
  above: 'or above',
  missing: 'is missing',
  identifier: 'by identifier',
  'of-type': 'identifier of type',
};
export const modifierWords = (modifier: string): string => (Object.hasOwn(words, modifier) ? (words[modifier] ?? modifier) : modifier);

/** By type of parameter; without one is always possible. */
export const modifiers: Readonly<Record<ParameterType, readonly string[]>> = {
  string: ['', 'exact', 'contains', 'missing'],
  token: ['', 'not', 'text', 'in', 'not-in', 'below', 'above', 'of-type', 'missing'],
  reference: ['', 'identifier', 'missing'],
  uri: ['', 'below', 'above', 'missing'],
  number: ['', 'missing'],
  date: ['', 'missing'],
  quantity: ['', 'missing'],
  composite: [''],
  special: [''],
};

export const prefixes = [
  { value: '', label: 'equal to' },
  { value: 'ge', label: 'from' },
  { value: 'le', label: 'up to' },
  { value: 'gt', label: 'after, above' },
  { value: 'lt', label: 'before, below' },
  { value: 'ne', label: 'other than' },
  { value: 'ap', label: 'about' },
] as const;
export const hasPrefix = (type: ParameterType): boolean => type === 'number' || type === 'date' || type === 'quantity';

const prefixAtStart = /^(eq|ge|le|gt|lt|ne|ap|sa|eb)(?=[\d.+-])/;

/** Of `criteria` in an address. Modifiers are told from chains by what they are. */
export function readCriteria(text: string, parameters: readonly Parameter[]): Criterion[] {
  return [...new URLSearchParams(text)].map(([key, value]) => {
    const colon = key.lastIndexOf(':');
    const last = colon === -1 ? '' : key.slice(colon + 1);
    const isModifier = Object.hasOwn(words, last) && last !== '';
    const name = isModifier ? key.slice(0, colon) : key;
    const type = parameters.find((one) => one.name === name)?.type;
    const prefix = type !== undefined && hasPrefix(type) ? (prefixAtStart.exec(value)?.[1] ?? '') : '';
    return { name, modifier: isModifier ? last : '', prefix: prefix === 'eq' ? '' : prefix, value: value.slice(prefix.length) };
  });
}

/** What is not filled in is no criterion. */
export function writeCriteria(criteria: readonly Criterion[]): string {
  const written = new URLSearchParams();
  for (const { name, modifier, prefix, value } of criteria)
    if (name !== '' && value.trim() !== '')
      written.append(modifier === '' ? name : `${name}:${modifier}`, modifier === 'missing' ? value.trim() : `${prefix}${value.trim()}`);
  return readable(written);
}

/** Escaped where it must be and nowhere else: addresses are read by people. */
export const readable = (parameters: URLSearchParams): string =>
  parameters.toString().replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%7C', '|');

/** For a shell: nothing in it means anything there. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const curlOf = (address: string): string =>
  `curl -H ${shellQuoted('Accept: application/fhir+json')} -H "Authorization: Bearer $LAMPLIGHT_TOKEN" ${shellQuoted(address)}`;
