// What of a file is no leaf: segment names, delimiters, line ends, empty elements. It is one structural row of the ledger, so that the
// ledger alone gives the same bytes again.
import type { LedgerRow } from '../contract.ts';
import type { Leaf } from './leaves.ts';
import { type Document, textOf } from './tree.ts';

/** Path of that row. */
export const formPath = 'form';

/** The text between the leaves, in order: the first before the first leaf, the last after the last; `charset` first of all. */
export function formRow(document: Document, leaves: readonly Leaf[]): LedgerRow {
  const text = textOf(document);
  const between: string[] = [document.charset];
  let at = 0;
  for (const leaf of leaves) {
    between.push(text.slice(at, leaf.from));
    at = leaf.from + leaf.text.length;
  }
  between.push(text.slice(at));
  return { path: formPath, text: JSON.stringify(between), state: 'structural' };
}

/** The bytes that a ledger was made of; undefined where rows are missing, changed places or are of something else. */
export function bytesOfLedger(ledger: readonly LedgerRow[]): Uint8Array | undefined {
  const form = ledger.find(({ path }) => path === formPath);
  const leaves = ledger.filter(({ path }) => path !== formPath);
  const between = form === undefined ? undefined : stringsOf(form.text);
  if (between === undefined || between.length !== leaves.length + 2) return undefined;
  const [charset, first, ...rest] = between;
  if (charset !== 'utf-8' && charset !== 'latin1') return undefined;
  let text = first ?? '';
  leaves.forEach((leaf, index) => {
    text += leaf.text + rest[index]!;
  });
  return Buffer.from(text, charset);
}

function stringsOf(json: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
