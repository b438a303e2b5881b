// What is read from an X12 file before it is understood: who sends it, its control number, what is in it, which claims and members.
import type { Problem } from '../../fhir/result.ts';
import { beginning } from './tree.ts';

export interface X12About {
  sender: string;
  controlId: string;
  kind: string;
  keys: string[];
  lane: string;
  fault?: Problem;
}

/** Elements by which people look for a transaction: claim, trace, payment, member and payer's numbers. */
const keyElements: Readonly<Record<string, number>> = { CLM: 1, CLP: 1, TRN: 2, BPR: 16, BHT: 3, BGN: 2 };
const keyQualifiers: Readonly<Record<string, readonly string[]>> = {
  REF: ['0F', '1K', 'EJ', 'D9', 'F8', 'G1', '1L', 'SY'],
  NM1: ['MI', 'II', 'XX'],
};

/** What a file is, and whom it is about, stands at its beginning; one of ten megabytes must not hold up others before it is kept. */
const segmentsLookedAt = 20_000;

export function aboutX12(raw: Uint8Array): X12About {
  const segments = beginning(raw, segmentsLookedAt);
  const head = segments.find(({ tag, junk }) => tag === 'ISA' && junk !== true)?.elements;
  const tags = new Set(segments.map(({ tag }) => tag));
  if (!tags.has('ST') && !tags.has('TA1') && head === undefined) {
    const message = 'This is no X12 file: no interchange (ISA) and no transaction (ST) was found. Send a whole interchange';
    return { sender: '', controlId: '', kind: '', keys: [], lane: '', fault: { kind: 'invalid', message, where: 'ISA' } };
  }
  const keys = new Set<string>();
  const kinds = new Set<string>();
  let guide = '';
  for (const { tag, elements } of segments) {
    if (keys.size > 500) break;
    if (tag === 'GS') guide = elements[7] ?? '';
    if (tag === 'ST') kinds.add(kindOf(elements[0] ?? '', elements[2] ?? guide));
    const at = keyElements[tag];
    if (at !== undefined) keys.add(elements[at - 1] ?? '');
    const qualifiers = keyQualifiers[tag];
    if (tag === 'REF' && qualifiers?.includes(elements[0] ?? '')) keys.add(elements[1] ?? '');
    if (tag === 'NM1' && qualifiers?.includes(elements[7] ?? '')) keys.add(elements[8] ?? '');
  }
  keys.delete('');
  const sender = (head?.[5] ?? '').trim();
  return {
    sender: sender === '' ? 'x12' : `${(head?.[4] ?? '').trim()}/${sender}`,
    controlId: (head?.[12] ?? '').trim(),
    kind: [...kinds].slice(0, 5).join(' '),
    keys: [...keys],
    // Claims and answers to them refer to each other across files: those of one sender are done in order.
    lane: sender,
  };
}

/** `837P` from ST-01 and the guide of GS-08 or ST-03. */
function kindOf(set: string, guide: string): string {
  if (set !== '837') return set;
  if (/X222|X098/.test(guide)) return '837P';
  if (/X223|X096/.test(guide)) return '837I';
  return /X224|X097/.test(guide) ? '837D' : set;
}
