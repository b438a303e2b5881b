// The lossless tree of an X12 file: every character of it is in exactly one segment, so that writing gives the bytes that were read,
// whatever they are. Structure is looked for, never demanded: envelopes may be missing, doubled, wrong or surrounded by something else.
import { atOnce } from '../steps.ts';
import { type Delimiters, delimitersOfIsa, guessDelimiters } from './delimiters.ts';

export interface Segment {
  /** `NM1`; as it stands there, even where it is no name of a segment. */
  tag: string;
  /** Elements as received, the first at 0 (so `NM1-03` is `elements[2]`). Not parted into components. */
  elements: string[];
  /** The whole segment as received, without terminator; for `junk` all there is. */
  raw: string;
  /** Terminator and the white space after it; empty where the file ends without one. */
  end: string;
  delimiters: Delimiters;
  /** What stands between two interchanges, or before the first, and belongs to none. */
  junk?: true;
}

export interface Document {
  /** How the bytes became characters: UTF-8 where they are that, else one character a byte. */
  charset: 'utf-8' | 'latin1';
  /** White space before the first segment. */
  lead: string;
  segments: Segment[];
}

const white = new Set(['\r', '\n', ' ', '\t']);

export const read = (raw: Uint8Array): Document => atOnce(readInSteps(raw));

export function* readInSteps(raw: Uint8Array): Generator<undefined, Document> {
  const { text, charset } = decode(raw);
  yield;
  return { charset, ...(yield* parting(text)) };
}

/** Segments of a step: a millisecond or two. */
const segmentsAStep = 1_000;

/** The bytes that were read. */
export const write = (document: Document): Uint8Array => Buffer.from(textOf(document), document.charset);

export const textOf = ({ lead, segments }: Document): string => {
  let text = lead;
  for (const { raw, end } of segments) text += raw + end;
  return text;
};

function decode(raw: Uint8Array): { text: string; charset: Document['charset'] } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw), charset: 'utf-8' };
  } catch {
    return { text: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1'), charset: 'latin1' };
  }
}

export const part = (text: string): { lead: string; segments: Segment[] } => atOnce(parting(text));

/** The first segments of a file, for whoever wants to know only what it is. */
export const beginning = (raw: Uint8Array, most: number): Segment[] => {
  const steps = parting(decode(raw).text, most);
  return atOnce(steps).segments;
};

/** Text into segments, in time linear in its length. */
function* parting(text: string, most = Number.POSITIVE_INFINITY): Generator<undefined, { lead: string; segments: Segment[] }> {
  const isa = new IsaFinder(text);
  const segments: Segment[] = [];
  let at = skipWhite(text, 0);
  const lead = text.slice(0, at);
  let delimiters: Delimiters | undefined;
  let outside = true;
  while (at < text.length && segments.length < most) {
    if (segments.length % segmentsAStep === segmentsAStep - 1) yield;
    const declared = delimitersOfIsa(text, at);
    if (declared !== undefined) delimiters = declared;
    else if (outside && !isEnvelope(text, at)) {
      const next = isa.from(at);
      if (next > at) {
        segments.push({ tag: '', elements: [], raw: text.slice(at, next), end: '', delimiters: delimitersOfIsa(text, next)!, junk: true });
        at = next;
        continue;
      }
    }
    delimiters ??= guessDelimiters(text, at);
    const found = text.indexOf(delimiters.segment, at);
    const stop = found < 0 ? text.length : found;
    const next = found < 0 ? stop : skipWhite(text, stop + 1);
    const raw = text.slice(at, stop);
    const [tag = '', ...elements] = raw.split(delimiters.element);
    segments.push({ tag, elements, raw, end: text.slice(stop, next), delimiters });
    outside = tag === 'IEA';
    at = next;
  }
  return { lead, segments };
}

const isEnvelope = (text: string, at: number): boolean => /^(GS|ST|TA1|GE|IEA|SE)[^A-Za-z0-9]/.test(text.slice(at, at + 4));

function skipWhite(text: string, from: number): number {
  let at = from;
  while (white.has(text.charAt(at))) at++;
  return at;
}

/** Where the next interchange starts; looks at each place of the text once, however often it is asked. */
class IsaFinder {
  readonly #text: string;
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#next = -1;
  }

  from(at: number): number {
    if (this.#next >= at || this.#next === Number.POSITIVE_INFINITY) return this.#found();
    let candidate = this.#text.indexOf('ISA', at);
    while (candidate >= 0 && delimitersOfIsa(this.#text, candidate) === undefined) candidate = this.#text.indexOf('ISA', candidate + 3);
    this.#next = candidate < 0 ? Number.POSITIVE_INFINITY : candidate;
    return this.#found();
  }

  #found(): number {
    return this.#next === Number.POSITIVE_INFINITY ? -1 : this.#next;
  }
}

/** A segment of our own making. Trailing empty elements are left out, as X12 asks. */
export function segmentOf(tag: string, elements: readonly string[], delimiters: Delimiters, lineEnd = ''): Segment {
  let count = elements.length;
  while (count > 0 && elements[count - 1] === '') count--;
  const kept = elements.slice(0, count);
  return { tag, elements: kept, raw: [tag, ...kept].join(delimiters.element), end: delimiters.segment + lineEnd, delimiters };
}
