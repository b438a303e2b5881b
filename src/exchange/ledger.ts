// A ledger at rest: one line a leaf, because a message has hundreds and JSON would name each member each time.
import type { LedgerRow } from '../formats/contract.ts';

const marks = { mapped: 'm', kept: 'k', structural: 's' } as const;
const nul = String.fromCharCode(0);
const escaped = (text: string): string =>
  /[\\\t\n]/.test(text) || text.includes(nul)
    ? text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll(nul, '\\0')
    : text;
const signs: Readonly<Record<string, string>> = { '\\\\': '\\', '\\t': '\t', '\\n': '\n', '\\0': nul };
const plain = (text: string): string => (text.includes('\\') ? text.replace(/\\[\\tn0]/g, (mark) => signs[mark] ?? mark) : text);

export const writeLedger = (rows: readonly LedgerRow[]): string =>
  rows
    .map((row) =>
      [
        marks[row.state],
        row.path,
        row.text,
        ...(row.state === 'mapped' ? row.elements : row.state === 'kept' && row.why !== undefined ? [row.why] : []),
      ]
        .map(escaped)
        .join('\t'),
    )
    .join('\n');

export const readLedger = (text: string): LedgerRow[] =>
  text === ''
    ? []
    : text.split('\n').map((line): LedgerRow => {
        const [mark, path = '', said = '', ...rest] = line.split('\t').map(plain);
        if (mark === 'm') return { path, text: said, state: 'mapped', elements: rest };
        if (mark === 's') return { path, text: said, state: 'structural' };
        return { path, text: said, state: 'kept', ...(rest[0] === undefined ? {} : { why: rest[0] }) };
      });
