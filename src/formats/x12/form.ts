// What of a file is no leaf: segment names, delimiters, line ends, empty elements. It is one structural row of the ledger, so that the
// ledger alone gives the same bytes again.
import type { LedgerRow } from '../contract.ts';
import type { Leaf } from './leaves.ts';
import type { Document } from './tree.ts';

/** Path of that row. */
export const formPath = 'form';

/** The text between the leaves, in order: the first before the first leaf, the last after the last; `charset` first of all. */
export function* formRow(document: Document, leaves: readonly Leaf[]): Generator<undefined, LedgerRow> {
  const written: string[] = [];
  let between: string[] = [document.charset];
  // What stands since the last leaf, and where in the file a segment begins.
  let since = document.lead;
  let start = document.lead.length;
  let next = 0;
  for (const [index, { raw, end }] of document.segments.entries()) {
    const text = raw + end;
    let at = 0;
    for (let leaf = leaves[next]; leaf?.segment === index; leaf = leaves[++next]) {
      between.push(since + text.slice(at, leaf.from - start));
      since = '';
      at = leaf.from - start + leaf.text.length;
    }
    since += text.slice(at);
    start += text.length;
    if (between.length < 10_000) continue;
    written.push(JSON.stringify(between).slice(1, -1));
    between = [];
    yield;
  }
  between.push(since);
  written.push(JSON.stringify(between).slice(1, -1));
  return { path: formPath, text: `[${written.join(',')}]`, state: 'structural' };
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
