// A file of any length as messages of some hundred rows, each with the header in front so that it can be read by itself. Rows that
// cannot be read become messages of their own, with the line of the file and the reason: they can be sent again, and hold up no other.
// Put one after the other without their headers, the rows of all messages are the rows of the file, byte for byte.
import type { Problem } from '../../fhir/result.ts';
import type { TranslationContext } from '../contract.ts';
import { type Head, headOf, sentence, tell } from './csv.ts';
import type { Compiled } from './mapping.ts';
import { isBlank, type Row, rowAt } from './rows.ts';

export interface Part {
  raw: Buffer;
  /** Lines of the file: `lines 2-501`. */
  lines: string;
  /** First of them; counts up within the file. */
  line: number;
  rows: number;
  /** Business keys in them. */
  keys: string[];
  /** Why none of its rows can be read. */
  fault?: Problem;
}

/** What one message weighs at most: what is laid into the record together should take a fraction of a second. */
export const partLimits = { rows: 500, resources: 1000, bytes: 200_000 };
/** So many bad rows of what would be one message stand by themselves; the ones behind them share one. */
const aloneMax = 20;

interface Bundle {
  texts: string[];
  rows: number;
  keys: Set<string>;
  bytes: number;
  first: number;
  last: number;
  problems: Problem[];
}
const bundle = (line: number): Bundle => ({ texts: [], rows: 0, keys: new Set(), bytes: 0, first: line, last: line, problems: [] });

export class CsvParts {
  readonly #compiled: Compiled;
  readonly #context: TranslationContext;
  readonly #rowsMax: number;
  #text = '';
  #head: Head | undefined;
  #line = 1;
  #good: Bundle | undefined;
  #bad: Bundle | undefined;
  #alone = 0;
  #any = false;

  constructor(compiled: Compiled, context: TranslationContext) {
    this.#compiled = compiled;
    this.#context = context;
    this.#rowsMax = Math.max(20, Math.min(partLimits.rows, Math.floor(partLimits.resources / compiled.things.length)));
  }

  /** Messages that are whole by now, undefined as a step after some rows; call with `last` once, at the end. */
  *push(chunk: Uint8Array, last = false): Generator<Part | undefined, void> {
    this.#text += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    this.#head ??= this.#begin(last);
    if (this.#head === undefined) return;
    let at = 0;
    let steps = 0;
    while (at < this.#text.length) {
      const row = rowAt(this.#text, at, this.#compiled.form, last);
      if (row === undefined) break;
      const end = this.#row(this.#head, row, at);
      if (end !== undefined) yield end;
      at = row.end;
      if (this.#isFull()) yield* this.#flush();
      if (++steps % 20 === 0) yield undefined;
    }
    this.#text = this.#text.slice(at);
    if (!last) return;
    yield* this.#flush();
    if (this.#any) return;
    const message = this.#head.fault ?? 'The file holds no rows below its header';
    yield { raw: this.#bytes([]), lines: 'no rows', line: 1, rows: 0, keys: [], fault: { kind: 'invalid', message, where: 'line 1' } };
  }

  #begin(last: boolean): Head | undefined {
    const head = headOf(this.#compiled, this.#text, last);
    if (head === undefined) return undefined;
    this.#text = this.#text.slice(head.text.length);
    this.#line += head.lines;
    return head;
  }

  /** A bad row that stands by itself. */
  #row(head: Head, row: Row, at: number): Part | undefined {
    const line = this.#line;
    this.#line += row.lines;
    const text = this.#text.slice(at, row.end);
    if (isBlank(row)) {
      // Blank lines say nothing; they stay with the rows that they stand among.
      if (this.#good !== undefined) put(this.#good, text);
      return undefined;
    }
    this.#any = true;
    // Without a header that fits every row is as bad as the next: they stay together.
    const { wrong, keys } = tell(this.#compiled, head, row, this.#context);
    const [first, ...also] = wrong.map((one) =>
      head.fault === undefined ? sentence(line, one) : { ...sentence(1, one), message: head.fault },
    );
    if (first === undefined) {
      this.#good ??= bundle(line);
      add(this.#good, text, line, keys);
      return undefined;
    }
    const problem: Problem = also.length === 0 ? first : { ...first, also };
    if (head.fault === undefined && this.#alone < aloneMax) {
      this.#alone++;
      return { raw: this.#bytes([text]), lines: `line ${line}`, line, rows: 1, keys: keysOf(keys), fault: problem };
    }
    this.#bad ??= bundle(line);
    add(this.#bad, text, line, keys);
    if (head.fault === undefined || this.#bad.problems.length === 0) this.#bad.problems.push(problem);
    return undefined;
  }

  #isFull(): boolean {
    const [good, bad] = [this.#good, this.#bad];
    const over = (one: Bundle | undefined): boolean => one !== undefined && (one.rows >= this.#rowsMax || one.bytes >= partLimits.bytes);
    return over(good) || over(bad);
  }

  *#flush(): Generator<Part> {
    const [good, bad] = [this.#good, this.#bad];
    this.#good = undefined;
    this.#bad = undefined;
    this.#alone = 0;
    if (good !== undefined) yield this.#part(good);
    const [first, ...also] = bad?.problems ?? [];
    if (bad !== undefined && first !== undefined)
      yield { ...this.#part(bad), fault: also.length === 0 ? first : { ...first, also: also.slice(0, 50) } };
  }

  #part({ texts, rows, keys, first, last }: Bundle): Part {
    return {
      raw: this.#bytes(texts),
      lines: first === last ? `line ${first}` : `lines ${first}-${last}`,
      line: first,
      rows,
      keys: keysOf(keys),
    };
  }

  #bytes(texts: readonly string[]): Buffer {
    return Buffer.from((this.#head?.text ?? '') + texts.join(''), 'latin1');
  }
}

function put(to: Bundle, text: string): void {
  to.texts.push(text);
  to.bytes += text.length;
}

function add(to: Bundle, text: string, line: number, keys: readonly string[]): void {
  put(to, text);
  to.rows++;
  to.last = line;
  for (const key of keys) to.keys.add(key);
}

/** As an index takes them. */
const keysOf = (keys: Iterable<string>): string[] => [...new Set([...keys].map((key) => key.slice(0, 200)))];
