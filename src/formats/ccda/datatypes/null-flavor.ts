// Why something is not said: nullFlavor (http://terminology.hl7.org/CodeSystem/v3-NullFlavor) and data-absent-reason.

import type { Conversion } from '../mapping/conversion.ts';
import type { Place } from '../mapping/draft.ts';
import { lookUp } from '../mapping/look-up.ts';
import { type Element, leafOf } from '../tree/tree.ts';

export const absentUrl = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

const reasons: Record<string, string> = {
  UNK: 'unknown',
  NI: 'unknown',
  ASKU: 'asked-unknown',
  NASK: 'not-asked',
  NAV: 'temp-unknown',
  NAVU: 'temp-unknown',
  NA: 'not-applicable',
  MSK: 'masked',
  OTH: 'unsupported',
  UNC: 'as-text',
  NINF: 'negative-infinity',
  PINF: 'positive-infinity',
  NP: 'not-permitted',
  QS: 'unknown',
  TRC: 'unknown',
};
/** Other flavours mean the same reason: the first that does is written. */
const flavors = new Map(
  Object.entries(reasons)
    .map(([flavor, reason]) => [reason, flavor] as const)
    .reverse(),
);

export const reasonOf = (flavor: string | undefined): string => lookUp(reasons, flavor) ?? 'unknown';
export const flavorOf = (reason: string): string => flavors.get(reason) ?? 'UNK';

export const absent = (reason = 'unknown'): { extension: { url: string; valueCode: string }[] } => ({
  extension: [{ url: absentUrl, valueCode: reason }],
});

/** The element's nullFlavor as the extension of a value that is absent: `at` is the element, or `_name` of a primitive. */
export function sayAbsent(from: Element, at: Place, cx: Conversion): void {
  const flavor = cx.value(from, 'nullFlavor');
  if (flavor === undefined || at.value !== undefined) return;
  const leaf = leafOf(from, 'nullFlavor');
  const place = at.at('extension[0]');
  place.at('url').set(absentUrl);
  place.at('valueCode').say(leaf, reasonOf(flavor), (now) => (typeof now === 'string' ? flavorOf(now) : ''));
}
