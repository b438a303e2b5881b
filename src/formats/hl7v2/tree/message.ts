// One HL7 v2 message as a tree that keeps the text of every leaf exactly as it was received (HL7 v2.8, chapter 2, section 2.5).
// Fields are split when they are asked for and joined again as they were: what was not touched is never rewritten.
//
//   const message = readMessage(bytes);
//   message.get('PID-5.1');            // 'EVERYWOMAN'
//   message.set('PID-5.1', 'O|Neil');  // is written O\F\Neil
//   message.write();                   // the same bytes but for that leaf
import { type Decoded, decode, encode } from './charset.ts';
import { type Delimiters, delimitersOf, usualDelimiters } from './delimiters.ts';
import { escapeText, unescapeText } from './escape.ts';
import { type LeafPlace, readPlace } from './place.ts';
import { emptySegments } from './segment-names.ts';

export class Segment {
  readonly name: string;
  /** What ended it, as received: CR by the standard, LF and CRLF in practice, nothing at the end of a file. */
  end: string;
  readonly #delimiters: Delimiters;
  #text: string;
  #fields: string[] | undefined;

  constructor(name: string, text: string, end: string, delimiters: Delimiters) {
    this.name = name;
    this.#text = text;
    this.end = end;
    this.#delimiters = delimiters;
  }

  /** Raw fields by their numbers; [0] is the name. In headers field 1 is the delimiter itself and field 2 is never divided. */
  get fields(): readonly string[] {
    if (this.#fields === undefined) {
      this.#fields = this.#text.split(this.#delimiters.field);
      if (isHeader(this.name)) this.#fields.splice(1, 0, this.#delimiters.field);
    }
    return this.#fields;
  }

  /** Raw text of a field; empty where it is not there. One field is found without splitting the rest. */
  field(number: number): string {
    if (this.#fields !== undefined) return this.#fields[number] ?? '';
    const text = this.#text;
    const { field } = this.#delimiters;
    let left = number;
    if (isHeader(this.name)) {
      if (number === 1) return field;
      left--;
    }
    if (left < 0) return '';
    let from = 0;
    for (; left > 0; left--) {
      from = text.indexOf(field, from) + 1;
      if (from === 0) return '';
    }
    const end = text.indexOf(field, from);
    return end === -1 ? text.slice(from) : text.slice(from, end);
  }

  setField(number: number, raw: string): void {
    const fields = [...this.fields];
    while (fields.length <= number) fields.push('');
    fields[number] = raw;
    this.#fields = fields;
    const shown = isHeader(this.name) ? fields.filter((_, at) => at !== 1) : fields;
    this.#text = shown.join(this.#delimiters.field);
  }

  get text(): string {
    return this.#text;
  }
}

const isHeader = (name: string): boolean => name === 'MSH' || name === 'FHS' || name === 'BHS';

export class Message {
  /** What stood before the first segment: noise of a line, a byte order mark. */
  readonly before: string;
  readonly segments: Segment[];
  readonly delimiters: Delimiters;
  readonly charset: string;
  /** The character set is not the one that MSH-18 declares. */
  readonly charsetDiffers: boolean;
  /** The bytes that it was read from, until something is set: decoding is only kept where encoding gives the same bytes back. */
  #raw: Uint8Array | undefined;

  constructor(
    before: string,
    segments: Segment[],
    delimiters: Delimiters,
    charset: Pick<Decoded, 'charset' | 'differs'>,
    raw?: Uint8Array,
  ) {
    this.#raw = raw;
    this.before = before;
    this.segments = segments;
    this.delimiters = delimiters;
    this.charset = charset.charset;
    this.charsetDiffers = charset.differs;
  }

  /** The n-th segment of the name, counted from 1. */
  segment(name: string, occurrence = 1): Segment | undefined {
    let left = occurrence;
    for (const segment of this.segments) if (segment.name === name && --left === 0) return segment;
    return undefined;
  }

  /** Text of a leaf, unescaped; empty where it is not there. `PID-5.1`, `OBX[2]-5[3].1.2`: what is not named is the first. */
  get(path: string): string {
    return unescapeText(this.raw(path), this.delimiters);
  }

  /** As `get`, as it stands in the message. */
  raw(path: string): string {
    const place = readPlace(path);
    const field = this.segment(place.segment, place.occurrence)?.field(place.field);
    return field === undefined || field === '' ? '' : rawLeaf(field, place, this.delimiters);
  }

  /** Writes one leaf, escaped; a segment that is not there is added at the end. Everything else stays letter for letter. */
  set(path: string, text: string): void {
    this.setRaw(path, escapeText(text, this.delimiters));
  }

  setRaw(path: string, raw: string): void {
    this.#raw = undefined;
    const place = readPlace(path);
    let segment = this.segment(place.segment, place.occurrence);
    if (segment === undefined) {
      segment = new Segment(place.segment, place.segment, '\r', this.delimiters);
      const last = this.segments.at(-1);
      if (last !== undefined && last.end === '') last.end = '\r';
      this.segments.push(segment);
    }
    segment.setField(place.field, withLeaf(segment.field(place.field), place, raw, this.delimiters));
  }

