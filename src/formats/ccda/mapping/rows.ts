// The engine that follows tables of rows: which part of a statement says which element, and by which data type. What no row reaches
// is kept: a row can be missing, but no leaf can be forgotten.

import type { Element } from '../tree/tree.ts';
import type { Conversion, Converter } from './conversion.ts';
import { Draft, type Place } from './draft.ts';
import { select } from './select.ts';

/** From a way through the tree (select.ts) to a path of the resource; `[]` at the end of a list is its next free place. */
export type Row = readonly [from: string, to: string, as: Converter];

/** Statements: what an entry is made of (CDA R2, the choice ClinicalStatement). */
export const statementNames: ReadonlySet<string> = new Set([
  'act',
  'encounter',
  'observation',
  'observationMedia',
  'organizer',
  'procedure',
  'regionOfInterest',
  'substanceAdministration',
  'supply',
]);

/** No person has more names, no observation more ids. */
const maxRepeats = 500;

export function follow(rows: readonly Row[], from: Element, at: Place, cx: Conversion): void {
  for (const [way, to, as] of rows) {
    const found = select(from, way, cx.document.text);
    if (found.length > maxRepeats) cx.note(`An element stands more than ${maxRepeats} times: the rest is kept`, from);
    for (const element of found.slice(0, maxRepeats)) {
      for (let one: Element | undefined = element; one !== undefined && one !== from; one = one.parent) cx.claimed.add(one);
      as(element, to === '' ? at : at.at(to), cx);
    }
  }
}

/** A converter that follows rows: for a part with parts of its own. */
export const rowsOf =
  (rows: readonly Row[]): Converter =>
  (from, at, cx) =>
    follow(rows, from, at, cx);

/** The element has this value wherever it is said at all that the way leads somewhere. */
export const fixed =
  (value: string | boolean | number): Converter =>
  (_, at) =>
    at.setIfFree(value);

/** Only the first of several that lead there. */
export const ifFree =
  (as: Converter): Converter =>
  (from, at, cx) => {
    if (at.value === undefined) as(from, at, cx);
  };

export const isDraft = (value: Draft | undefined): value is Draft => value instanceof Draft;
