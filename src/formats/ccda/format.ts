// C-CDA as a format (contract.ts): documents of C-CDA R1.1 and R2.1, other CDA R2 documents, and fragments of them. What may be large has
// a variant in steps, with a rest after each few milliseconds of work.
import type { Resource } from '../../fhir/generated/types.ts';
import type { Result } from '../../fhir/result.ts';
import type { Format, LedgerRow, Translation, TranslationContext } from '../contract.ts';
import { atOnce } from '../steps.ts';
import { restoreInSteps } from './restore.ts';
import { convertInSteps } from './to-fhir.ts';
import { readDocument, readInSteps, writeDocument } from './tree/read.ts';
import type { Document } from './tree/tree.ts';

export type { Document } from './tree/tree.ts';
export { readInSteps, restoreInSteps };

/** In steps: about a millisecond of work between two of them. */
export function* toFhirInSteps(document: Document, context: TranslationContext): Generator<undefined, Translation> {
  const { translation } = yield* convertInSteps(document, context);
  return translation;
}

export const ccda: Format<Document> = {
  name: 'ccda',
  read: readDocument,
  write: writeDocument,
  toFhir: (document, context) => atOnce(toFhirInSteps(document, context)),
  restore: (resources: readonly Resource[], ledger: readonly LedgerRow[], context: TranslationContext): Result<Document> =>
    atOnce(restoreInSteps(resources, ledger, context)),
};
