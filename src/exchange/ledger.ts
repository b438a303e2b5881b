// A ledger at rest: one line a leaf, because a message has hundreds and JSON would name each member each time.
import { writeJson } from '../fhir/json.ts';
import type { LedgerRow } from '../formats/contract.ts';

/** One field of a message may have made a hundred thousand rows: they are read and written in steps. */
const rowsAStep = 200;

const marks = { mapped: 'm', kept: 'k', structural: 's' } as const;
const nul = String.fromCharCode(0);
/** What keeps rows apart on their way to PostgreSQL (record/row-set.ts). */
const separator = String.fromCharCode(1);
const unplain = new RegExp(`[\\\\\\t\\n${nul}${separator}]`);
const escaped = (text: string): string =>
  unplain.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll(nul, '\\0').replaceAll(separator, '\\1')
    : text;
const signs: Readonly<Record<string, string>> = { '\\\\': '\\', '\\t': '\t', '\\n': '\n', '\\0': nul, '\\1': separator };
const plain = (text: string): string => (text.includes('\\') ? text.replace(/\\[\\tn01]/g, (mark) => signs[mark] ?? mark) : text);

/** Joined, not added: a text that was added up keeps all its pieces alive until somebody reads it. */
export function writeLedger(rows: readonly LedgerRow[]): string {
  return rows
    .map((row) => {
      const cells = [marks[row.state], escaped(row.path), escaped(row.text)];
      if (row.state === 'mapped') for (const element of row.elements) cells.push(escaped(element));
      else if (row.state === 'kept' && row.why !== undefined) cells.push(escaped(row.why));
      return cells.join('\t');
    })
    .join('\n');
}

export function* readLedger(text: string): Generator<undefined, LedgerRow[]> {
  const rows: LedgerRow[] = [];
  if (text === '') return rows;
  for (const line of text.split('\n')) {
    rows.push(rowOf(line));
    if (rows.length % rowsAStep === 0) yield;
  }
  return rows;
}

function rowOf(line: string): LedgerRow {
  const [mark, path = '', said = '', ...rest] = line.split('\t').map(plain);
  if (mark === 'm') return { path, text: said, state: 'mapped', elements: rest };
  if (mark === 's') return { path, text: said, state: 'structural' };
  return { path, text: said, state: 'kept', ...(rest[0] === undefined ? {} : { why: rest[0] }) };
}

/** As text of a JSON array. */
export function* ledgerAsJson(rows: readonly LedgerRow[]): Generator<undefined, string> {
  const parts: string[] = [];
  for (let at = 0; at < rows.length; at += rowsAStep) {
    parts.push(writeJson(rows.slice(at, at + rowsAStep)).slice(1, -1));
    yield;
  }
  return `[${parts.join(',')}]`;
}