  text(): string {
    let text = this.before;
    for (const segment of this.segments) text += segment.text + segment.end;
    return text;
  }

  /** Where nothing was set, the very bytes that were read: not to be changed. */
  write(): Buffer {
    const raw = this.#raw;
    if (raw !== undefined) return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    return encode(this.text(), this.charset);
  }
}

/** The n-th piece, found without splitting the rest. */
function part(text: string, delimiter: string, number: number): string {
  if (delimiter === '') return number === 1 ? text : '';
  let from = 0;
  for (let left = number; left > 1; left--) {
    from = text.indexOf(delimiter, from) + 1;
    if (from === 0) return '';
  }
  const end = text.indexOf(delimiter, from);
  if (end === -1) return from === 0 ? text : text.slice(from);
  return text.slice(from, end);
}

function rawLeaf(field: string, place: LeafPlace, { repetition, component, subcomponent }: Delimiters): string {
  if (place.whole) return field;
  return part(part(part(field, repetition, place.repetition), component, place.component), subcomponent, place.subcomponent);
}

function withPart(text: string, delimiter: string, number: number, change: (part: string) => string): string {
  if (delimiter === '') return number === 1 ? change(text) : text;
  const parts = text.split(delimiter);
  while (parts.length < number) parts.push('');
  parts[number - 1] = change(parts[number - 1] ?? '');
  return parts.join(delimiter);
}

const withLeaf = (field: string, place: LeafPlace, raw: string, { repetition, component, subcomponent }: Delimiters): string =>
  place.whole
    ? raw
    : withPart(field, repetition, place.repetition, (one) =>
        withPart(one, component, place.component, (two) => withPart(two, subcomponent, place.subcomponent, () => raw)),
      );

/** Any bytes. What begins no segment goes on the one before it: line breaks inside a text, as senders leave them. */
export function readMessage(raw: Uint8Array): Message {
  const decoded = decode(raw);
  return readText(decoded.text, decoded, raw);
}

export function readText(
  text: string,
  charset: Pick<Decoded, 'charset' | 'differs'> = { charset: 'utf-8', differs: false },
  raw?: Uint8Array,
): Message {
  const start = headerAt(text);
  if (start === -1) return new Message(text, [], usualDelimiters, charset, raw);
  const delimiters = delimitersOf(text.slice(start, start + 9));
  const segments: Segment[] = [];
  const { length } = text;
  let from = start;
  let at = start;
  // Where the next of each kind of line end is: a search over the whole text is made once for each line, not for each character.
  let cr = text.indexOf('\r', start);
  let lf = text.indexOf('\n', start);
  for (;;) {
    if (cr !== -1 && cr < at) cr = text.indexOf('\r', at);
    if (lf !== -1 && lf < at) lf = text.indexOf('\n', at);
    at = cr === -1 ? lf : lf === -1 ? cr : Math.min(cr, lf);
    if (at === -1) break;
    let next = at + 1;
    if (at === cr && text.charCodeAt(next) === 10) next++;
    // Blank lines and what is no segment belong to what stands before them.
    if (next < length && !beginsSegment(text, next, delimiters.field)) {
      let blank = next;
      while (blank < length && (text.charCodeAt(blank) === 13 || text.charCodeAt(blank) === 10)) blank++;
      if (blank < length && !beginsSegment(text, blank, delimiters.field)) {
        at = blank;
        continue;
      }
      next = blank;
    }
    segments.push(new Segment(text.slice(from, from + 3), text.slice(from, at), text.slice(at, next), delimiters));
    from = next;
    at = next;
  }
  if (from < length) segments.push(new Segment(text.slice(from, from + 3), text.slice(from), '', delimiters));
  return new Message(text.slice(0, start), segments, delimiters, charset, raw);
}

const headers = ['MSH', 'FHS', 'BHS'];

/** Where the first header begins; -1 where there is none. */
function headerAt(text: string): number {
  // A letter behind the name is no delimiter: that is a word, or a header that lost its beginning.
  if (headers.includes(text.slice(0, 3)) && /^[^A-Za-z0-9\s]/.test(text.charAt(3))) return 0;
  // After noise: a line of its own, a byte order mark, the block character of MLLP.
  const found = /(?:^|[^A-Za-z0-9])(MSH|FHS|BHS)[^A-Za-z0-9\s]/.exec(text.slice(0, 4096));
  return found === null ? -1 : found.index + found[0].length - 4;
}

const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isNameLetter = (code: number): boolean => isUpper(code) || (code >= 48 && code <= 57);

function beginsSegment(text: string, at: number, field: string): boolean {
  if (!isUpper(text.charCodeAt(at)) || !isNameLetter(text.charCodeAt(at + 1)) || !isNameLetter(text.charCodeAt(at + 2))) return false;
  if (text.startsWith(field, at + 3)) return true;
  // A segment without a field: only a name that the standard knows, otherwise it is a word of a text.
  const end = text.charCodeAt(at + 3);
  return (Number.isNaN(end) || end === 13 || end === 10) && emptySegments.has(text.slice(at, at + 3));
}
