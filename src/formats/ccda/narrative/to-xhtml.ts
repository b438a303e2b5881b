// Section.text → Narrative.div: every text as it stands, in the markup that FHIR allows (http://hl7.org/fhir/R4/narrative.html), and each
// leaf with its place in it, so that a text that is changed there goes back where it came from.

import { narrativeInSteps } from '../../../fhir/structure/xhtml.ts';
import type { Conversion } from '../mapping/conversion.ts';
import { type Back, oneWay, type Place } from '../mapping/draft.ts';
import { lookUp } from '../mapping/look-up.ts';
import { escapeAttribute, escapeText, unescapeXml } from '../tree/characters.ts';
import { scanNow } from '../tree/scan.ts';
import { type Element, isElement, type Leaf, leavesIn } from '../tree/tree.ts';
import { allowedElements, attributeNames, classNames, elementNames, emptyElements, unsafeElements } from './markup.ts';

const start = '<div xmlns="http://www.w3.org/1999/xhtml">';
/** R4 gives strings 1 MB. */
const maxCharacters = 1_000_000;
/** Tags and attributes: the structural check of the whole Composition reads them without a rest, at about 0.5 µs each. */
const maxMarkup = 40_000;
/** Parts between two rests. */
const stride = 500;

/** Puts `text` with its div at the place. Nothing where there is no text. */
export function* narrative(from: Element, at: Place, cx: Conversion): Generator<undefined, void> {
  const writer = new Writer(cx);
  yield* writer.content(from);
  let div = writer.tooMuch ? '' : `${start}${writer.out.join('')}</div>`;
  let pieces = writer.pieces;
  if (pieces.length === 0) return;
  yield;
  if (writer.tooMuch || (yield* narrativeInSteps(div)) !== undefined) {
    cx.note('The markup of a narrative is more than FHIR takes: its text stands without it', from);
    ({ div, pieces } = yield* withoutMarkup(from, cx));
    writer.attributes.length = 0;
    if ((yield* narrativeInSteps(div)) !== undefined) return;
  }
  yield;
  at.at('status').set('generated');
  const place = at.at('div');
  place.set(div);
  for (const [i, leaf] of pieces.entries()) {
    place.say(leaf, div, pieceAt(i, pieces.length));
    if (i % stride === 0) yield;
  }
  for (const leaf of writer.attributes) place.say(leaf, div, oneWay);
}

/** Text alone, as much of it as a string may hold. */
function* withoutMarkup(from: Element, cx: Conversion): Generator<undefined, { div: string; pieces: Leaf[] }> {
  const pieces: Leaf[] = [];
  const out: string[] = [];
  let length = 0;
  for (const leaf of leavesIn(from)) {
    if (leaf.kind === 'attribute') continue;
    // What is longer than all that is left need not be looked at.
    const fits = leaf.end - leaf.start < maxCharacters - length;
    const text = fits ? escapeText(printable(cx.text(leaf))) : '';
    length += text.length + 9;
    if (!fits || length > maxCharacters - 100) {
      cx.note('A narrative is longer than FHIR takes: the rest of it is kept', from);
      break;
    }
    pieces.push(leaf);
    out.push(text);
    if (out.length % stride === 0) yield;
  }
  // A comment keeps the pieces apart without a tag for each.
  return { div: `${start}${out.join('\n<!-- -->')}</div>`, pieces };
}

class Writer {
  readonly out: string[] = [];
  readonly pieces: Leaf[] = [];
  readonly attributes: Leaf[] = [];
  readonly #cx: Conversion;
  #afterText = false;
  #parts = 0;
  #characters = 0;
  #tags = 0;

  constructor(cx: Conversion) {
    this.#cx = cx;
  }

  /** More than FHIR takes: what was written so far is of no use. */
  get tooMuch(): boolean {
    return this.#characters > maxCharacters || this.#tags > maxMarkup;
  }

  *content(element: Element): Generator<undefined, void> {
    if (this.tooMuch) return;
    const { text } = this.#cx.document;
    const last = element.attributes.at(-1);
    let at = element.children.length === 0 ? element.end : text.indexOf('>', last === undefined ? element.start : last.end) + 1;
    for (const child of element.children) {
      this.#gap(at, child.start);
      if (this.tooMuch) return;
      if (++this.#parts % stride === 0) yield;
      if (isElement(child)) yield* this.#element(child);
      else this.#text(child);
      at = child.end;
    }
    if (element.children.length > 0) this.#gap(at, text.lastIndexOf('</', element.end));
  }

  /** Blanks between two parts; comments are left out. */
  #gap(from: number, to: number): void {
    if (to <= from) return;
    const blanks = this.#cx.document.text.slice(from, to).replace(/<!--[\s\S]*?(?:-->|$)|[^ \t\r\n]+/g, '');
    if (blanks !== '') this.out.push(blanks.replaceAll('\r', ''));
  }

