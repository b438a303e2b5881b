// Sections → Composition.section (CDA R2, 4.3.4): title, code, narrative as it stands, entries, and sections inside.

import { concept } from './datatypes/code.ts';
import { oneName } from './datatypes/name.ts';
import { componentsFirst } from './entries/statements.ts';
import { participantOf, refer } from './header/people.ts';
import type { Conversion } from './mapping/conversion.ts';
import { type Draft, oneWay, type Place } from './mapping/draft.ts';
import { lookUp } from './mapping/look-up.ts';
import { statementNames } from './mapping/rows.ts';
import { narrative } from './narrative/to-xhtml.ts';
import { childOf, childrenOf, type Element, elementsOf, leafOf } from './tree/tree.ts';

const emptyReasons: Record<string, string> = {
  NI: 'unavailable',
  UNK: 'unavailable',
  NASK: 'notasked',
  MSK: 'withheld',
  NAV: 'unavailable',
  NA: 'unavailable',
};
const emptySystem = 'http://terminology.hl7.org/CodeSystem/list-empty-reason';

const authors = new Set(['Practitioner', 'PractitionerRole', 'Device', 'Patient', 'RelatedPerson', 'Organization']);

/** A section and those inside it; a rest after each entry. */
export function* section(from: Element, at: Place, cx: Conversion): Generator<undefined, void> {
  const code = childOf(from, 'code');
  cx.section = { code: cx.value(code, 'code') ?? '' };
  const title = childOf(from, 'title');
  if (title !== undefined) oneName(title, at.at('title'), cx);
  if (code !== undefined) concept(code, at.at('code'), cx);
  const text = childOf(from, 'text');
  if (text !== undefined) yield* narrative(text, at.at('text'), cx);
  for (const author of childrenOf(from, 'author')) {
    const who = participantOf(author, cx);
    if (who !== undefined && authors.has(who.type)) refer(who, at.at('author[]'));
    yield;
  }
  yield;
  for (const entry of childrenOf(from, 'entry')) {
    yield* entryOf(entry, at, cx);
  }
  const inner = childrenOf(from, 'component').flatMap((component) => childrenOf(component, 'section'));
  for (const one of inner) yield* section(one, at.at('section[]'), cx);
  empty(from, at, cx);
}

function* entryOf(entry: Element, at: Place, cx: Conversion): Generator<undefined, void> {
  for (const statement of elementsOf(entry)) {
    if (!statementNames.has(statement.name)) continue;
    cx.unlinked = [];
    yield* componentsFirst(statement, cx);
    const drafts = cx.statement(statement);
    listed([...drafts, ...cx.unlinked], at);
    cx.unlinked = [];
    yield;
  }
}

function listed(drafts: readonly Draft[], at: Place): void {
  const seen = new Set<string>();
  for (const draft of drafts) {
    if (seen.has(draft.reference)) continue;
    seen.add(draft.reference);
    at.at('entry[]').at('reference').set(draft.reference);
  }
}

/** cmp-1: a section says something; what says nothing says why. */
function empty(from: Element, at: Place, cx: Conversion): void {
  const leaf = leafOf(from, 'nullFlavor');
  const flavor = cx.value(from, 'nullFlavor') ?? '';
  const has = (name: string): boolean => at.at(name).value !== undefined;
  if (leaf !== undefined && !has('entry')) {
    const reason = at.at('emptyReason.coding[0]');
    reason.at('system').set(emptySystem);
    reason.at('code').say(leaf, lookUp(emptyReasons, flavor) ?? 'unavailable', oneWay);
  }
  if (has('text') || has('entry') || has('section')) return;
  at.at('text').set({ status: 'empty', div: '<div xmlns="http://www.w3.org/1999/xhtml">This section has no text.</div>' });
}
