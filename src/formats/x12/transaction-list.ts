// The envelopes of a file: interchanges (ISA–IEA), groups (GS–GE), transactions (ST–SE), each found even where its other end, or the
// one around it, is missing.
import { atOnce } from '../steps.ts';
import { findingLoops, type Looped } from './loops.ts';
import { kindOf, outlineOf, type TransactionKind } from './transactions.ts';
import type { Document, Segment } from './tree.ts';

export interface Transaction {
  kind: TransactionKind;
  /** Which one in the file, from 1. */
  number: number;
  /** Guide and release, of ST-03 or GS-08. */
  version: string;
  /** Index of its first segment in the file. */
  start: number;
  segments: Segment[];
  looped: Looped;
  group: Group;
}

export interface Group {
  interchange: Interchange;
  head?: Segment;
  foot?: Segment;
  transactions: Transaction[];
}

export interface Interchange {
  head?: Segment;
  foot?: Segment;
  groups: Group[];
  /** TA1 segments: what a receiver says of an interchange of ours. */
  acknowledgements: Segment[];
}

export interface Envelopes {
  interchanges: Interchange[];
  transactions: Transaction[];
}

export const envelopesOf = (document: Document): Envelopes => atOnce(findingEnvelopes(document));

export function* findingEnvelopes({ segments }: Document): Generator<undefined, Envelopes> {
  const interchanges: Interchange[] = [];
  const transactions: Transaction[] = [];
  let interchange: Interchange | undefined;
  let group: Group | undefined;
  let start = -1;

  const openInterchange = (one: Interchange): Interchange => {
    interchange = one;
    interchanges.push(one);
    return one;
  };
  const openGroup = (one: Group): Group => {
    group = one;
    one.interchange.groups.push(one);
    return one;
  };
  const inInterchange = (): Interchange => {
    return interchange ?? openInterchange({ groups: [], acknowledgements: [] });
  };
  const inGroup = (): Group => {
    return group ?? openGroup({ interchange: inInterchange(), transactions: [] });
  };
  const close = function* (end: number): Generator<undefined, void> {
    if (start < 0) return;
    const of = inGroup();
    const own = segments.slice(start, end);
    const version = own[0]!.elements[2]?.trim() || of.head?.elements[7]?.trim() || '';
    const kind = kindOf(own, version);
    const looped = yield* findingLoops(own, outlineOf(kind, version));
    const one: Transaction = { kind, number: transactions.length + 1, version, start, segments: own, looped, group: of };
    of.transactions.push(one);
    transactions.push(one);
    start = -1;
  };

  for (const [index, segment] of segments.entries()) {
    if (index % 10_000 === 9_999) yield;
    switch (segment.junk === true ? '' : segment.tag) {
      case 'ISA':
        yield* close(index);
        group = undefined;
        openInterchange({ head: segment, groups: [], acknowledgements: [] });
        break;
      case 'GS':
        yield* close(index);
        openGroup({ interchange: inInterchange(), head: segment, transactions: [] });
        break;
      case 'ST':
        yield* close(index);
        start = index;
        break;
      case 'SE':
        yield* close(index + 1);
        break;
      case 'GE':
        yield* close(index);
        inGroup().foot = segment;
        group = undefined;
        break;
      case 'IEA':
        yield* close(index);
        inInterchange().foot = segment;
        group = undefined;
        interchange = undefined;
        break;
      case 'TA1':
        if (start < 0) inInterchange().acknowledgements.push(segment);
        break;
    }
  }
  yield* close(segments.length);
  return { interchanges, transactions };
}
