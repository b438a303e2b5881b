// From the tree of a file to what it says: resources, and a ledger with one row for each populated leaf, filled by the engine itself, so
// that none can be forgotten.

import type { Problem } from '../../fhir/result.ts';
import { asResource } from '../../fhir/structure/validate.ts';
import type { LedgerRow, Said, Translation, TranslationContext } from '../contract.ts';
import { atOnce } from '../steps.ts';
import { balancing } from './balance.ts';
import { dateTime } from './codec.ts';
import { formRow } from './form.ts';
import { hearSegment } from './hear.ts';
import { contextOf, Heard } from './heard.ts';
import { findingLeaves, type Leaf, type Leaves } from './leaves.ts';
import { interchangeAnswer } from './maps/acknowledgement.ts';
import { maps } from './maps/index.ts';
import { isNode, type Node } from './node.ts';
import { hearTransaction } from './stage.ts';
import type { Document } from './tree.ts';

export const toFhir = (document: Document, context: TranslationContext): Translation => atOnce(toFhirInSteps(document, context));

export function* toFhirInSteps(document: Document, context: TranslationContext): Generator<undefined, Translation> {
  const { leaves, heard } = yield* hearingDocument(document, context);
  const resources = yield* sayingIn(heard);
  const ledger = [yield* formRow(document, leaves.leaves)];
  for (const [index, leaf] of leaves.leaves.entries()) {
    if (index % 1_000 === 0) yield;
    ledger.push(rowOf(leaf, heard));
  }
  const unbalanced: Problem[] = [];
  for (const transaction of leaves.transactions) for (const note of yield* balancing(transaction)) unbalanced.push(note);
  const translation: Translation = {
    resources,
    ledger,
    instructions: [],
    notes: [...heard.notes, ...strangers(leaves), ...unbalanced],
  };
  const asOf = sentAt(leaves, context);
  return asOf === undefined ? translation : { ...translation, asOf };
}

export const hearDocument = (document: Document, context: TranslationContext): { leaves: Leaves; heard: Heard } =>
  atOnce(hearingDocument(document, context));

function* hearingDocument(document: Document, context: TranslationContext): Generator<undefined, { leaves: Leaves; heard: Heard }> {
  const leaves = yield* findingLeaves(document);
  const heard = new Heard(context.sender);
  for (const transaction of leaves.transactions) {
    const map = maps[transaction.kind];
    if (map !== undefined) yield* hearTransaction(transaction, leaves, map, heard, context);
  }
  hearInterchangeAnswers(document, leaves, heard, context);
  const enveloped = new Set(['ISA', 'IEA', 'GS', 'GE', 'ST', 'SE']);
  document.segments.forEach(({ tag, junk }, index) => {
    if (junk !== true && enveloped.has(tag)) for (const leaf of leaves.ofSegment[index]!) heard.structural.add(leaf);
  });
  return { leaves, heard };
}

/** TA1, which stands between the envelopes: each is a Task by itself. */
function hearInterchangeAnswers(document: Document, { interchanges, ofSegment }: Leaves, heard: Heard, context: TranslationContext): void {
  const { role, members, specs } = interchangeAnswer;
  const answers = new Map(interchanges.flatMap(({ head, acknowledgements }) => acknowledgements.map((one) => [one, head] as const)));
  if (answers.size === 0) return;
  const codecs = contextOf(context.sender, context.timeZone, 'USD');
  for (const [index, segment] of document.segments.entries()) {
    if (!answers.has(segment)) continue;
    const texts = segment.elements.map((one) => one.trim());
    const key = [answers.get(segment)?.elements[12]?.trim() ?? '', ...texts.slice(0, 3)];
    const task = heard.makeNew('Task', ['interchange', ...key], 'whole', () => members(texts[3] ?? ''));
    hearSegment(ofSegment[index]!, specs, role, new Map([[role, task]]), heard, codecs);
  }
}

/** Resources in the shape that R4 demands. One that is not in it is not given out, its leaves are kept, and nothing refers to it. */
function* sayingIn(heard: Heard): Generator<undefined, Said[]> {
  const shared = yield* sharedIdentifiers(heard);
  for (;;) {
    const resources: Said[] = [];
    const dropped = new Set<string>();
    for (const { ref, node, how, removes } of heard.resources.values()) {
      yield;
      prune(node);
      const checked = asResource(node);
      if (checked.ok && !isNobody(node)) {
        const keys = keysOf(node).filter((key) => !shared.has(key));
        const byIdentifier = keys.length > 0 && byIdentifierTypes.has(checked.value.resourceType);
        resources.push({
          resource: checked.value,
          how,
          byIdentifier,
          ...(byIdentifier ? { keys } : {}),
          ...(removes.length === 0 ? {} : { removes }),
        });
        continue;
      }
      heard.drop({ ref, resource: node, base: '' });
      dropped.add(ref);
      const message = 'What is said here does not make a valid resource and was kept as it is; look at the fields named';
      heard.notes.push({ kind: 'invalid', message, where: checked.ok ? 'Organization' : (checked.problem.where ?? '') });
    }
    if (dropped.size === 0) return resources;
    for (const { node } of heard.resources.values()) {
      forget(node, dropped);
      yield;
    }
  }
}

