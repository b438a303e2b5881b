// Values that are one leaf of a message and one primitive of FHIR.
import { Decimal } from '../../../fhir/decimal.ts';
import { bare } from './bare.ts';
import { type Codec, type Converter, primitive } from './converter.ts';
import { elementPath } from './element-path.ts';
import { isNull, type Leaf, type Part } from './part.ts';
import type { Place } from './place.ts';
import { clockTime, date, dateTime, instant } from './time.ts';
import { joined, lineOf } from './types/joined.ts';

const asText = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean' || value instanceof Decimal
      ? String(value)
      : undefined;

/** FHIR strings are not empty and not all blanks. */
const text: Codec = { read: (raw) => (raw.trim() === '' ? undefined : raw), write: asText };

/** Codes have no leading, trailing or double blanks. */
const code: Codec = { read: (raw) => (/^\S+( \S+)*$/.test(raw) ? raw : undefined), write: asText, expects: 'code' };

const number = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** NM, with the digits as they are written; `+5`, `.5`, `007` and `5.` are numbers of v2 that JSON writes otherwise. */
/** Whether a text is an NM. */
export const isNumber = (raw: string): boolean => raw.length <= 100 && number.test(raw.trim());

const decimal: Codec = {
  read(raw) {
    const trimmed = raw.trim();
    if (!isNumber(trimmed)) return undefined;
    const shown = trimmed
      .replace(/^\+/, '')
      .replace(/^(-?)0+(?=\d)/, '$1')
      .replace(/^(-?)\./, '$10.')
      .replace(/\.$/, '');
    const value = Number(shown);
    return String(value) === shown ? value : new Decimal(shown);
  },
  write: asText,
  expects: 'number',
};

const whole = (least: number): Codec => ({
  read(raw) {
    const value = /^\d{1,9}$/.test(raw.trim()) ? Number(raw) : undefined;
    return value !== undefined && value >= least ? value : undefined;
  },
  write: asText,
  expects: 'whole number',
});

const yesNo: Codec = {
  read: (raw) => (raw === 'Y' ? true : raw === 'N' ? false : undefined),
  write: (value) => (value === true ? 'Y' : value === false ? 'N' : undefined),
  expects: 'Y or N (HL7 table 0136)',
};

const address: Codec = { read: (raw) => (/^[a-zA-Z][\w+.-]*:\S+$/.test(raw) ? raw : undefined), write: asText };

const base64: Codec = {
  read: (raw) => (/^[A-Za-z0-9+/]+={0,2}$/.test(raw.replace(/\s/g, '')) ? raw.replace(/\s/g, '') : undefined),
  write: asText,
};

/**
 * Codes that FHIR has other words for. Back goes the first that means the same; where the message said another of them, that is in
 * the ledger. `else`: what every other code becomes, where FHIR asks for one.
 */
export function coded(table: Readonly<Record<string, string>>): Codec {
  const back = new Map<string, string>();
  // Names that are whole numbers come first in an object, wherever they were written; HL7's own codes are letters where it has both.
  const entries = Object.entries(table).sort(([one], [other]) => Number(/^\d/.test(one)) - Number(/^\d/.test(other)));
  for (const [from, to] of entries) if (!back.has(to)) back.set(to, from);
  const known = bare(table);
  // Some tables are written in capitals, some not; senders hold to neither.
  const upper = new Map(Object.entries(table).map(([from, to]) => [from.toUpperCase(), to]));
  return { read: (raw) => known[raw.trim()] ?? upper.get(raw.trim().toUpperCase()), write: (value) => back.get(String(value)) };
}

const PLAIN: Converter = primitive(text);
/** Text with an `&` that nobody escaped: words with blanks beside it, which no identifier of parts has. */
const isProse = (part: Part): boolean => part.parts.length > 1 && part.parts.some((one) => /^\s|\s$/.test(one?.text ?? ''));
export const ST: Converter = {
  ...PLAIN,
  read(part, place, step, run, story) {
    // A field of one component is that component.
    const words = part.parts.length === 1 ? (part.parts[0] ?? part) : part;
    if (!isProse(words)) return PLAIN.read(part, place, step, run, story);
    const { text: whole, leaves } = joined([lineOf(words, '&')]);
    return whole.trim() !== '' && place.set(step, whole, leaves, run);
  },
};
export const ID: Converter = primitive(code);
/** An id of FHIR. */
export const FHIR_ID: Converter = primitive({ read: (raw) => (/^[A-Za-z0-9.-]{1,64}$/.test(raw) ? raw : undefined), write: asText });
export const NM: Converter = primitive(decimal);
export const SI: Converter = primitive(whole(0));
export const positive: Converter = primitive(whole(1));
export const YN: Converter = primitive(yesNo);
export const URI: Converter = primitive(address);
export const BASE64: Converter = primitive(base64);
export const DTM: Converter = primitive(dateTime);
export const DT: Converter = primitive(date);
export const TM: Converter = primitive(clockTime);
export const INSTANT: Converter = primitive(instant);
const alternates = 'http://hl7.org/fhir/StructureDefinition/alternate-codes';
const v2System = (table: string): string => `http://terminology.hl7.org/CodeSystem/v2-${table}`;

/**
 * The received code beside one that FHIR has fewer words for: http://hl7.org/fhir/StructureDefinition/alternate-codes, as the official
 * maps have it for AL1-2. `table`: the HL7 table.
 */
export function alternate(place: Place, name: string, leaf: Leaf, table: string): void {
  const coding = place.walk(elementPath(`_${name}.extension[${alternates}].valueCodeableConcept.coding[1]`), '');
  coding.imply([{ name: 'system' }], '', v2System(table));
  coding.set({ name: 'code' }, leaf.text, [[leaf, asText]]);
}

/** A code of FHIR; where several codes of the HL7 table mean it, or FHIR has none, the received one stands beside it. */
export function oneOf(codes: Readonly<Record<string, string>>, table?: string): Converter {
  const codec = coded(codes);
  const plain = primitive(codec);
  return {
    ...plain,
    read(part, place, step, run, story) {
      const { leaf } = part;
      if (leaf === undefined || isNull(leaf)) return false;
      const said = plain.read(part, place, step, run, story);
      if (table === undefined || step.item !== undefined || !/^\S+( \S+)*$/.test(leaf.text)) return said;
      if (!said || codec.write(codec.read(leaf.text, story), story) !== leaf.text) alternate(place, step.name, leaf, table);
      return true;
    },
  };
}
/** Codes that mean yes or no. Back goes the first that means the same. */
export const yesOf = (table: Readonly<Record<string, boolean>>): Converter =>
  primitive({
    read: (raw) => table[raw.trim().toUpperCase()],
    write: (value) => Object.entries(table).find(([, meant]) => meant === value)?.[0],
  });
/** ISO 4217, which is all that Money knows. */
export const CURRENCY: Converter = primitive({ read: (raw) => (/^[A-Z]{3}$/.test(raw.trim()) ? raw.trim() : undefined), write: asText });
export const decimalCodec: Codec = decimal;
