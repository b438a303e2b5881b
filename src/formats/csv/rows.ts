// Rows of delimited text (RFC 4180), each cell with its bytes as they stand there. Quotes may hold delimiters and line ends; LF, CRLF
// and CR end a row. A parser of our own: the libraries give values or errors, and not each cell's bytes with a way to go on behind a
// row that is broken, which is what nothing is lost by.
//
// The text is the bytes as latin1, one character a byte, because delimiter, quote and line ends are ASCII in every encoding that is
// taken; cells are decoded one by one.

/** How the file is written. */
export interface CsvForm {
  /** One ASCII character. */
  delimiter: string;
  /** One ASCII character; empty: none. */
  quote: string;
}

export interface Cell {
  /** Bytes as latin1, with their quotes. */
  raw: string;
  /** Bytes as latin1, without quotes and with doubled ones single. */
  bytes: string;
}

export interface Row {
  cells: Cell[];
  /** Where the next row begins. */
  end: number;
  /** As it stands; empty at the end of the text. */
  lineEnd: string;
  /** Line ends in it, with its own: quoted ones count. */
  lines: number;
  /** Why it cannot be taken apart, and in which cell (from 0). */
  fault?: { cell: number; says: string };
}

/** Longer than any row that means one: where no line end comes it is cut here, and is bad. */
export const rowBytesMax = 1_000_000;
const unclosed = 'has a quote that is opened and never closed';

/** The row that begins at `at`; undefined: its end is not there yet, and more may come (`last` is false). */
export function rowAt(text: string, at: number, form: CsvForm, last: boolean): Row | undefined {
  const cells: Cell[] = [];
  const limit = Math.min(text.length, at + rowBytesMax);
  let fault: Row['fault'];
  let lines = 0;
  let from = at;
  let here = at;
  for (;;) {
    let bytes: string;
    if (form.quote !== '' && text.startsWith(form.quote, here)) {
      const quoted = closed(text, here, limit, form.quote);
      if (quoted === undefined) {
        if (!last && limit === text.length) return undefined;
        // The quote means nothing, or it would swallow all rows behind it: this line alone is bad.
        return literal(text, at, limit, form, cells, { cell: cells.length, says: unclosed }, last);
      }
      bytes = quoted.bytes;
      lines += quoted.lines;
      here = quoted.end;
      if (here < limit && !ends(text, here, form.delimiter)) {
        fault ??= { cell: cells.length, says: 'has something behind its closing quote; double a quote that belongs to the text' };
        here = cellEnd(text, here, limit, form.delimiter);
        bytes = text.slice(from, here);
      }
    } else {
      here = cellEnd(text, here, limit, form.delimiter);
      bytes = text.slice(from, here);
    }
    if (here === limit && limit < text.length && !ends(text, here, form.delimiter))
      return { cells: [...cells, { raw: text.slice(from, here), bytes }], end: here, lineEnd: '', lines, fault: tooLong(cells.length) };
    if (here === text.length && !last) return undefined;
    cells.push({ raw: text.slice(from, here), bytes });
    if (text[here] === form.delimiter) {
      from = ++here;
      continue;
    }
    const lineEnd = lineEndAt(text, here);
    // A CR at the end of what has come may be half of a CRLF.
    if (lineEnd === '\r' && here + 1 === text.length && !last) return undefined;
    return {
      cells,
      end: here + lineEnd.length,
      lineEnd,
      lines: lines + (lineEnd === '' ? 0 : 1),
      ...(fault === undefined ? {} : { fault }),
    };
  }
}

const tooLong = (cell: number) => ({ cell, says: `belongs to a row of more than ${rowBytesMax} bytes; its beginning is kept as a row` });
const ends = (text: string, at: number, delimiter: string): boolean =>
  at >= text.length || text[at] === delimiter || text[at] === '\n' || text[at] === '\r';
const lineEndAt = (text: string, at: number): string =>
  text[at] === '\n' ? '\n' : text[at] !== '\r' ? '' : text[at + 1] === '\n' ? '\r\n' : '\r';

function cellEnd(text: string, at: number, limit: number, delimiter: string): number {
  const code = delimiter.charCodeAt(0);
  let here = at;
  for (; here < limit; here++) {
    const one = text.charCodeAt(here);
    if (one === code || one === 0x0a || one === 0x0d) break;
  }
  return here;
}

/** A quoted cell to behind its closing quote. */
function closed(text: string, at: number, limit: number, quote: string): { bytes: string; end: number; lines: number } | undefined {
  let here = at + 1;
  for (;;) {
    const next = text.indexOf(quote, here);
    if (next === -1 || next >= limit) return undefined;
    if (text[next + 1] === quote && next + 1 < limit) {
      here = next + 2;
      continue;
    }
    // The quote at the very end may be the first of two.
    const inside = text.slice(at + 1, next);
    return {
      bytes: inside.includes(quote) ? inside.replaceAll(quote + quote, quote) : inside,
      end: next + 1,
      lines: inside.match(/\r\n|\n|\r/g)?.length ?? 0,
    };
  }
}

/** The first line of a row whose quote never closes, split as if there were none. */
function literal(
  text: string,
  at: number,
  limit: number,
  form: CsvForm,
  before: Cell[],
  fault: Row['fault'],
  last: boolean,
): Row | undefined {
  const first = before.length === 0 ? at : at + before.reduce((length, { raw }) => length + raw.length + 1, 0);
  const cells = [...before];
  for (let from = first; ; ) {
    const here = cellEnd(text, from, limit, form.delimiter);
    cells.push({ raw: text.slice(from, here), bytes: text.slice(from, here) });
    if (text[here] === form.delimiter && here < limit) {
      from = here + 1;
      continue;
    }
    if (here === text.length && !last) return undefined;
    const lineEnd = here < limit ? lineEndAt(text, here) : '';
    const lines = before.reduce((count, { raw }) => count + (raw.match(/\r\n|\n|\r/g)?.length ?? 0), lineEnd === '' ? 0 : 1);
    return { cells, end: here + lineEnd.length, lineEnd, lines, ...(fault === undefined ? {} : { fault }) };
  }
}

/** Cells of a row with nothing in it. */
export const isBlank = ({ cells }: Row): boolean => cells.length === 1 && cells[0]?.raw.trim() === '';
