// What is wrong with a transaction, in the terms of the 999 (005010X231): segments by their place in the transaction with an error of IK3-04,
// elements with one of IK4-03, the transaction with those of IK5. Reading goes on all the same; this only says.
import { dateFault } from '../../fhir/date.ts';
import { type ElementRule, elementRules } from './elements.ts';
import type { Loop } from './loops.ts';
import type { LoopRule } from './outline.ts';
import type { Transaction } from './transaction-list.ts';
import type { Segment } from './tree.ts';

export interface ElementFault {
  element: number;
  /** IK4-03. */
  code: string;
  /** The text, where it can be said back. */
  text?: string;
}

export interface SegmentFault {
  tag: string;
  /** Counted from ST, which is 1. */
  position: number;
  loop: string;
  /** IK3-04. */
  code: string;
  elements: ElementFault[];
  /** What the segment belongs to, as CTX-01 has it: the number of the claim. */
  business?: { name: string; value: string };
}

export interface TransactionFaults {
  segments: SegmentFault[];
  /** IK5-02 and following. */
  codes: string[];
}

/** IK3-04. */
const unknownSegment = '1';
const unexpectedSegment = '2';
const segmentMissing = '3';
const loopTooOften = '4';
const segmentTooOften = '5';
const outOfSequence = '7';
const elementFaults = '8';
const loopMissing = 'I7';

/** More than these tell nobody anything. */
const mostFaults = 200;

/** Faults after which what is said cannot be relied on; with any other a transaction is accepted with errors noted. */
const grave = new Set([unknownSegment, unexpectedSegment, segmentMissing, loopMissing]);
export const isGrave = ({ segments, codes }: TransactionFaults): boolean =>
  codes.some((code) => code !== '5') || segments.some(({ code, elements }) => grave.has(code) || elements.some((one) => one.code === '1'));

export function checkTransaction(transaction: Transaction): TransactionFaults {
  const { segments, looped, kind } = transaction;
  const faults: SegmentFault[] = [];
  const add = (
    index: number,
    code: string,
    elements: ElementFault[] = [],
    tag = segments[index]?.tag ?? '',
    loop = looped.loopOf[index],
  ): void => {
    if (faults.length >= mostFaults) return;
    const business = loop === undefined ? undefined : businessOf(loop, segments);
    faults.push({ tag, position: index + 1, loop: loop?.rule.id ?? '', code, elements, ...(business === undefined ? {} : { business }) });
  };
  if (kind !== 'unknown') {
    for (const index of looped.strangers)
      add(index, /^[A-Z][A-Z0-9]{1,2}$/.test(segments[index]!.tag) ? unexpectedSegment : unknownSegment);
    checkLoop(looped.root, segments, add);
  }
  segments.forEach((segment, index) => {
    const elements = checkElements(segment);
    if (elements.length > 0 && !looped.strangers.has(index)) add(index, elementFaults, elements);
  });
  faults.sort((a, b) => a.position - b.position);
  const codes = envelopeCodes(transaction);
  if (kind === 'unknown') codes.push('1');
  if (faults.length > 0) codes.push('5');
  return { segments: faults, codes };
}

type Add = (index: number, code: string, elements?: ElementFault[], tag?: string, loop?: Loop) => void;

/** Segments of a loop and the loops in it, against what the outline asks for. */
function checkLoop(loop: Loop, segments: readonly Segment[], add: Add): void {
  const { rule } = loop;
  const first = loop.segments[0] ?? 0;
  const counts = new Map<string, number>();
  let last = -1;
  for (const index of loop.segments) {
    const { tag } = segments[index]!;
    const place = rule.segments.findIndex((one) => one.tag === tag);
    if (place < 0) continue;
    const count = (counts.get(tag) ?? 0) + 1;
    counts.set(tag, count);
    if (count > rule.segments[place]!.max) add(index, segmentTooOften);
    if (place < last && rule.id !== '') add(index, outOfSequence);
    last = Math.max(last, place);
  }
  for (const { tag, required } of rule.segments) if (required && !counts.has(tag)) add(first, segmentMissing, [], tag, loop);
  for (const inner of rule.loops) checkChildren(loop, inner, first, add);
  for (const inner of loop.loops) checkLoop(inner, segments, add);
}

function checkChildren(loop: Loop, rule: LoopRule, first: number, add: Add): void {
  const own = loop.loops.filter((one) => one.rule === rule);
  for (const one of own.slice(rule.max)) add(one.segments[0] ?? first, loopTooOften);
  if (own.length > 0 || !rule.required || isExempt(loop, rule)) return;
  add(first, loopMissing, [], rule.tag, loop);
}

/** A level is asked for only where nothing stands in its place: patients may be subscribers, refusals end early. */
const isExempt = (loop: Loop, rule: LoopRule): boolean =>
  rule.tag === 'HL' && loop.rule.id !== '' && loop.loops.length > 0 && !loop.rule.id.startsWith('2000A');

/** The claim, or the trace, that a segment belongs to. */
function businessOf(loop: Loop, segments: readonly Segment[]): { name: string; value: string } | undefined {
  for (let at: Loop | undefined = loop; at !== undefined; at = at.parent) {
    const head = segments[at.segments[0] ?? -1];
    const value = head?.elements[head.tag === 'TRN' ? 1 : 0] ?? '';
    if ((head?.tag === 'CLM' || head?.tag === 'CLP') && value !== '') return { name: `${head.tag}01`, value };
    if (head?.tag === 'TRN' && value !== '') return { name: 'TRN02', value };
  }
  return undefined;
}

/** The basic and extended sets of X12.6 are printable characters. */
const strange = /\p{Cc}/u;

function checkElements({ tag, elements }: Segment): ElementFault[] {
  const rules = elementRules(tag);
  const faults: ElementFault[] = [];
  const fault = (element: number, code: string, text?: string): void =>
    void faults.push(text === undefined ? { element, code } : { element, code, text });
  rules.forEach(({ required }, index) => {
    if (required && (elements[index] ?? '') === '') fault(index + 1, '1');
  });
  for (const [index, text] of elements.entries()) {
    const rule = rules[index];
    if (strange.test(text)) fault(index + 1, '6');
    else if (text !== '' && rule !== undefined && rule.type !== '-') checkText(rule, text, index + 1, fault);
  }
  return faults;
}

function checkText(
  { type, min, max }: ElementRule,
  text: string,
  element: number,
  fault: (element: number, code: string, text?: string) => void,
): void {
  // Signs and points do not count in numbers.
  const length = type === 'R' || type === 'N' ? text.replace(/[-+.]/g, '').length : text.length;
  if (length > max) return fault(element, '5', text.slice(0, 99));
  if (length < min) return fault(element, '4', text);
  if ((type === 'R' && !/^-?\d*\.?\d*$/.test(text)) || (type === 'N' && !/^-?\d+$/.test(text))) return fault(element, '6', text);
  if (type === 'DT' && dateFault('date', `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`) !== undefined)
    return fault(element, '8', text);
  if (type === 'TM' && !/^([01]\d|2[0-3])[0-5]\d/.test(text)) fault(element, '9', text);
}

/** IK5-02: of SE. */
function envelopeCodes({ segments }: Transaction): string[] {
  const st = segments[0]!;
  const se = segments.at(-1);
  if (se?.tag !== 'SE') return ['2'];
  const codes: string[] = [];
  if ((se.elements[1]?.trim() ?? '') !== (st.elements[1]?.trim() ?? '')) codes.push('3');
  if (Number(se.elements[0]) !== segments.length) codes.push('4');
  if ((st.elements[1]?.trim() ?? '') === '') codes.push('7');
  return codes;
}
