// The reader behind json.ts: one pass over the text with a stack of its own, so depth costs no call stack and it can stop
// anywhere and go on later. Grammar: RFC 8259, narrowed by http://hl7.org/fhir/R4/json.html (no duplicate names, no NUL).
import { Decimal } from './decimal.ts';
import type { Json, JsonLimits } from './json.ts';
import { readNumber } from './json-number.ts';
import { StringReader } from './json-string.ts';
import { fail, ok, type Problem, type ProblemKind, type Result } from './result.ts';

type Container = Json[] | { [name: string]: Json };

/** How far it reads between two looks at the clock: well below a millisecond. */
const stride = 16_384;
/** More blank characters in a row than any pretty printer writes; keeps one step short. */
const maxBlank = 100_000;

/** Values of one resource, where nothing else is said. */
export const valuesMax = 50_000;

const unfinished = Symbol('unfinished string');

export class JsonReader {
  #text: string;
  #at: number;
  #maxDepth: number;
  #maxValues: number;
  #maxEntryValues: number;
  #maxEntries: number;

  /** Containers that are open, with the name under which each object awaits its next value. */
  #open: Container[] = [];
  #names: string[] = [];
  #strings: StringReader;
  #inString = false;

  #values = 0;
  /** Values that the current entry, or the document outside its entries, may still hold. */
  #left: number;
  #leftOutside = 0;
  #entryDepth = 0;