  #text(leaf: Leaf): void {
    if (this.#afterText) {
      this.out.push('<!-- -->');
      this.#characters += 8;
    }
    this.#characters += leaf.end - leaf.start;
    if (this.tooMuch) return;
    const text = printable(this.#cx.text(leaf));
    if (text.trim() === '') return;
    this.out.push(escapeText(text));
    this.pieces.push(leaf);
    this.#afterText = true;
  }

  *#element(element: Element): Generator<undefined, void> {
    const lower = element.name.toLowerCase();
    if (unsafeElements.has(lower)) {
      for (const leaf of leavesIn(element)) this.#cx.kept.set(leaf, 'It is not safe to show');
      return;
    }
    const name = this.#nameOf(element, lower);
    this.#afterText = false;
    this.#tags += 2 + element.attributes.length;
    this.#characters += 2 * name.length + 5;
    this.out.push(`<${name}${this.#attributesOf(element, name)}`);
    if (emptyElements.has(name)) {
      this.out.push('/>');
      // Nothing may stand in it: what does comes after.
      yield* this.content(element);
      return;
    }
    this.out.push('>');
    yield* this.content(element);
    this.#afterText = false;
    this.out.push(`</${name}>`);
  }

  #nameOf(element: Element, lower: string): string {
    if (element.name === 'list' && this.#cx.value(element, 'listType') === 'ordered') return 'ol';
    if (element.name === 'caption') return element.parent?.name === 'table' ? 'caption' : element.parent?.name === 'list' ? 'li' : 'span';
    return lookUp(elementNames, element.name) ?? (allowedElements.has(lower) ? lower : 'span');
  }

  #attributesOf(element: Element, name: string): string {
    const classes: string[] = [];
    const own = lookUp(classNames, element.name);
    if (own !== undefined) classes.push(own);
    else if (element.name === 'caption' && name !== 'caption') classes.push('caption');
    else if (name === 'span' && element.name !== 'content' && element.name !== 'span') classes.push(element.name);
    let written = '';
    const seen = new Set<string>();
    for (const leaf of element.attributes) {
      const value = this.#cx.text(leaf).trim();
      const local = leaf.name.slice(leaf.name.indexOf(':') + 1).toLowerCase();
      if (local === 'listtype') this.attributes.push(leaf);
      if (local === 'revised' && /^(insert|delete)$/.test(value)) {
        classes.push(`revised-${value}`);
        this.attributes.push(leaf);
      }
      const target = Object.hasOwn(attributeNames, local) ? attributeNames[local]! : undefined;
      if (target === undefined || seen.has(target) || value === '') continue;
      if ((target === 'href' || target === 'src') && !isSafe(value)) {
        this.#cx.kept.set(leaf, 'It is not safe to show');
        continue;
      }
      this.attributes.push(leaf);
      seen.add(target);
      if (target === 'class') classes.push(value);
      else written += ` ${target}="${escapeAttribute(printable(local === 'idref' || local === 'referencedobject' ? `#${value}` : value))}"`;
    }
    return (classes.length === 0 ? '' : ` class="${escapeAttribute(printable(classes.join(' ')))}"`) + written;
  }
}

/** Web addresses, mail, telephone, and what leads to a part of the same document. */
const isSafe = (address: string): boolean => {
  const plain = address.replace(/[\p{Cc}\s]/gu, '');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(plain)?.[1]?.toLowerCase();
  return scheme === undefined || ['http', 'https', 'ftp', 'mailto', 'tel'].includes(scheme);
};

/** Without control characters, which XHTML has not. */
const unprintable = /[^\P{Cc}\t\n\r\x7f-\x9f]|[\uFFFE\uFFFF]|[\uD800-\uDFFF]/gu;
const printable = (text: string): string => text.replace(unprintable, '');

let lastDiv = '';
let lastPieces: string[] = [];

/** The texts of a div in their order; the last one is remembered, since each of its leaves asks. */
function piecesOf(div: string): string[] {
  if (div === lastDiv) return lastPieces;
  const { roots } = scanNow(div);
  const found: string[] = [];
  for (const root of roots) for (const leaf of leavesIn(root)) if (leaf.kind !== 'attribute') found.push(div.slice(leaf.start, leaf.end));
  lastDiv = div;
  lastPieces = found;
  return found;
}

/** Only where the div has as many texts as before does each of them have its leaf. */
const pieceAt =
  (index: number, count: number): Back =>
  (now) => {
    if (now === undefined) return '';
    if (typeof now !== 'string') return undefined;
    const pieces = piecesOf(now);
    return pieces.length === count ? unescapeXml(pieces[index]!) : undefined;
  };
