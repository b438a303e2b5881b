// Procedures and requests for them (C-CDA R2.1, 3.82–3.84 and 3.62–3.74): what was done is a Procedure, what is planned or ordered a
// ServiceRequest.

import { coded, concept } from '../datatypes/code.ts';
import { narrated } from '../datatypes/text.ts';
import { timed } from '../datatypes/time.ts';
import { timing } from '../datatypes/timing.ts';
import { party, placeReference, refer } from '../header/people.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { ifFree, type Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { device } from './device.ts';
import { observation } from './observation.ts';
import { actor, authored, indication, intent, intents, note, people, peopleAndOrganizations, priority, specimen, taken } from './parts.ts';
import { make } from './resource.ts';

const doneStatus: Record<string, string> = {
  completed: 'completed',
  active: 'in-progress',
  aborted: 'stopped',
  cancelled: 'not-done',
  suspended: 'on-hold',
  held: 'on-hold',
  new: 'preparation',
  nullified: 'entered-in-error',
};
export const requestStatus: Record<string, string> = {
  active: 'active',
  completed: 'completed',
  aborted: 'revoked',
  cancelled: 'revoked',
  suspended: 'on-hold',
  held: 'on-hold',
  new: 'draft',
  nullified: 'entered-in-error',
};

const reasons: Row = ['entryRelationship/observation[t:22.4.19]', 'reasonCode[]', indication];
const placed: Converter = (from, at, cx) => {
  if (childOf(from, 'playingDevice') === undefined) placeReference(from, at, cx);
};
const places: Row = ['participant[@typeCode=LOC]/participantRole', 'location', placed];

/** What was put in, taken out or used. */
const withDevice: Converter = (from, at, cx) => {
  // Some write a product as if it were the place: what it is tells more than how it takes part.
  if (cx.value(from.parent, 'typeCode') !== 'DEV' && childOf(from, 'playingDevice') === undefined) return;
  const draft = device(from, cx);
  if (draft !== undefined) refer(draft, at.at('focalDevice[]').at('manipulated'));
};

const outcome: Converter = (from, at, cx) => {
  if (/^C[DEVO]$/.test((cx.value(from, 'type') ?? 'CD').replace(/^.*:/, ''))) concept(from, at, cx);
  else narrated(from, at.at('text'), cx);
};

const doneRows: Row[] = [
  ['statusCode', 'status', coded(doneStatus)],
  ['code', 'code', concept],
  ['effectiveTime', '', timed('performed')],
  ['targetSiteCode', 'bodySite[]', concept],
  ['approachSiteCode', 'bodySite[]', concept],
  ['performer', '', actor],
  ['participant[@typeCode=DEV,LOC]/participantRole', '', withDevice],
  places,
  reasons,
  ['value', 'outcome', ifFree(outcome)],
  ['text', '', note],
  ['author', '', authored('recorder', undefined, people)],
];

export function procedure(statement: Element, cx: Conversion): Draft {
  return make(
    {
      type: 'Procedure',
      rows: doneRows,
      after: (draft, from) => {
        if (cx.value(from, 'negationInd') === 'true') {
          draft.drop(['status']);
          draft.at('status').say(leafOf(from, 'negationInd'), 'not-done', (now) => (now === 'not-done' ? 'true' : 'false'));
        }
        // A Procedure does not name its specimen: the Specimen says when it was collected.
        const sample = childOf(from, 'specimen');
        const specimen = sample === undefined ? undefined : taken(sample, cx);
        const date = draft.body['performedDateTime'];
        if (specimen !== undefined && date !== undefined) specimen.at('collection.collectedDateTime').set(date);
        if (cx.encounter !== undefined) refer(cx.encounter, draft.at('encounter'));
      },
    },
    statement,
    cx,
  );
}

const requestRows: Row[] = [
  ['statusCode', 'status', coded(requestStatus)],
  intent,
  priority,
  ['code', 'code', concept],
  ['effectiveTime', '', (from, at, cx) => when(from, at, cx)],
  ['targetSiteCode', 'bodySite[]', concept],
  ['performer', 'performer[]', party(...peopleAndOrganizations)],
  ['participant[@typeCode=LOC]/participantRole', 'locationReference[]', placeReference],
  ['participant/participantRole/playingEntity/code', 'performerType', ifFree(concept)],
  reasons,
  ['specimen', 'specimen[]', specimen],
  ['text', '', note],
  ['author', '', authored('requester', 'authoredOn', peopleAndOrganizations)],
];

/** occurrence[x]: a time, an interval or a schedule. */
const when: Converter = (from, at, cx) => {
  if (['occurrenceDateTime', 'occurrencePeriod', 'occurrenceTiming'].some((name) => at.at(name).value !== undefined)) return;
  if (childOf(from, 'period') === undefined && childOf(from, 'event') === undefined) timed('occurrence')(from, at, cx);
  else timing(from, at.at('occurrenceTiming'), cx);
};

export function request(statement: Element, cx: Conversion): Draft {
  return make(
    {
      type: 'ServiceRequest',
      rows: requestRows,
      before: (draft, from) => {
        if (!Object.hasOwn(intents, cx.value(from, 'moodCode') ?? '')) draft.at('intent').set('order');
      },
      after: (draft, from) => {
        if (cx.value(from, 'negationInd') === 'true') draft.at('doNotPerform').say(leafOf(from, 'negationInd'), true);
      },
    },
    statement,
    cx,
  );
}

const own = '2.16.840.1.113883.10.20.22.4.';
const planned = (statement: Element, cx: Conversion): boolean => Object.hasOwn(intents, cx.value(statement, 'moodCode') ?? 'EVN');

const done = (statement: Element, cx: Conversion): Draft =>
  statement.name === 'observation' ? observation(statement, cx) : procedure(statement, cx);

export const procedures: Template[] = [
  {
    name: 'Procedure Activity',
    roots: [`${own}14`, `${own}13`, `${own}12`, '2.16.840.1.113883.10.20.1.29'],
    sections: ['47519-4', '29554-3'],
    elements: ['procedure', 'observation', 'act'],
    convert: (statement, cx) => [planned(statement, cx) ? request(statement, cx) : procedure(statement, cx)],
  },
  {
    name: 'Planned Procedure, Act, Observation; Patient Referral',
    roots: [`${own}41`, `${own}39`, `${own}44`, `${own}140`, `${own}130`],
    sections: ['18776-5'],
    elements: ['procedure', 'act', 'observation'],
    convert: (statement, cx) => [planned(statement, cx) ? request(statement, cx) : done(statement, cx)],
  },
];
