// The leaves of a JSON payload by their JSON pointers (RFC 6901), and what became of each. An array of nothing but numbers (the samples
// of a waveform) is one leaf: a row a sample would say the same ten thousand times.
import { Decimal } from '../../fhir/decimal.ts';
import { type Json, writeJson } from '../../fhir/json.ts';
import type { LedgerRow } from '../contract.ts';

/** A value with where it stands; `value` undefined: it is not there. */
export interface Place {
  value: Json | undefined;
  path: string;
}

interface Leaf {
  text: string;
  elements: Set<string>;
  structural: boolean;
}

const isNumber = (value: Json | undefined): value is number | Decimal => typeof value === 'number' || value instanceof Decimal;
const isList = (value: Json | undefined): value is Json[] => Array.isArray(value);
const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);
const stepOf = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const isLeaf = (value: Json): boolean => (isList(value) ? value.every(isNumber) : !isObject(value) || Object.keys(value).length === 0);

export class Leaves {
  readonly root: Place;
  readonly #leaves = new Map<string, Leaf>();
  readonly #whys = new Map<string, string>();

  /** `account`: false where it is only looked at and no ledger is wanted. */
  constructor(json: Json, account = true) {
    this.root = { value: json, path: '' };
    if (account) this.#walk(json, '');
  }

  #walk(value: Json, path: string): void {
    if (isLeaf(value)) {
      // null, {} and [] say nothing; they are there because of how the payload is built.
      const empty = value === null || (typeof value === 'object' && !(value instanceof Decimal) && Object.keys(value).length === 0);
      this.#leaves.set(path, { text: writeJson(value), elements: new Set(), structural: empty });
    } else if (isList(value)) for (const [index, one] of value.entries()) this.#walk(one, `${path}/${index}`);
    else if (isObject(value)) for (const [name, one] of Object.entries(value)) this.#walk(one, `${path}/${stepOf(name)}`);
  }

  at(place: Place, ...steps: (string | number)[]): Place {
    let { value, path } = place;
    for (const step of steps) {
      path += `/${typeof step === 'number' ? step : stepOf(step)}`;
      if (typeof step === 'number') value = isList(value) ? value[step] : undefined;
      else value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }
    return { value, path };
  }

  /** Items of a list; none where it is no list. */
  items(place: Place): Place[] {
    return isList(place.value) ? place.value.map((value, index) => ({ value, path: `${place.path}/${index}` })) : [];
  }

  said(place: Place, element: string): void {
    this.#leaves.get(place.path)?.elements.add(element);
  }

  structural(place: Place): void {
    const leaf = this.#leaves.get(place.path);
    if (leaf !== undefined) leaf.structural = true;
  }

  /** Why it has no home; also of all that is below. */
  why(place: Place, why: string): void {
    if (!this.#whys.has(place.path)) this.#whys.set(place.path, why);
  }

  #whyOf(path: string): string | undefined {
    for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const why = this.#whys.get(at);
      if (why !== undefined || at === '') return why;
    }
  }

  ledger(): LedgerRow[] {
    return [...this.#leaves].map(([path, { text, elements, structural }]): LedgerRow => {
      if (elements.size > 0) return { path, text, state: 'mapped', elements: [...elements] };
      if (structural) return { path, text, state: 'structural' };
      const why = this.#whys.size === 0 ? undefined : this.#whyOf(path);
      return { path, text, state: 'kept', ...(why === undefined ? {} : { why }) };
    });
  }
}

const control = /[^\P{Cc}\t\n\r\x7f-\x9f]/u;
/** What FHIR can say: neither only blanks nor with control characters. */
export const textOf = ({ value }: Place): string | undefined =>
  typeof value === 'string' && value.trim() !== '' && !control.test(value) ? value : undefined;
/** A code system or a name of numbers; undefined where the text is no address. */
export const uriOf = (place: Place): string | undefined => {
  const text = textOf(place);
  return text === undefined || /\s/.test(text) ? undefined : text;
};
export const numberOf = ({ value }: Place): number | Decimal | undefined => (isNumber(value) ? value : undefined);
export const isThere = ({ value }: Place): boolean => value !== undefined && value !== null;
export const isMembers = ({ value }: Place): boolean => isObject(value);
/** A text, or a number as it was written: ids and codes come as both. */
export const wordOf = (place: Place): string | undefined => {
  const number = numberOf(place);
  return number === undefined ? textOf(place) : String(number);
};
