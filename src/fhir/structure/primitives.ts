// What a value of each primitive type looks like in JSON (http://hl7.org/fhir/R4/datatypes.html#primitive). Each check answers
// with a sentence on how to write the value, or undefined where it is right. No sentence repeats the value: it may be a patient's.
import { dateFault } from '../date.ts';
import { Decimal } from '../decimal.ts';
import { narrativeFault } from './xhtml.ts';

export type Check = (value: unknown) => string | undefined;

/** "Strings SHALL NOT exceed 1 MB (1024*1024 characters) in size." */
const maxCharacters = 1_048_576;

/** Below 32, other than tab, line feed and carriage return. */
const anyControl = /[^\P{Cc}\t\n\r\x7f-\x9f]/u;
const anyBlank = /\s/;

const notText = 'Write the value as a string in double quotes';

/** A string that is not empty and has no control characters; `fits` narrows it. */
const text =
  (fits?: (value: string) => string | undefined, limit = maxCharacters): Check =>
  (value) => {
    if (typeof value !== 'string') return notText;
    if (value.length === 0) return 'Leave the element out rather than give an empty string';
    if (value.length > limit) return `Shorten the text: at most ${limit} characters are allowed`;
    return fits?.(value);
  };

const form = (pattern: RegExp, says: string): Check => text((value) => (pattern.test(value) ? undefined : says));

const prose = text((value) => {
  if (anyControl.test(value)) return 'Remove the control characters; only tab, line feed and carriage return are allowed';
  return value.trim() === '' ? 'Leave the element out rather than give only blanks' : undefined;
});

const address = text((value) => (anyBlank.test(value) ? 'Remove the blanks: an address (URI) has none' : undefined));

const integer =
  (least: number, says: string): Check =>
  (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return says;
    return value >= least && value <= 2_147_483_647 ? undefined : says;
  };

const decimal: Check = (value) =>
  (typeof value === 'number' && Number.isFinite(value)) || value instanceof Decimal
    ? undefined
    : 'Write the value as a JSON number, without quotes';

const date = (kind: 'date' | 'dateTime' | 'instant' | 'time'): Check => {
  const check = text((value) => dateFault(kind, value), 64);
  return (value) => check(value);
};

/** Content with blanks is looked at character by character, 10 ms a megabyte. */
const maxBlankBase64 = 4 * maxCharacters;

/** Four characters a group, "=" only at the end, white space anywhere. Attachments are megabytes: the usual form goes by the decoder. */
const base64: Check = text((value) => {
  if (!blanks.some((blank) => value.includes(blank))) return decodesWhole(value) ? undefined : base64Says;
  if (value.length > maxBlankBase64) return `Send base64 of more than ${maxBlankBase64} characters without blanks and line breaks`;
  let digits = 0;
  let padding = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue;
    if (code === 0x3d) padding++;
    else if (padding > 0 || !isBase64[code]) return base64Says;
    digits++;
  }
  return digits > 0 && digits % 4 === 0 && padding <= 2 ? undefined : base64Says;
}, Number.POSITIVE_INFINITY);

const blanks = [' ', '\n', '\r', '\t'];

/**
 * The decoder of Node passes over what it does not know, so a fault shows as a missing byte. It also takes the letters of
 * base64url, and looks at the low byte only of what is not ASCII.
 */
function decodesWhole(value: string): boolean {
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
  if (value.length % 4 !== 0 || value.includes('-') || value.includes('_')) return false;
  if (Buffer.byteLength(value) !== value.length) return false;
  return Buffer.from(value, 'base64').length === (value.length / 4) * 3 - padding;
}

const base64Says = 'Encode the content as base64: groups of four characters of A-Z a-z 0-9 + / with "=" only at the end';
const isBase64 = Array.from({ length: 128 }, (_, code) => /[A-Za-z0-9+/]/.test(String.fromCharCode(code)));

/** Checks by the name of the type. `element-id` is the id of an element, a string without blanks. */
export const primitiveChecks: Record<string, Check> = {
  boolean: (value) => (typeof value === 'boolean' ? undefined : 'Write true or false, without quotes'),
  integer: integer(-2_147_483_648, 'Write a whole number of at most 32 bits, without quotes, point or exponent'),
  unsignedInt: integer(0, 'Write a whole number from 0 to 2147483647, without quotes, point or exponent'),
  positiveInt: integer(1, 'Write a whole number from 1 to 2147483647, without quotes, point or exponent'),
  decimal,
  string: prose,
  markdown: prose,
  'element-id': address,
  uri: address,
  url: address,
  canonical: address,
  oid: form(/^urn:oid:[0-2](\.(0|[1-9][0-9]*))+$/, 'Write the OID as urn:oid: and numbers with dots between, such as urn:oid:1.2.3'),
  uuid: form(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    'Write the UUID as urn:uuid: and 32 lower-case hexadecimal digits in groups of 8-4-4-4-12',
  ),
  id: form(/^[A-Za-z0-9\-.]{1,64}$/, 'Use 1 to 64 characters of A-Z a-z 0-9 - and . for an id'),
  code: form(/^[^\s]+(\s[^\s]+)*$/, 'Write the code without blanks at either end or two in a row'),
  date: date('date'),
  dateTime: date('dateTime'),
  instant: date('instant'),
  time: date('time'),
  base64Binary: base64,
  // A document is no string of R4: its bound is that of the body.
  xhtml: text(narrativeFault, Number.POSITIVE_INFINITY),
};
