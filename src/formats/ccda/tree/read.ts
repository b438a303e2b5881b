// Bytes to a document and back: reading never fails, and what was read is written as it came.
import { decode } from './charset.ts';
import { scan } from './scan.ts';
import type { Document } from './tree.ts';

/** At once: about 15 ms a megabyte. Use `readInSteps` for what may be large. */
export function readDocument(bytes: Uint8Array): Document {
  const steps = readInSteps(bytes);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same with a rest every few hundred elements. */
export function* readInSteps(bytes: Uint8Array): Generator<undefined, Document> {
  const { text, charset, bom, fault } = decode(bytes);
  yield;
  const { roots, notes } = yield* scan(text);
  if (fault !== undefined) notes.unshift({ kind: 'invalid', message: fault });
  if (roots.length === 0) notes.push({ kind: 'invalid', message: 'There is no XML element in it: it is kept as it is' });
  return { bytes, text, charset, bom, roots, notes };
}

export const writeDocument = (document: Document): Uint8Array => document.bytes;
