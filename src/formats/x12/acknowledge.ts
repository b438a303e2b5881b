// What is answered to an interchange: a TA1 about its envelope, and a 999 (005010X231) with what is wrong in each transaction of each group.
import { ok, type Result } from '../../fhir/result.ts';
import { checkTransaction, isGrave, type SegmentFault } from './check.ts';
import { bareInterchange, enveloped } from './envelope.ts';
import { type OutSegment, outSegment, type Wish } from './speak.ts';
import { envelopesOf, type Group, type Interchange } from './transaction-list.ts';
import { transactions } from './transactions.ts';
import type { Document } from './tree.ts';

export type Verdict = 'accepted' | 'accepted with errors' | 'rejected';

export interface Acknowledged {
  verdict: Verdict;
  /** The bytes to send, by `write`. */
  message: Document;
}

/** Interchanges of a file; acknowledge each. */
export const interchangesOf = (document: Document): Interchange[] => envelopesOf(document).interchanges;

/** TA1: whether the envelope can be relied on. */
export function acknowledgeInterchange(interchange: Interchange, wish: Wish): Acknowledged {
  const code = envelopeFault(interchange);
  const verdict: Verdict = code === '000' ? 'accepted' : lightFaults.has(code) ? 'accepted with errors' : 'rejected';
  const head = interchange.head?.elements ?? [];
  const [control = '', day = '', time = ''] = [head[12], head[8], head[9]].map((one) => one?.trim() ?? '');
  const ta1 = outSegment(
    'TA1',
    digits(control, 9),
    digits(day, 6),
    digits(time, 4),
    { accepted: 'A', 'accepted with errors': 'E', rejected: 'R' }[verdict],
    code,
  );
  return { verdict, message: bareInterchange([ta1], wish) };
}

/** Digits only: what a sender wrote there might hold anything, also what parts our own segments. */
const digits = (text: string, width: number): string => (/^\d+$/.test(text) ? text.slice(0, width) : '0').padStart(width, '0');

/** TA1-05 of faults that leave no doubt about what was meant. */
const lightFaults = new Set(['021', '014', '015']);

/** TA1-05. */
export function envelopeFault({ head, foot, groups, acknowledgements }: Interchange): string {
  if (head === undefined) return '022';
  const isa = head.elements;
  if (isa.length !== 16) return '022';
  if (foot === undefined) return '023';
  if ((foot.elements[1]?.trim() ?? '') !== (isa[12]?.trim() ?? '')) return '001';
  if (!/^\d{9}$/.test(isa[12]?.trim() ?? '')) return '018';
  if (!/^\d{6}$/.test(isa[8] ?? '')) return '014';
  if (!/^\d{4}$/.test(isa[9] ?? '')) return '015';
  if (!/^00[2-8]\d\d$/.test(isa[11]?.trim() ?? '')) return '017';
  if (!/^[PTI]$/.test(isa[14]?.trim() ?? '')) return '020';
  if (groups.length === 0 && acknowledgements.length === 0) return '024';
  return Number(foot.elements[0]) === groups.length ? '000' : '021';
}

/** 999 for all groups of an interchange, one transaction for each group. Control numbers are the wish's. */
export function acknowledge999(interchange: Interchange, wish: Wish): Result<Acknowledged> {
  const steps = acknowledge999InSteps(interchange, wish);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same with a rest behind each transaction. */
export function* acknowledge999InSteps({ groups }: Interchange, wish: Wish): Generator<undefined, Result<Acknowledged>> {
  const answers: { verdict: Verdict; segments: OutSegment[] }[] = [];
  for (const group of groups) answers.push(yield* answerGroup(group));
  const { group, guide } = transactions['999'];
  const made = enveloped({ group, guide, set: '999', transactions: answers.map(({ segments }) => segments) }, wish);
  if (!made.ok) return made;
  const verdicts = answers.map(({ verdict }) => verdict);
  const verdict = verdicts.includes('rejected')
    ? 'rejected'
    : verdicts.includes('accepted with errors')
      ? 'accepted with errors'
      : 'accepted';
  return ok({ verdict, message: made.value });
}

const letters: Record<Verdict, string> = { accepted: 'A', 'accepted with errors': 'E', rejected: 'R' };

function* answerGroup(group: Group): Generator<undefined, { verdict: Verdict; segments: OutSegment[] }> {
  const { head, foot } = group;
  const said = (index: number): string => safe(head?.elements[index] ?? '');
  const segments = [outSegment('AK1', said(0), said(5), said(7))];
  const verdicts: Verdict[] = [];
  for (const transaction of group.transactions) {
    const faults = checkTransaction(transaction);
    const verdict: Verdict = isGrave(faults) ? 'rejected' : faults.segments.length > 0 ? 'accepted with errors' : 'accepted';
    verdicts.push(verdict);
    const [set = '', control = '', guide = ''] = transaction.segments[0]!.elements.map(safe);
    segments.push(
      outSegment('AK2', set, control, guide),
      ...faults.segments.flatMap(answerSegment),
      outSegment('IK5', letters[verdict], ...faults.codes.slice(0, 5)),
    );
    yield;
  }
  const codes = groupFaults(group);
  const accepted = verdicts.filter((one) => one !== 'rejected').length;
  const all: Verdict =
    verdicts.some((one) => one === 'rejected') || codes.length > 0
      ? 'rejected'
      : verdicts.includes('accepted with errors')
        ? 'accepted with errors'
        : 'accepted';
  const letter = all !== 'rejected' ? letters[all] : accepted > 0 && codes.length === 0 ? 'P' : accepted > 0 ? 'E' : 'R';
  const stated = /^\d{1,6}$/.test(foot?.elements[0]?.trim() ?? '') ? foot!.elements[0]!.trim() : String(group.transactions.length);
  segments.push(outSegment('AK9', letter, stated, String(group.transactions.length), String(accepted), ...codes.slice(0, 5)));
  return { verdict: letter === 'A' ? 'accepted' : letter === 'R' || letter === 'P' ? 'rejected' : 'accepted with errors', segments };
}

function answerSegment({ tag, position, loop, code, elements, business }: SegmentFault): OutSegment[] {
  const name = /^[A-Z][A-Z0-9]{1,2}$/.test(tag) ? tag : 'ZZZ';
  const segments = [outSegment('IK3', name, String(position), loop.slice(0, 6), code)];
  if (business !== undefined) segments.push({ tag: 'CTX', elements: [[business.name, safe(business.value)]], of: [] });
  for (const one of elements) segments.push(outSegment('IK4', String(one.element), '', one.code, safe(one.text ?? '')));
  return segments;
}

/** AK9-05: of GE. */
function groupFaults({ head, foot, transactions: own }: Group): string[] {
  if (head === undefined) return ['1'];
  if (foot === undefined) return ['3'];
  const codes: string[] = [];
  if ((foot.elements[1]?.trim() ?? '') !== (head.elements[5]?.trim() ?? '')) codes.push('4');
  if (Number(foot.elements[0]) !== own.length) codes.push('5');
  return codes;
}

/** What is said back is cut to what an answer can hold, so that nothing that came in keeps the answer from going out. */
const safe = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9 .,'()&/+=-]/g, '')
    .trim()
    .slice(0, 99);
