// Note Activity (C-CDA R2.1 companion guide, 3.202): a DocumentReference with the note; and what is told to the patient.

import { coded, concept } from '../datatypes/code.ts';
import { narrated } from '../datatypes/text.ts';
import { instant, period, timed } from '../datatypes/time.ts';
import { refer } from '../header/people.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import { type Draft, oneWay } from '../mapping/draft.ts';
import type { Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { attachment } from './attachments.ts';
import { authored, peopleAndOrganizations, priority } from './parts.ts';
import { requestStatus } from './procedures.ts';
import { make } from './resource.ts';

/** Its bytes, or the text of the narrative that it points to. */
const content: Converter = (from, at, cx) => {
  const place = at.at('content[]').at('attachment');
  const leaf = leafOf(childOf(from, 'reference'), 'value');
  const pointed = leaf === undefined ? undefined : cx.pointed(cx.text(leaf).trim());
  const own = attachment(from, place, cx);
  if (leaf === undefined || pointed === undefined) return;
  cx.structural.add(leaf);
  const { text, leaves } = cx.pointedText(pointed);
  if (text === '') return;
  const words = own ? at.at('content[]').at('attachment') : place;
  words.at('contentType').set('text/plain');
  words.at('data').setIfFree(Buffer.from(text, 'utf8').toString('base64'));
  for (const one of leaves.slice(0, 20))
    words
      .at('data')
      .say(
        one,
        Buffer.from(text, 'utf8').toString('base64'),
        leaves.length === 1 ? (now) => (typeof now === 'string' ? Buffer.from(now, 'base64').toString('utf8') : '') : oneWay,
      );
};

const rows: Row[] = [
  ['statusCode', 'docStatus', coded({ completed: 'final', active: 'preliminary', aborted: 'entered-in-error' })],
  ['code', 'type', concept],
  ['effectiveTime', 'context.period', period],
  ['text', '', content],
  ['author', '', authored('author[0]', 'date', [...peopleAndOrganizations, 'Device'], instant)],
];

const instructionRows: Row[] = [
  ['statusCode', 'status', coded(requestStatus)],
  priority,
  ['code', 'category[]', concept],
  ['effectiveTime', '', timed('occurrence')],
  ['text', 'payload[0].contentString', narrated],
  ['author', '', authored('requester', 'authoredOn', [...peopleAndOrganizations, 'Device'])],
];

export const instruction = (statement: Element, cx: Conversion): Draft =>
  make({ type: 'CommunicationRequest', rows: instructionRows }, statement, cx);

export const noteActivity = (statement: Element, cx: Conversion): Draft =>
  make(
    {
      type: 'DocumentReference',
      rows,
      before: (draft) => {
        draft.how = 'whole';
      },
      after: (draft) => {
        if (cx.encounter !== undefined) refer(cx.encounter, draft.at('context.encounter[0]'));
      },
    },
    statement,
    cx,
  );

export const notes: Template[] = [
  {
    name: 'Note Activity',
    roots: ['2.16.840.1.113883.10.20.22.4.202'],
    convert: (statement, cx) => [noteActivity(statement, cx)],
  },
  {
    name: 'Instruction',
    roots: ['2.16.840.1.113883.10.20.22.4.20', '2.16.840.1.113883.10.20.22.4.141'],
    convert: (statement, cx) => [instruction(statement, cx)],
  },
];
