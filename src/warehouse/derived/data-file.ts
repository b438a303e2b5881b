// The rows of a table that are a file: CSV (RFC 4180), or columns separated by tabs as OHDSI's Athena gives them. The first line names the
// columns; lines before it that begin with # are for people.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { DerivedColumn } from './contract.ts';

/** They are held in memory, and made a table by each process that asks it. */
const limits = { characters: 20_000_000, rows: 200_000 };

interface Cell {
  text: string;
  line: number;
  /** From 1, in characters. */
  at: number;
}

/** Texts in the order of the columns, '' where there is none. Problems have `line:column`. */
export function readDataFile(text: string, columns: readonly DerivedColumn[], key: readonly string[]): Result<string[][]> {
  if (text.length > limits.characters)
    return fail('too-costly', `The file has more than ${limits.characters / 1e6} MB: keep the rows that the site's codes need`);
  const tabs = /^(?:#[^\n]*\n)*[^\n]*\t/.test(text);
  const records = recordsOf(text.startsWith('\ufeff') ? text.slice(1) : text, tabs ? '\t' : ',');
  if (!records.ok) return records;
  const [head, ...body] = records.value;
  if (head === undefined) return fail('invalid', `The first line names the columns: ${columns.map(({ name }) => name).join(',')}`, '1:1');
  for (const [at, { name }] of columns.entries()) {
    const cell = head[at];
    if (cell?.text.trim().toLowerCase() !== name) return refused(cell ?? head.at(-1)!, `column ${at + 1} is ${name}`);
  }
  if (head.length > columns.length) return refused(head[columns.length]!, `there are ${columns.length} columns, and this is one more`);
  if (body.length > limits.rows)
    return fail('too-costly', `The file has more than ${limits.rows.toLocaleString('en')} rows: keep those that the site's codes need`);
  const seen = new Map<string, number>();
  const places = key.map((name) => columns.findIndex((column) => column.name === name));
  const rows: string[][] = [];
  for (const record of body) {
    if (record.length !== columns.length)
      return refused(record.at(-1)!, `this line has ${record.length} values, and there are ${columns.length} columns`);
    const row: string[] = [];
    for (const [at, column] of columns.entries()) {
      const read = readCell(record[at]!.text, column);
      if (read === undefined) return refused(record[at]!, `${column.name} is ${wanted[column.type] ?? 'a text'}`);
      if (read === '' && column.required) return refused(record[at]!, `${column.name} has a value in each line`);
      row.push(read);
    }
    const own = JSON.stringify(places.map((at) => row[at]));
    const before = seen.get(own);
    if (places.length > 0 && before !== undefined)
      return refused(record[places[0]!]!, `line ${before} has the same ${key.join(' and ')}: keep one of them`);
    seen.set(own, record[0]!.line);
    rows.push(row);
  }
  return ok(rows);
}

const refused = ({ line, at }: Cell, message: string): ReturnType<typeof fail> => fail('invalid', message, `${line}:${at}`);

const wanted: Readonly<Record<string, string>> = {
  INTEGER: 'a whole number',
  BIGINT: 'a whole number',
  DOUBLE: 'a number',
  DATE: 'a day such as 2026-01-31 or 20260131',
  BOOLEAN: 'true or false',
};

/** undefined: not of that type. */
function readCell(written: string, { type }: DerivedColumn): string | undefined {
  if (type === 'VARCHAR') return written;
  const text = written.trim();
  if (text === '') return '';
  if (type === 'INTEGER') return /^-?\d{1,10}$/.test(text) && Math.abs(Number(text)) < 2 ** 31 ? text : undefined;
  if (type === 'BIGINT') return /^-?\d{1,18}$/.test(text) ? text : undefined;
  if (type === 'DOUBLE') return /^-?\d{1,30}(\.\d{1,30})?$/.test(text) ? text : undefined;
  if (type === 'BOOLEAN') return /^(true|false)$/.test(text) ? text : undefined;
  const day = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(text);
  if (type !== 'DATE' || day === null) return undefined;
  const iso = `${day[1]}-${day[2]}-${day[3]}`;
  const read = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(iso) ? iso : undefined;
}

/** Tabs know no quotation marks. */
function recordsOf(text: string, separator: ',' | '\t'): Result<Cell[][]> {
  const records: Cell[][] = [];
  let record: Cell[] = [];
  let [line, lineStart, at] = [1, 0, 0];
  while (at < text.length && text[at] === '#') {
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end + 1;
    lineStart = at;
    line++;
  }
  const endOfLine = (): void => {
    // A line without anything is no record.
    if (record.length > 1 || record[0]?.text !== '') records.push(record);
    record = [];
  };
  while (at < text.length) {
    const cell = { line, at: at - lineStart + 1 };
    let value = '';
    if (separator === ',' && text[at] === '"') {
      let from = at + 1;
      for (;;) {
        const end = text.indexOf('"', from);
        if (end < 0) return fail('invalid', 'the quotation mark is never closed', `${cell.line}:${cell.at}`);
        value += text.slice(from, end);
        from = end + 1;
        if (text[from] !== '"') break;
        value += '"';
        from++;
      }
      for (let look = text.indexOf('\n', at); look >= 0 && look < from; look = text.indexOf('\n', look + 1)) {
        line++;
        lineStart = look + 1;
      }
      at = from;
      if (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r')
        return fail('invalid', 'after a closing quotation mark comes a comma or the end of the line', `${line}:${at - lineStart + 1}`);
    } else {
      const from = at;
      while (at < text.length && text[at] !== separator && text[at] !== '\n') at++;
      value = text.slice(from, at).replace(/\r$/, '');
    }
    record.push({ text: value, ...cell });
    if (text[at] === '\r') at++;
    if (text[at] === separator) {
      at++;
      if (at === text.length) record.push({ text: '', line, at: at - lineStart + 1 });
      else continue;
    }
    endOfLine();
    if (at < text.length) {
      at++;
      line++;
      lineStart = at;
    }
  }
  return ok(records);
}
