// How much one message may say. Each place of it (field, repetition, component, segment) costs about a kilobyte while the message is
// told in FHIR and its ledger is kept, so nine megabytes of `~1~1` would take more memory than there is, again and again. A message of
// ten thousand results has some 200,000 places.
import type { Problem } from '../../fhir/result.ts';

const placesMax = 500_000;

/** Why the message is not told; by the marks that its MSH names (HL7 v2.8, chapter 2, section 2.5.4). */
export function saysTooMuch(raw: Uint8Array): Problem | undefined {
  if (raw.length <= placesMax) return undefined;
  const marks = new Uint8Array(256);
  for (const mark of [13, 10, ...raw.subarray(3, 8)]) marks[mark] = 1;
  let places = 0;
  for (const byte of raw) places += marks[byte]!;
  if (places <= placesMax) return undefined;
  const message = `The message has more than ${placesMax} fields, repetitions and components: divide it at its sender`;
  return { kind: 'too-costly', message };
}
