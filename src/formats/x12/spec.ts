// What a row of a mapping looks like: one leaf of a segment and the FHIR element that says it, read in both directions by the row
// engine (`hear.ts` from X12, `speak.ts` to X12).
//
//   { tag: 'DMG', rows: [['02', 'birthDate', date], ['03', 'gender', gender]] }
//   { tag: 'REF', rows: [['01', 'identifier[+]', referenceQualifier], ['02', 'identifier[+].value']] }
//   { tag: 'HI', each: [1, 1, 12], when: { '+0.1': 'BF,ABF' }, rows: [['+0.2', 'claim:diagnosis[+]…', …]] }
//
// `[+]` is the item of a list that this segment, or this part of it, makes or is made from.
import type { Json } from '../../fhir/json.ts';
import type { Codec } from './codec.ts';

/** Leaf (`03`, `05.2`, `+0.1` counted from the start of the part), element (`role:path`, or a path in the spec's role), how; `after`: only where that leaf was understood. */
export type Row = readonly [at: string, to: string, as?: Codec, after?: string];

export interface Spec {
  tag: string;
  /** Values that leaves must have, with commas between; the first is written where no row says it. */
  when?: Readonly<Record<string, string>>;
  /** Leaves that must not be there. */
  unless?: readonly string[];
  /** Role of the resource (or part of one) that is spoken of; absent: that of the loop. */
  on?: string;
  /** Elements (in the spec's role) that must not have been said already: a choice has one value. */
  unlessSaid?: readonly string[];
  /** Only where that resource is of one of these types. */
  types?: readonly string[];
  /** Parts that repeat in the segment: the first element of the first, elements in each, most parts. */
  each?: readonly [from: number, step: number, max: number];
  /** Number of an element with repetitions; each is a part. */
  repeats?: number;
  rows: readonly Row[];
  /** Values that the kind of segment implies, by path. */
  fixed?: Readonly<Record<string, Json>>;
  /** The list in the line (role and path) that holds the sequence of the item, for items of a claim that belong to one line. */
  via?: readonly [role: string, path: string];
  /** Leaves without whose values nothing is said. */
  needs?: readonly string[];
  /** Leaves that an item of a list must have a text for to be written here. */
  itemNeeds?: readonly string[];
  /** Written where nothing says it and that other leaf (empty: any) is written: qualifier, its text, the leaf that it qualifies. */
  otherwise?: readonly (readonly [at: string, text: string, where: string])[];
  /** Not written where the loop has a segment of this tag and role already: another way of reading it. */
  instead?: true;
  /** A way of reading only; another writes what it reads. */
  readOnly?: true;
  /** Written after the loops that are inside. */
  last?: true;
  /** Written even where no row has a value. */
  written?: true;
}

/** What the segments of a loop say. */
export interface LoopMap {
  /** Role that rows speak of where they name none. */
  role?: string;
  specs: readonly Spec[];
}
