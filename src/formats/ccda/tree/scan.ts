// Text to the tree. Never fails: what is no XML is passed over with a note, elements that are not closed end with their parent, and
// what is nested too deep or comes after too many elements stays together as one text. A DOCTYPE is passed over unread, so there are
// no entities to expand; every step costs in proportion to the characters it passes.
import type { Problem } from '../../../fhir/result.ts';
import type { Element, Leaf } from './tree.ts';

/** Deeper than any document; paths stay short. */
const maxDepth = 200;
const maxElements = 400_000;
const maxAttributes = 500;
/** Elements between two rests. */
const stride = 500;
const maxNotes = 20;

const nameAt = /[^\s<>/="'&]+/y;
const blanks = /[ \t\r\n]*/y;

export interface Scanned {
  /** One where the text is XML; fragments may have several, one after the other. */
  roots: Element[];
  notes: Problem[];
}

export function* scan(text: string): Generator<undefined, Scanned> {
  const scanner = new Scanner(text);
  while (scanner.step()) if (++scanner.steps % stride === 0) yield;
  return scanner.end();
}

/** At once, for narrative and for what is small. */
export function scanNow(text: string): Scanned {
  const steps = scan(text);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

class Scanner {
  steps = 0;
  readonly #text: string;
  readonly #notes: Problem[] = [];
  readonly #open: { element: Element; counts: Map<string, number>; texts: number }[] = [];
  readonly #roots: Element[] = [];
  readonly #rootCounts = new Map<string, number>();
  #at = 0;
  #elements = 0;
  /** Open elements below those that are kept apart. */
  #below = 0;
  #belowStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** One piece of markup and the text before it; false at the end. */
  step(): boolean {
    const text = this.#text;
    if (this.#at >= text.length) return false;
    const next = text.indexOf('<', this.#at);
    const end = next < 0 ? text.length : next;
    if (end > this.#at) this.#addText('text', this.#at, end);
    if (next < 0) {
      this.#at = text.length;
      return false;
    }
    this.#at = next;
    this.#markup();
    return true;
  }

  end(): Scanned {
    if (this.#below > 0) this.#endBelow(this.#text.length);
    if (this.#open.length > 0) this.#note('Some elements are not closed: they end with the document', this.#text.length);
    for (const { element } of this.#open) element.end = this.#text.length;
    return { roots: this.#roots, notes: this.#notes };
  }

  #markup(): void {
    const text = this.#text;
    const at = this.#at;
    if (text.startsWith('<!--', at)) return this.#passOver('-->', at + 4);
    if (text.startsWith('<![CDATA[', at)) {
      const end = text.indexOf(']]>', at + 9);
      const stop = end < 0 ? text.length : end;
      this.#addText('cdata', at + 9, stop);
      this.#at = end < 0 ? text.length : end + 3;
      return;
    }
    if (text.startsWith('<?', at)) return this.#passOver('?>', at + 2);
    if (text.startsWith('<!', at)) return this.#doctype();
    if (text.startsWith('</', at)) return this.#close();
    nameAt.lastIndex = at + 1;
    const name = nameAt.exec(text)?.[0];
    if (name === undefined || !/^[\p{L}_:]/u.test(name)) {
      this.#note('A "<" begins no markup: it is taken as text', at);
      this.#addText('text', at, at + 1);
      this.#at = at + 1;
      return;
    }
    this.#openTag(name, at + 1 + name.length);
  }

  #passOver(end: string, from: number): void {
    const found = this.#text.indexOf(end, from);
    this.#at = found < 0 ? this.#text.length : found + end.length;
  }

  /** Up to its end, past an internal subset; nothing of it is read. */
  #doctype(): void {
    this.#note('A DOCTYPE is passed over: entities are not read', this.#at);
    let depth = 0;
    for (let at = this.#at + 2; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x5b) depth++;
      else if (code === 0x5d) depth--;
      else if (code === 0x3e && depth <= 0) {
        this.#at = at + 1;
        return;
      }
    }
    this.#at = this.#text.length;
  }

  #openTag(qualified: string, from: number): void {
    const start = this.#at;
    const attributes = this.#below === 0 && this.#open.length < maxDepth && this.#elements < maxElements;
    if (!attributes) {
      const { selfClosed } = this.#attributes(from, undefined);
      if (this.#below === 0) {
        this.#belowStart = start;
        this.#note(
          this.#open.length < maxDepth
            ? `The document has more than ${maxElements} elements: the rest is kept as it is`
            : `Elements deeper than ${maxDepth} are kept as they are`,
          start,
        );
        if (selfClosed) return this.#addText('opaque', start, this.#at);
      }
      if (!selfClosed) this.#below++;
      return;
    }
    this.#elements++;
    const colon = qualified.indexOf(':');
    const parent = this.#open.at(-1);
    const counts = parent?.counts ?? this.#rootCounts;
    // As paths write it: a colon with nothing before it is no prefix.
    const written = colon === 0 ? qualified.slice(1) : qualified;
    const position = (counts.get(written) ?? 0) + 1;
    counts.set(written, position);
    const element: Element = {
      name: qualified.slice(colon + 1),
      prefix: colon < 0 ? '' : qualified.slice(0, colon),
      parent: parent?.element,
      position,
      attributes: [],
      children: [],
      start,
      end: start,
    };
    const { selfClosed } = this.#attributes(from, element);
    element.end = this.#at;
    if (parent !== undefined) parent.element.children.push(element);
    else {
      if (this.#roots.length > 0) this.#note('An element follows the outermost one: both are read', start);
      this.#roots.push(element);
    }
    if (!selfClosed) this.#open.push({ element, counts: new Map(), texts: 0 });
  }

  #attributes(from: number, owner: Element | undefined): { selfClosed: boolean } {
    const text = this.#text;
    const seen = new Set<string>();
    let count = 0;
    let at = from;
    for (;;) {
      blanks.lastIndex = at;
      at += blanks.exec(text)![0].length;
      const character = text[at];
      if (character === undefined || character === '<') {
        this.#note('A tag has no end', from);
        this.#at = at;
        return { selfClosed: false };
      }
      if (character === '>') {
        this.#at = at + 1;
        return { selfClosed: false };
      }
      if (character === '/') {
        at++;
        if (text[at] !== '>') continue;
        this.#at = at + 1;
        return { selfClosed: true };
      }
      if (++count > maxAttributes) {
        this.#note(`An element has more than ${maxAttributes} attributes: the rest is kept as it is`, from);
        return this.#skipTag(at);
      }
      nameAt.lastIndex = at;
      const name = nameAt.exec(text)?.[0];
      if (name === undefined) {
        at++;
        continue;
      }
      at += name.length;
      blanks.lastIndex = at;
      const equals = at + blanks.exec(text)![0].length;
      if (text[equals] !== '=') continue;
      blanks.lastIndex = equals + 1;
      const quoteAt = equals + 1 + blanks.exec(text)![0].length;
      const quote = text[quoteAt];
      if (quote !== '"' && quote !== "'") {
        this.#note('A value stands without quotes: it is passed over', quoteAt);
        at = quoteAt;
        continue;
      }
      const close = text.indexOf(quote, quoteAt + 1);
      const end = close < 0 ? text.length : close;
      if (seen.has(name)) this.#note('An attribute is given twice: the first counts', at);
      else if (owner !== undefined && end > quoteAt + 1)
        owner.attributes.push({ kind: 'attribute', name, start: quoteAt + 1, end, owner, position: 1 });
      seen.add(name);
      at = close < 0 ? end : end + 1;
    }
  }

  /** To the end of a tag, past values in quotes. */
  #skipTag(from: number): { selfClosed: boolean } {
    const text = this.#text;
    for (let at = from; at < text.length; at++) {
      const character = text.charCodeAt(at);
      if (character === 0x3e) {
        this.#at = at + 1;
        return { selfClosed: text.charCodeAt(at - 1) === 0x2f };
      }
      if (character !== 0x22 && character !== 0x27) continue;
      const close = text.indexOf(text.charAt(at), at + 1);
      if (close < 0) break;
      at = close;
    }
    this.#at = text.length;
    return { selfClosed: false };
  }

  #close(): void {
    const start = this.#at;
    const end = this.#text.indexOf('>', start);
    const name = this.#text.slice(start + 2, end < 0 ? this.#text.length : end).trim();
    this.#at = end < 0 ? this.#text.length : end + 1;
    if (this.#below > 0) {
      if (--this.#below === 0) this.#endBelow(this.#at);
      return;
    }
    const level = this.#open.findLastIndex(({ element }) => nameOf(element) === name);
    if (level < 0) {
      this.#note('An end tag closes nothing', start);
      return;
    }
    if (level < this.#open.length - 1) this.#note('Elements are closed in another order than they were opened', start);
    for (const { element } of this.#open.splice(level)) element.end = this.#at;
  }

  #endBelow(end: number): void {
    this.#below = 0;
    this.#addText('opaque', this.#belowStart, end);
  }

  #addText(kind: 'text' | 'cdata' | 'opaque', from: number, to: number): void {
    if (this.#below > 0) return;
    const parent = this.#open.at(-1);
    if (parent === undefined) return;
    const text = this.#text;
    let start = from;
    let end = to;
    while (start < end && isBlank(text.charCodeAt(start))) start++;
    while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
    if (start === end) return;
    const leaf: Leaf = { kind, name: '', start, end, owner: parent.element, position: ++parent.texts };
    parent.element.children.push(leaf);
  }

  #note(message: string, at: number): void {
    if (this.#notes.length >= maxNotes) return;
    this.#notes.push({ kind: 'invalid', message, where: `character ${at + 1}` });
  }
}

const nameOf = (element: Element): string => (element.prefix === '' ? element.name : `${element.prefix}:${element.name}`);
const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
