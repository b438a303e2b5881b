// Payers (C-CDA R2.1, 2.52 and 3.15, 3.76): a Coverage for each policy.

import { coded, concept } from '../datatypes/code.ts';
import { period } from '../datatypes/time.ts';
import { assigned, refer, related } from '../header/people.ts';
import type { Converter } from '../mapping/conversion.ts';
import type { Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, leafOf } from '../tree/tree.ts';
import { inside, make } from './resource.ts';

/** The member: by what number, how related to the holder. */
const covered: Converter = (from, at, cx) => {
  const role = childOf(from, 'participantRole');
  const id = childOf(role, 'id');
  const number = cx.value(id, 'extension');
  if (number !== undefined) at.at('subscriberId').say(leafOf(id, 'extension'), number);
  const code = childOf(role, 'code');
  if (code !== undefined) concept(code, at.at('relationship'), cx);
  const time = childOf(from, 'time');
  if (time !== undefined) period(time, at.at('period'), cx);
};

const payor: Converter = (from, at, cx) => {
  const entity = childOf(from, 'assignedEntity');
  const who = entity === undefined ? undefined : assigned(entity, cx);
  if (who !== undefined && ['Organization', 'Patient', 'RelatedPerson'].includes(who.type)) refer(who, at.at('payor[]'));
};

const holder: Converter = (from, at, cx) => {
  const role = childOf(from, 'participantRole');
  const who = role === undefined ? undefined : related(role, cx);
  if (who !== undefined && at.at('policyHolder').value === undefined) refer(who, at.at('policyHolder'));
};

const rows: Row[] = [
  ['statusCode', 'status', coded({ completed: 'active', active: 'active', aborted: 'cancelled', cancelled: 'cancelled', new: 'draft' })],
  ['code', 'type', concept],
  ['performer[t:22.4.87]|performer', '', payor],
  ['participant[@typeCode=COV]', '', covered],
  ['participant[@typeCode=HLD]', '', holder],
];

export const coverages: Template[] = [
  {
    name: 'Coverage Activity',
    roots: ['2.16.840.1.113883.10.20.22.4.60', '2.16.840.1.113883.10.20.1.20'],
    sections: ['48768-6'],
    elements: ['act'],
    convert(statement, cx) {
      const drafts = inside(statement, cx);
      const order = childOf(childOf(statement, 'entryRelationship'), 'sequenceNumber');
      const text = cx.value(order, 'value');
      const [first] = drafts;
      if (first?.type === 'Coverage' && text !== undefined && /^[1-9][0-9]{0,3}$/.test(text))
        first.at('order').say(leafOf(order, 'value'), Number(text));
      return drafts;
    },
  },
  {
    name: 'Policy Activity, Planned Coverage',
    roots: ['2.16.840.1.113883.10.20.22.4.61', '2.16.840.1.113883.10.20.22.4.129', '2.16.840.1.113883.10.20.1.26'],
    convert: (statement, cx) => [make({ type: 'Coverage', rows, patient: 'beneficiary' }, statement, cx)],
  },
];
