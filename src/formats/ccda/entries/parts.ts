// Rows and converters that statements of many kinds share.

import { coded, concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { absent } from '../datatypes/null-flavor.ts';
import { inlineText, pointedText } from '../datatypes/text.ts';
import { instant, moment, when } from '../datatypes/time.ts';
import { participantOf, refer } from '../header/people.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft, Place } from '../mapping/draft.ts';
import type { Row } from '../mapping/rows.ts';
import { childOf, childrenOf, type Element, leafOf } from '../tree/tree.ts';

export const identified: Row = ['id', 'identifier[]', identifier];

/** Codes that the templates of states fix, as the codes of FHIR's clinical status. */
export const clinicalStates: Record<string, string> = {
  '55561003': 'active',
  '73425007': 'inactive',
  '413322009': 'resolved',
  '246455001': 'recurrence',
  '263855007': 'relapse',
  '277022003': 'remission',
};

/** Moods that say what is wanted, as intents of a request. */
export const intents: Record<string, string> = {
  INT: 'plan',
  RQO: 'order',
  PRMS: 'plan',
  PRP: 'proposal',
  ARQ: 'proposal',
  APT: 'plan',
  GOL: 'plan',
};
export const isPlanned = (statement: Element, cx: Conversion): boolean => Object.hasOwn(intents, cx.value(statement, 'moodCode') ?? 'EVN');

export const intent: Row = ['.', 'intent', coded(intents, 'moodCode')];

export const priority: Row = [
  'priorityCode',
  'priority',
  coded({ R: 'routine', S: 'stat', UR: 'urgent', A: 'asap', EM: 'stat', CR: 'routine', EL: 'routine' }),
];

/** What is written in the statement itself, and comments on it. */
export const note: Converter = (from, at, cx) => {
  const place = at.at('note[]');
  inlineText(from, place.at('text'), cx);
};

/** Comment Activity (2.16.840.1.113883.10.20.22.4.64), by the code that it shares with the comments of IHE and of C32. */
export const comment: Converter = (from, at, cx) => {
  const text = childOf(from, 'text');
  if (text === undefined) return;
  const place = at.at('note[]');
  narratedNote(text, place, cx);
  const author = childOf(from, 'author');
  if (author === undefined || place.value === undefined) return;
  const who = participantOf(author, cx);
  if (who !== undefined && ['Practitioner', 'Patient', 'RelatedPerson', 'Organization'].includes(who.type))
    refer(who, place.at('authorReference'));
  const time = childOf(author, 'time');
  if (time !== undefined) moment(time, place.at('time'), cx);
};

function narratedNote(text: Element, place: Place, cx: Conversion): void {
  const leaf = leafOf(childOf(text, 'reference'), 'value');
  const pointed = leaf === undefined ? undefined : cx.pointed(cx.text(leaf).trim());
  if (leaf !== undefined && pointed !== undefined) {
    cx.structural.add(leaf);
    pointedText(pointed, place.at('text'), cx);
  } else inlineText(text, place.at('text'), cx);
}

export const comments: Row[] = [['entryRelationship/act[t:22.4.64]|entryRelationship/act[c:48767-8]', '', comment]];

/** The first author is who recorded it, and when; further ones, and those that the element cannot refer to, get a Provenance. */
export function authored(reference: string, date: string | undefined, types: readonly string[], as: Converter = moment): Converter {
  return (from, at, cx) => {
    const who = participantOf(from, cx);
    const time = childOf(from, 'time');
    const takes = who !== undefined && types.includes(who.type) && at.at(`${reference}.reference`).value === undefined;
    if (!takes) {
      provenance(from, at.draft, cx);
      return;
    }
    refer(who, at.at(reference));
    if (date !== undefined && time !== undefined) as(time, at.at(date), cx);
    else provenance(from, at.draft, cx);
  };
}

export const people = ['Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson'];
export const peopleAndOrganizations = [...people, 'Organization'];

/** Who said it and when, beside the resource itself. */
export function provenance(from: Element, target: Draft, cx: Conversion): void {
  const who = participantOf(from, cx);
  const draft = cx.draft('Provenance', from, target.id);
  draft.how = 'whole';
  const time = childOf(from, 'time');
  if (time !== undefined) {
    instant(time, draft.at('recorded'), cx);
    if (draft.at('recorded').value === undefined) when(time, draft.at('occurredDateTime'), cx);
  }
  if (who === undefined && draft.sayings.length === 0) return;
  draft.at('target[0].reference').set(target.reference);
  const agent = draft.at('agent[0]');
  const code = from.name === 'informant' ? 'informant' : 'author';
  agent.at('type.coding[0]').set({ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code });
  if (who === undefined) agent.at('who').set(absent());
  else refer(who, agent.at('who'));
  cx.add(draft);
}

/** performer → `performer[].actor`, with its function. */
export const actor: Converter = (from, at, cx) => {
  const who = participantOf(from, cx);
  if (who === undefined) return;
  const place = at.at('performer[]');
  refer(who, place.at('actor'));
  const code = childOf(from, 'functionCode');
  if (code !== undefined) concept(code, place.at('function'), cx);
};

/** A reference to a draft that a nested statement becomes. */
export const made =
  (...types: string[]): Converter =>
  (from, at, cx) => {
    const draft = cx.statement(from)[0];
    if (draft !== undefined && types.includes(draft.type)) refer(draft, at);
  };

/** Indication (2.16.840.1.113883.10.20.22.4.19): its value is why; with the id of a problem that the document has, that problem is. */
export const indication: Converter = (from, at, cx) => {
  const value = childOf(from, 'value') ?? childOf(from, 'code');
  if (value !== undefined) concept(value, at, cx);
  const to = cx.idOf(from);
  const statement = from.parent?.parent;
  if (to !== undefined && statement !== undefined) cx.referenced.push({ from: statement, to, statement: from, as: 'reasonReference[]' });
};

export function taken(from: Element, cx: Conversion): Draft | undefined {
  const role = childOf(from, 'specimenRole');
  if (role === undefined) return undefined;
  const draft = cx.draft('Specimen', role, 'specimen');
  for (const id of childrenOf(role, 'id')) identifier(id, draft.at('identifier[]'), cx);
  const code = childOf(childOf(role, 'specimenPlayingEntity'), 'code');
  if (code !== undefined) concept(code, draft.at('type'), cx);
  if (draft.sayings.length === 0) return undefined;
  if (cx.patient !== undefined) refer(cx.patient, draft.at('subject'));
  return cx.add(draft);
}

export const specimen: Converter = (from, at, cx) => refer(taken(from, cx), at);
