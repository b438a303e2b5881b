// Tables with a line of names first, as CSV (RFC 4180) or with another sign between the fields. A field in quotes may hold line ends, so
// the reader works on the lines of a pass and keeps what is open.
import type { Said } from '../contract.ts';
import type { LineReader } from '../load/line-pass.ts';

export type RowReader = (field: (name: string) => string) => readonly Said[] | string;

/** `needed`: names without which the table is not the one that is meant. Names are compared without case. */
export function tableReader(separator: string, needed: readonly string[], read: RowReader, quotes = true): LineReader {
  let columns: Map<string, number> | undefined;
  let open: string | undefined;
  return (line) => {
    const text: string = open === undefined ? line : `${open}\n${line}`;
    if (quotes && isOpen(text)) {
      open = text;
      return text.length > fieldMax ? 'a quote is opened and not closed' : [];
    }
    open = undefined;
    const fields = quotes ? split(text, separator) : text.split(separator);
    if (columns === undefined) {
      columns = new Map(fields.map((name, i) => [name.trim().toLowerCase(), i]));
      const missing = needed.find((name) => !columns!.has(name.toLowerCase()));
      return missing === undefined ? [] : `the table has no column ${missing}`;
    }
    if (fields.length !== columns.size) return `the table has ${columns.size} columns, this line ${fields.length}`;
    return read((name) => fields[columns!.get(name.toLowerCase()) ?? -1]?.trim() ?? '');
  };
}

const fieldMax = 200_000;

const isOpen = (text: string): boolean => {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
};

function split(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let value = '';
      for (at += 1; at < text.length; at += 1) {
        if (text[at] !== '"') value += text[at];
        else if (text[at + 1] === '"') {
          value += '"';
          at += 1;
        } else break;
      }
      fields.push(value);
      at = text.indexOf(separator, at);
    } else {
      const end = text.indexOf(separator, at);
      fields.push(end < 0 ? text.slice(at) : text.slice(at, end));
      at = end;
    }
    if (at < 0) return fields;
    at += separator.length;
  }
}
