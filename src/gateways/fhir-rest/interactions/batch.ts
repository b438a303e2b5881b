// batch: each entry is a request of its own, with its own answer. http://hl7.org/fhir/R4/http.html#transaction

import type { Entry } from '../bundle-entries.ts';
import { ResponseParts, responseBundle, responseEntry, tooMuch } from '../bundles.ts';
import type { FhirContext, FhirRequest, FhirResponse, Interaction } from '../contract.ts';
import { preference } from '../respond.ts';

/** Independent of each other, so several are under way at once; more would only wait for the database. */
const together = 16;

export async function batch(request: FhirRequest, context: FhirContext, entries: Entry[], answer: Interaction): Promise<FhirResponse> {
  const parts = new ResponseParts(entries.length);
  const withResource = preference(request, 'return') === 'representation';
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < entries.length) {
      const { index, request: one } = entries[next++]!;
      const reads = one.method === 'GET';
      parts.put(index, parts.full ? tooMuch : responseEntry(await answer(one, context), reads || withResource));
    }
  };
  await Promise.all(Array.from({ length: Math.min(together, entries.length) }, work));
  return { status: 200, headers: {}, body: responseBundle('batch-response', parts.all) };
}