  #value: Json = null;
  #problem: Problem | undefined;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    this.#maxDepth = limits.maxDepth ?? 64;
    this.#maxValues = limits.maxValues ?? 3_000_000;
    this.#maxEntryValues = limits.maxEntryValues ?? valuesMax;
    this.#maxEntries = limits.maxEntries ?? 100_000;
    this.#left = this.#maxEntryValues;
    this.#strings = new StringReader(text);
  }

  result(): Result<Json> {
    return this.#problem ? { ok: false, problem: this.#problem } : ok(this.#value);
  }

  /** Reads on until the clock (`performance.now()`) passes `untilMs`; true when it has finished, well or badly. */
  read(untilMs: number): boolean {
    const text = this.#text;
    const open = this.#open;
    let look = this.#at + stride;
    for (;;) {
      // A value is expected here.
      let value: Json | typeof unfinished;
      let code = 0;
      if (this.#inString) {
        value = this.#string();
      } else {
        if (this.#at >= look) {
          if (performance.now() > untilMs) return false;
          look = this.#at + stride;
        }
        code = this.#next();
        if (--this.#left < 0 || ++this.#values > this.#maxValues) return this.#tooMany();
        if (code === 0x22) {
          this.#at++;
          this.#strings.start(this.#at);
          value = this.#string();
        } else if (code === 0x7b) {
          if (open.length >= this.#maxDepth) return this.#tooDeep();
          const object = {};
          this.#at++;
          code = this.#next();
          if (code === 0x7d) {
            this.#at++;
            value = object;
          } else {
            open.push(object);
            if (!this.#name(object, code)) return true;
            continue;
          }
        } else if (code === 0x5b) {
          if (open.length >= this.#maxDepth) return this.#tooDeep();
          this.#at++;
          code = this.#next();
          if (code === 0x5d) {
            this.#at++;
            value = [];
          } else {
            open.push([]);
            if (open.length === 2 && this.#names[0] === 'entry' && !Array.isArray(open[0])) this.#enterEntry();
            continue;
          }
        } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
          const number = readNumber(text, this.#at);
          this.#at = number.end;
          if (number.value === undefined) return this.#refuse('invalid', number.message);
          value = number.value;
        } else {
          const word = literals[code];
          if (word === undefined || !text.startsWith(word.text, this.#at)) return this.#expected('a value');
          this.#at += word.text.length;
          value = word.value;
        }
      }
      if (value === unfinished) {
        if (this.#problem) return true;
        if (performance.now() > untilMs) return false;
        continue;
      }

      // A value is complete: put it in its place, and close what ends after it.
      for (;;) {
        const depth = open.length;
        if (depth === 0) return this.#finish(value);
        const container = open[depth - 1] as Container;
        code = this.#nextAfter(value, container, depth);
        if (code === 0x2c) {
          this.#at++;
          if (Array.isArray(container)) {
            if (depth === this.#entryDepth) {
              if (container.length >= this.#maxEntries)
                return this.#refuse('too-costly', `More than ${this.#maxEntries} entries; send them in parts`);
              this.#left = this.#maxEntryValues;
            }
            break;
          }
          if (!this.#name(container, this.#next())) return true;
          break;
        }
        if (code !== (Array.isArray(container) ? 0x5d : 0x7d)) {
          return this.#expected(Array.isArray(container) ? '"," or "]"' : '"," or "}"');
        }
        this.#at++;
        open.pop();
        if (depth === this.#entryDepth) this.#leaveEntry();
        value = container;
      }
    }
  }

  /** Puts the value into the container and gives the next code. */
  #nextAfter(value: Json, container: Container, depth: number): number {
    if (Array.isArray(container)) container.push(value);
    else container[this.#names[depth - 1] as string] = value;
    return this.#next();
  }

  /** Skips blank characters and gives the code at the place reached, NaN at the end. */
  #next(): number {
    const text = this.#text;
    let at = this.#at;
    let code = text.charCodeAt(at);
    if (code > 0x20) return code;
    const limit = at + maxBlank;
    while ((code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) && at < limit) code = text.charCodeAt(++at);
    this.#at = at;
    if (at >= limit) this.#refuse('invalid', `More than ${maxBlank} blank characters in a row; send the JSON without them`);
    return this.#problem ? Number.NaN : code;
  }

  #string(): string | typeof unfinished {
    const strings = this.#strings;
    if (!strings.read()) {
      this.#inString = true;
      return unfinished;
    }
    this.#inString = false;
    this.#at = strings.at;
    if (strings.message === undefined) return strings.value;
    this.#refuse('invalid', strings.message);
    return unfinished;
  }

  /** Reads `"name":` of the object's next member; false where it had to refuse. */
  #name(object: { [name: string]: Json }, code: number): boolean {
    if (code !== 0x22) return !this.#expected('a name in double quotes');
    const start = this.#at;
    const strings = this.#strings;
    const name = strings.name(start + 1);
    this.#at = strings.at;
    if (strings.message !== undefined) return !this.#refuse('invalid', strings.message);
    if (object[name] !== undefined && (name === '__proto__' || Object.hasOwn(object, name))) {
      this.#at = start;
      return !this.#refuse(
        'invalid',
        name === '__proto__'
          ? 'The name "__proto__" is not allowed'
          : `The name "${name.slice(0, 64)}" appears twice in one object; keep one`,
      );
    }
    this.#names[this.#open.length - 1] = name;
    if (this.#next() !== 0x3a) return !this.#expected('":" after the name');
    this.#at++;
    return true;
  }

  #enterEntry(): void {
    this.#entryDepth = 2;
    this.#leftOutside = this.#left;
    this.#left = this.#maxEntryValues;
  }

  #leaveEntry(): void {
    this.#entryDepth = 0;
    this.#left = this.#leftOutside;
  }

  #finish(value: Json): true {
    if (!Number.isNaN(this.#next())) return this.#expected('nothing after the end of the document');
    if (this.#problem) return true;
    const isBundle =
      value !== null &&
      !Array.isArray(value) &&
      !(value instanceof Decimal) &&
      typeof value === 'object' &&
      value['resourceType'] === 'Bundle';
    if (!isBundle && this.#values > this.#maxEntryValues) return this.#tooMany();
    this.#value = value;
    return true;
  }

  #tooDeep(): true {
    return this.#refuse('too-costly', `Objects and arrays are more than ${this.#maxDepth} levels deep; no FHIR resource needs that`);
  }

  #tooMany(): true {
    const message =
      this.#values > this.#maxValues && this.#left >= 0
        ? `The document holds more than ${this.#maxValues} values; send it in parts`
        : `A single resource holds more than ${this.#maxEntryValues} values; divide it`;
    return this.#refuse('too-costly', message);
  }

  #expected(what: string): true {
    if (this.#problem) return true;
    const code = this.#text.codePointAt(this.#at);
    const found = code === undefined ? 'the text ends' : `there is ${describe(code)}`;
    return this.#refuse('invalid', `Expected ${what}, but ${found}`);
  }

  #refuse(kind: ProblemKind, message: string): true {
    this.#problem ??= fail(kind, `${message}.`, lineAndColumn(this.#text, this.#at)).problem;
    return true;
  }
}

const literals: Record<number, { text: string; value: boolean | null }> = {
  116: { text: 'true', value: true },
  102: { text: 'false', value: false },
  110: { text: 'null', value: null },
};

/** One character for a message: as itself where it can be seen, else as its number. */
function describe(code: number): string {
  return code > 0x20 && code < 0x7f ? `"${String.fromCodePoint(code)}"` : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `line:column`, both from 1, of a place in the text. */
function lineAndColumn(text: string, at: number): string {
  const before = text.slice(0, at);
  let line = 1;
  let start = 0;
  for (let end = before.indexOf('\n'); end >= 0; end = before.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return `${line}:${at - start + 1}`;
}
