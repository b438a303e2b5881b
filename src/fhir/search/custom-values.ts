// What FHIRPath found → index values, by the type of parameter and of element (http://hl7.org/fhir/R4/search.html#table): the
// same functions as the compiled parameters use. An element of another type has no value, as in build/search/index-values.ts.
import type { Item } from '../fhirpath/contract.ts';
import type { IndexValue, ParameterType, SearchParameter } from './contract.ts';
import * as values from './values.ts';

type Converter = (out: IndexValue[], value: never) => void;

const texts = {
  string: values.textToken,
  id: values.textToken,
  uri: values.textToken,
  url: values.textToken,
  oid: values.textToken,
  uuid: values.textToken,
  canonical: values.textToken,
};
const instants = { date: values.date, dateTime: values.date, instant: values.date };
const numbers = { integer: values.number, positiveInt: values.number, unsignedInt: values.number, decimal: values.number };
const quantities = {
  Quantity: values.quantity,
  SimpleQuantity: values.quantity,
  Age: values.quantity,
  Duration: values.quantity,
  Count: values.quantity,
  Distance: values.quantity,
};
const uris = { uri: values.uri, url: values.uri, canonical: values.uri, oid: values.uri, uuid: values.uri };

const converters: Record<Exclude<ParameterType, 'composite' | 'special'> | 'phonetic', Record<string, Converter>> = {
  string: {
    string: values.textString,
    markdown: values.textString,
    code: values.textString,
    HumanName: values.humanNameString,
    Address: values.addressString,
  },
  phonetic: { HumanName: values.phoneticName, string: values.phoneticText },
  token: {
    ...texts,
    code: (out, value) => values.codeToken(out, value),
    boolean: values.booleanToken,
    Coding: values.codingToken,
    CodeableConcept: values.conceptToken,
    Identifier: values.identifierToken,
    ContactPoint: values.contactToken,
  },
  reference: { Reference: values.reference, canonical: values.canonical, uri: values.canonical },
  date: { ...instants, Period: values.period, Timing: values.timing },
  number: { ...numbers, Range: values.numberRange },
  quantity: { ...quantities, Money: values.money, Range: values.quantityRange, SampledData: values.sampledData },
  uri: uris,
};

/** System.String and its like, of what an expression computed, count as the FHIR primitive of that name. */
const nameOf = (type: string): string => {
  const name = type.replace(/^\w+\./, '');
  if (!type.startsWith('System.')) return name;
  return name === 'DateTime' ? 'dateTime' : name === 'Quantity' ? name : name.charAt(0).toLowerCase() + name.slice(1);
};

export function convert(out: IndexValue[], type: ParameterType, phonetic: boolean, { type: of, value }: Item): void {
  if (type === 'composite' || type === 'special' || value === null) return;
  // FHIRPath writes instants of its own with an @.
  const shown = typeof value === 'string' && of.startsWith('System.') ? value.replace(/^@/, '') : value;
  converters[phonetic ? 'phonetic' : type][nameOf(of)]?.(out, shown as never);
}

/** Whether values of this kind are found by hashes alone (record/index-rows.ts). */
export const hasNoOrder = ({ type }: SearchParameter): boolean => type === 'token' || type === 'reference' || type === 'uri';
