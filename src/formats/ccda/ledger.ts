// The ledger of a document: one row for each populated leaf, and one for what stands around them, so that the ledger alone is the
// document. Rows of whole entries that nothing in FHIR stands for are beside their leaves, as XML.
import type { LedgerRow } from '../contract.ts';
import { fixedCode } from './fixed-codes.ts';
import { frame, leavesOf } from './frame.ts';
import type { Conversion } from './mapping/conversion.ts';
import { pathText } from './mapping/draft.ts';
import { statementNames } from './mapping/rows.ts';
import { type Document, type Element, everyElement, type Leaf, LeafPaths, leafOf, leavesIn, pathOf } from './tree/tree.ts';

/** A text that thousands of entries point to names the first of them. */
const maxElements = 200;

/** Leaves between two rests. */
const stride = 500;

export function* ledgerOf(document: Document, cx: Conversion): Generator<undefined, LedgerRow[]> {
  const elements = yield* elementsOfLeaves(cx);
  const rows: LedgerRow[] = [yield* frame(document)];
  let count = 0;
  const paths = new LeafPaths();
  for (const leaf of leavesOf(document)) {
    const text = document.text.slice(leaf.start, leaf.end);
    const path = paths.of(leaf);
    const said = elements.get(leaf) ?? fixedCode(leaf, elements, cx);
    if (said !== undefined) rows.push({ path, text, state: 'mapped', elements: said });
    else if (cx.structural.has(leaf) || isStructural(leaf, document) || isPointer(leaf, cx)) rows.push({ path, text, state: 'structural' });
    else {
      const why = cx.kept.get(leaf) ?? (leaf.kind === 'opaque' ? 'It is nested too deep, or too much, to be taken apart' : undefined);
      rows.push(why === undefined ? { path, text, state: 'kept' } : { path, text, state: 'kept', why });
    }
    if (++count % stride === 0) yield;
  }
  for (const row of yield* keptEntries(document, cx, elements)) rows.push(row);
  return rows;
}

function* elementsOfLeaves(cx: Conversion): Generator<undefined, Map<Leaf, string[]>> {
  let count = 0;
  const elements = new Map<Leaf, string[]>();
  for (const draft of cx.drafts) {
    for (const { leaf, keys } of draft.sayings) {
      const element = `${draft.reference}#${pathText(keys)}`;
      const there = elements.get(leaf);
      if (there === undefined) elements.set(leaf, [element]);
      else if (there.length < maxElements && !there.includes(element)) there.push(element);
      if (++count % stride === 0) yield;
    }
  }
  return elements;
}

/** Attributes that say how the document is built, or that the standard fixes where they stand. */
const buildNames = new Set([
  'typeCode',
  'classCode',
  'moodCode',
  'determinerCode',
  'contextControlCode',
  'contextConductionInd',
  'inversionInd',
  'independentInd',
  'institutionSpecified',
  'operator',
  'schemaLocation',
  'type',
  'ID',
]);
const buildElements = new Set(['templateId', 'typeId', 'realmCode', 'signatureCode']);

/**
 * Codes that a template fixes, so that they say no more than the template does: what kind of observation or act it is. Where a
 * resource has a place for them, or an element says them by being there (fixed-codes.ts), they are mapped all the same.
 */
const fixedCodes = new Set([
  'ASSERTION',
  'CONC',
  'SEV',
  // Status, criticality, health status, age, indication, sig, comment, allergies, problems, diagnosis, medications, payers, concerns.
  '33999-4',
  '82606-5',
  '11323-3',
  '445518008',
  '75321-0',
  '76662-6',
  '48767-8',
  '48765-2',
  '11450-4',
  '29308-4',
  '11535-2',
  '46241-6',
  '10183-2',
  '42346-7',
  '48768-6',
  '75310-3',
  '10219-4',
  '59769-0',
  '85847-2',
  '77980-1',
  '74711-3',
  // Parts of a unique device identifier (NCI Thesaurus): identifier, lot, serial, dates, brand, model, company, catalogue, safety.
  'C101722',
  'C101672',
  'C101671',
  'C101669',
  'C101670',
  'C113843',
  'C71898',
  'C99285',
  'C54131',
  'C99286',
  'C160938',
  'C106044',
  // What a drug is carried by.
  '412307009',
]);

function isStructural(leaf: Leaf, document: Document): boolean {
  const { owner, name, kind } = leaf;
  if (buildElements.has(owner.name)) return true;
  if (kind !== 'attribute') return false;
  if (name === 'xmlns' || name.startsWith('xmlns:')) return true;
  // Observations are complete, by their templates.
  if (owner.name === 'statusCode' && owner.parent?.name === 'observation' && name === 'code')
    return codeOf(owner, document) === 'completed';
  // What is not negated is as if nothing was said of that (CDA R2, 4.3.6.1).
  if (name === 'negationInd') return document.text.slice(leaf.start, leaf.end).trim() === 'false';
  if (owner.name === 'code' && coded.has(owner.parent?.name ?? '') && fixedCodes.has(codeOf(owner, document))) return true;
  return buildNames.has(name.slice(name.indexOf(':') + 1));
}

/** Where such codes stand. */
const coded = new Set([...statementNames, 'criterion', 'participantRole']);

/** What leads to a part of the narrative that is there. */
const isPointer = (leaf: Leaf, cx: Conversion): boolean =>
  leaf.owner.name === 'reference' && leaf.name === 'value' && cx.pointed(cx.text(leaf).trim()) !== undefined;

function codeOf(element: Element, document: Document): string {
  const leaf = leafOf(element, 'code');
  return leaf === undefined ? '' : document.text.slice(leaf.start, leaf.end);
}

/** Entries of which nothing is mapped, named by their template, as they stand; not those inside one. */
function* keptEntries(document: Document, cx: Conversion, elements: Map<Leaf, string[]>): Generator<undefined, LedgerRow[]> {
  let count = 0;
  const rows: LedgerRow[] = [];
  let end = -1;
  for (const root of document.roots) {
    for (const element of everyElement(root)) {
      if (++count % stride === 0) yield;
      if (element.start < end || !statementNames.has(element.name)) continue;
      let mapped = false;
      for (const leaf of leavesIn(element)) {
        mapped = elements.has(leaf);
        if (mapped) break;
      }
      if (mapped) continue;
      end = element.end;
      const template = cx.templates(element)[0] ?? 'without a template';
      const text = document.text.slice(element.start, element.end);
      rows.push({ path: pathOf(element), text, state: 'kept', why: `Nothing in FHIR stands for this ${element.name} (${template})` });
    }
  }
  return rows;
}
