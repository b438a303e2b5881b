// From a statement to its template, or to what it is where its templates are not known; and what is left over inside it.

import { assigned, participantOf, place, refer, related } from '../header/people.ts';
import type { Conversion, Entries } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { statementNames } from '../mapping/rows.ts';
import { Templates } from '../mapping/templates.ts';
import { childOf, childrenOf, type Element, elementsOf } from '../tree/tree.ts';
import { allergies } from './allergies.ts';
import { device } from './device.ts';
import { externalDocument } from './external.ts';
import { general } from './general.ts';
import { links } from './links.ts';
import { medications } from './medications.ts';
import { observations } from './observation.ts';
import { others } from './others.ts';
import { provenance } from './parts.ts';
import { problems } from './problems.ts';

const templates = new Templates([...allergies, ...problems, ...medications, ...observations, ...others]);

function statement(from: Element, cx: Conversion): Draft[] {
  if (cx.claimed.has(from)) return [];
  cx.claimed.add(from);
  const template = templates.find(from, cx);
  const drafts = template === undefined ? general(from, cx) : template.convert(from, cx);
  const [main] = drafts;
  if (main !== undefined) cx.becomes(from, main);
  leftovers(from, main, cx);
  return drafts;
}

const relations = new Set(['entryRelationship', 'component', 'reference']);

function leftovers(from: Element, main: Draft | undefined, cx: Conversion): void {
  for (const child of elementsOf(from)) {
    if ((child.name === 'author' || child.name === 'informant') && !cx.claimed.has(child)) {
      cx.claimed.add(child);
      if (main !== undefined) provenance(child, main, cx);
    }
    if ((child.name === 'participant' || child.name === 'performer') && !cx.claimed.has(child)) {
      cx.claimed.add(child);
      bystander(child, cx);
    }
    if (child.name === 'reference' && main !== undefined) {
      const external = externalDocument(child, cx);
      if (external !== undefined) link(main, external, cx);
    }
    if (!relations.has(child.name)) continue;
    for (const nested of elementsOf(child)) {
      if (!statementNames.has(nested.name)) continue;
      if (cx.claimed.has(nested)) leftovers(nested, main, cx);
      else for (const draft of statement(nested, cx).slice(0, 1)) if (main !== undefined) link(main, draft, cx);
    }
  }
}

const personal = new Set(['PRS', 'CAREGIVER', 'ECON', 'NOK', 'GUARD', 'IND', 'QUAL']);

/** Whoever else takes part: they become what they are, though nothing refers to them. */
function bystander(participation: Element, cx: Conversion): void {
  const role = childOf(participation, 'participantRole');
  if (role === undefined) {
    participantOf(participation, cx);
    return;
  }
  const type = cx.value(participation, 'typeCode') ?? '';
  if (childOf(role, 'playingDevice') !== undefined) device(role, cx);
  else if (type === 'LOC' || cx.value(role, 'classCode') === 'SDLOC') place(role, cx);
  else if (personal.has(cx.value(role, 'classCode') ?? '')) related(role, cx);
  else if (cx.value(role, 'classCode') !== 'MANU') assigned(role, cx);
}

/** Where the one can refer to the other; otherwise the section lists it. */
function link(main: Draft, nested: Draft, cx: Conversion): void {
  const path = links[main.type]?.find(([, types]) => types === '*' || types.includes(nested.type))?.[0];
  if (path === undefined || main === nested) cx.unlinked.push(nested);
  else refer(nested, main.at(path));
}

/** Entry references, when every entry is there. */
export function linkReferenced(cx: Conversion): void {
  for (const { from, to, statement, as } of cx.referenced) {
    const main = cx.became.get(from);
    const target = cx.statements.get(to);
    const id = childOf(statement, 'id');
    if (main === undefined || target === undefined || id === undefined || main === target) continue;
    const path = as === undefined ? links[main.type]?.find(([, types]) => types === '*' || types.includes(target.type))?.[0] : as;
    if (path === undefined || (as !== undefined && target.type !== 'Condition')) continue;
    const place = main.at(path).at('reference');
    place.set(target.reference);
    for (const leaf of id.attributes) place.also(leaf);
  }
}

/** The components of a large organizer, one after the other with a rest; then the organizer finds them done. */
export function* componentsFirst(from: Element, cx: Conversion): Generator<undefined, void> {
  const template = templates.find(from, cx);
  if (from.name !== 'organizer' || (template !== undefined && template.holds !== true)) return;
  for (const component of childrenOf(from, 'component')) {
    for (const nested of elementsOf(component)) {
      if (!statementNames.has(nested.name)) continue;
      statement(nested, cx);
      yield;
    }
  }
}

export const entries: Entries = { statement, leftovers };