/** An organisation of which neither name nor identifier is known (org-1) is none. */
const isNobody = (node: Node): boolean =>
  node['resourceType'] === 'Organization' && node['name'] === undefined && node['identifier'] === undefined;

/** Members that were begun and say nothing. */
function prune(node: Node): void {
  for (const [name, value] of Object.entries(node)) {
    if (Array.isArray(value)) {
      for (const one of value) if (isNode(one)) prune(one);
      // From the end only: the others keep the place by which the ledger names them.
      for (let last = value.at(-1); isNode(last) && Object.keys(last).length === 0; last = value.at(-1)) value.pop();
    }
    if (isNode(value)) prune(value);
    if ((Array.isArray(value) && value.length === 0) || (isNode(value) && Object.keys(value).length === 0)) delete node[name];
  }
}

/** References to what is not given out say so. */
function forget(node: Node, dropped: ReadonlySet<string>): void {
  if (typeof node['reference'] === 'string' && dropped.has(node['reference'])) {
    delete node['reference'];
    node['display'] = 'not stated';
  }
  for (const value of Object.values(node)) for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) forget(one, dropped);
}

const keysOf = (node: Node): string[] =>
  (Array.isArray(node['identifier']) ? node['identifier'].filter(isNode) : []).flatMap(({ system, value }) =>
    typeof system === 'string' && typeof value === 'string' ? [`${system}|${value}`] : [],
  );

/** Identifiers that two people of this file bear, as a family under one member number: those identify nobody. */
function* sharedIdentifiers(heard: Heard): Generator<undefined, Set<string>> {
  const bearers = new Map<string, string>();
  const shared = new Set<string>();
  for (const { ref, node } of heard.resources.values()) {
    yield;
    if (!byIdentifierTypes.has(String(node['resourceType']))) continue;
    for (const key of keysOf(node)) {
      if ((bearers.get(key) ?? ref) !== ref) shared.add(key);
      bearers.set(key, ref);
    }
  }
  return shared;
}

const byIdentifierTypes = new Set(['Patient', 'Organization', 'Practitioner', 'Location']);

export function rowOf(leaf: Leaf, heard: Heard): LedgerRow {
  const { path, text } = leaf;
  const elements = elementsOf(leaf, heard);
  if (elements.length > 0) return { path, text, state: 'mapped', elements };
  if (heard.structural.has(leaf)) return { path, text, state: 'structural' };
  const why = heard.why.get(leaf);
  return why === undefined ? { path, text, state: 'kept' } : { path, text, state: 'kept', why };
}

/** `Claim/id#item[0].net.value`: what a leaf says, without what it only implies. */
export const elementsOf = (leaf: Leaf, heard: Heard): string[] => [
  ...new Set(
    (heard.bindings.get(leaf) ?? [])
      .filter(({ codec }) => codec.implied !== true)
      .flatMap(({ ref, path, says }) => says.map((one) => `${ref}#${one === '' ? path : path === '' ? one : `${path}.${one}`}`)),
  ),
];

/** More notes than these tell nobody anything; the ledger has every leaf. */
const mostNotes = 500;

function strangers({ transactions, paths }: Leaves): Problem[] {
  return transactions.flatMap(({ looped, start }) =>
    [...looped.strangers].slice(0, mostNotes).map((index) => ({
      kind: 'invalid' as const,
      message: 'This segment has no place here in the transaction set and was kept as it is; see the acknowledgement',
      where: paths[start + index]!,
    })),
  );
}

/** GS-04 and GS-05, or ISA-09 and ISA-10, of the first envelope. */
function sentAt({ interchanges }: Leaves, context: TranslationContext): Date | undefined {
  const head = interchanges[0]?.head?.elements;
  const group = interchanges[0]?.groups[0]?.head?.elements;
  const text = group === undefined ? `20${head?.[8] ?? ''}${head?.[9] ?? ''}` : `${group[3] ?? ''}${group[4]?.slice(0, 4) ?? ''}`;
  const read = dateTime.read(text, contextOf(context.sender, context.timeZone, 'USD'));
  return typeof read === 'string' && read.includes('T') ? new Date(read) : undefined;
}
