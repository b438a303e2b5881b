// Which transaction sets are known, by what they are recognised, and the outline of each.
import type { LoopRule } from './outline.ts';
import { outline } from './outline.ts';
import { dentalClaim, institutionalClaim, institutionalClaim4010, professionalClaim } from './outlines/claim.ts';
import {
  acknowledgement997,
  acknowledgement999,
  authorization,
  claimStatus,
  eligibilityRequest,
  eligibilityResponse,
  enrolment,
  remittance,
} from './outlines/payer.ts';
import type { Segment } from './tree.ts';

export type TransactionKind =
  | '837P' | '837I' | '837D' | '835' | '270' | '271' | '276' | '277' | '277CA' | '278' | '834' | '997' | '999' | 'unknown'; // biome-ignore format: a list

interface Known {
  outline: LoopRule;
  /** What the newest release of its guide writes into GS-01 and ST-03. */
  group: string;
  guide: string;
}

export const transactions: Record<TransactionKind, Known> = {
  '837P': { outline: professionalClaim, group: 'HC', guide: '005010X222A1' },
  '837I': { outline: institutionalClaim, group: 'HC', guide: '005010X223A2' },
  '837D': { outline: dentalClaim, group: 'HC', guide: '005010X224A2' },
  '835': { outline: remittance, group: 'HP', guide: '005010X221A1' },
  '270': { outline: eligibilityRequest, group: 'HS', guide: '005010X279A1' },
  '271': { outline: eligibilityResponse, group: 'HB', guide: '005010X279A1' },
  '276': { outline: claimStatus, group: 'HR', guide: '005010X212' },
  '277': { outline: claimStatus, group: 'HN', guide: '005010X212' },
  '277CA': { outline: claimStatus, group: 'HN', guide: '005010X214' },
  '278': { outline: authorization, group: 'HI', guide: '005010X217' },
  '834': { outline: enrolment, group: 'BE', guide: '005010X220A1' },
  '997': { outline: acknowledgement997, group: 'FA', guide: '005010' },
  '999': { outline: acknowledgement999, group: 'FA', guide: '005010X231A1' },
  unknown: { outline: outline('|'), group: '', guide: '' },
};

/** Guides of claims, by the number after the release: X222A1 is professional in each of its revisions. */
const claimGuides: readonly [RegExp, TransactionKind][] = [
  [/X(222|098)/, '837P'],
  [/X(223|096)/, '837I'],
  [/X(224|097)/, '837D'],
];
const claimServices: Record<string, TransactionKind> = { SV1: '837P', SV2: '837I', SV3: '837D' };

/** What a transaction is: ST-01, and for claims the guide that ST-03 or GS-08 names, else the kind of its service lines. */
export function kindOf(segments: readonly Segment[], version: string): TransactionKind {
  const code = segments[0]?.elements[0] ?? '';
  if (code === '837') {
    const named = claimGuides.find(([guide]) => guide.test(version));
    const service = segments.find(({ tag }) => claimServices[tag] !== undefined);
    return named?.[1] ?? claimServices[service?.tag ?? ''] ?? '837P';
  }
  if (code === '277') return /X214/.test(version) ? '277CA' : '277';
  return code !== 'unknown' && code in transactions ? (code as TransactionKind) : 'unknown';
}

/** The outline of a kind in this release. */
export const outlineOf = (kind: TransactionKind, version: string): LoopRule =>
  kind === '837I' && /^004010|X096/.test(version) ? institutionalClaim4010 : transactions[kind].outline;
