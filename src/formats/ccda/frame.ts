// The text of a document without its leaves, and the same put together again: what makes the ledger complete by itself.
import type { LedgerRow } from '../contract.ts';
import { encode } from './tree/charset.ts';
import { type Document, type Leaf, leavesIn } from './tree/tree.ts';

/** The path of the row that holds the frame; no leaf has it. */
export const framePath = '/';

/** Pieces between two rests. */
const stride = 4_000;

/** Where a leaf was: the first of Unicode's noncharacters that the text does not hold itself. */
const marks = Array.from({ length: 32 }, (_, i) => String.fromCharCode(0xfdd0 + i));

export function* leavesOf(document: Document): Generator<Leaf> {
  for (const root of document.roots) yield* leavesIn(root);
}

/** `mark charset [bom] newline text`, with a mark for each leaf. */
export function* frame(document: Document): Generator<undefined, LedgerRow> {
  const { text, charset, bom, roots } = document;
  const mark = marks.find((one) => !text.includes(one)) ?? '';
  const parts: string[] = [];
  let at = 0;
  // Without a mark there is no frame but the whole text, and the rows repeat what is in it.
  if (mark !== '') {
    for (const leaf of leavesOf(document)) {
      parts.push(text.slice(at, leaf.start), mark);
      at = leaf.end;
      if (parts.length % stride === 0) yield;
    }
  }
  parts.push(text.slice(at));
  const row = { path: framePath, text: `${mark}${charset}${bom ? ' bom' : ''}\n${parts.join('')}` };
  return roots.length > 0 ? { ...row, state: 'structural' } : { ...row, state: 'kept', why: 'It is no XML' };
}

/** The bytes that a ledger holds; undefined where its frame or some of its leaves are missing. */
export function* bytesOf(ledger: readonly LedgerRow[]): Generator<undefined, Uint8Array | undefined> {
  const at = ledger.findIndex(({ path }) => path === framePath);
  const row = ledger[at];
  if (row === undefined) return undefined;
  const newline = row.text.indexOf('\n');
  const mark = marks.includes(row.text.charAt(0)) ? row.text.charAt(0) : '';
  const [charset = '', bom] = row.text.slice(mark.length, newline).split(' ');
  const parts = mark === '' ? [row.text.slice(newline + 1)] : row.text.slice(newline + 1).split(mark);
  // Rows of leaves stand in the order of the document, each behind the part of the frame that leads to it.
  let next = 0;
  const pieces: string[] = [];
  for (const [i, one] of ledger.entries()) {
    if ((i + 1) % stride === 0) yield;
    if (i === at || next >= parts.length - 1 || !isLeafPath(one.path)) continue;
    pieces.push(parts[next++]!, one.text);
  }
  if (next < parts.length - 1) return undefined;
  pieces.push(parts.at(-1)!);
  yield;
  return encode(pieces.join(''), charset, bom === 'bom');
}

/** An attribute or a text; rows of whole entries end with an element. */
export const isLeafPath = (path: string): boolean => /\/(@[^/]+|text\(\)\[\d+\])$/.test(path);
