// Care teams (C-CDA R2.1 companion guide, Care Team Organizer and Member Act).

import { coded, concept } from '../datatypes/code.ts';
import { narrated } from '../datatypes/text.ts';
import { period } from '../datatypes/time.ts';
import { participantOf, refer } from '../header/people.ts';
import type { Converter } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { follow, type Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf } from '../tree/tree.ts';
import { make } from './resource.ts';

const memberRows: Row[] = [
  ['effectiveTime', 'period', period],
  ['performer/functionCode', 'role[]', concept],
];

const member: Converter = (from, at, cx) => {
  const performer = childOf(from, 'performer');
  const who = performer === undefined ? undefined : participantOf(performer, cx);
  const place = at.at('participant[]');
  follow(memberRows, from, place, cx);
  if (who !== undefined) refer(who, place.at('member'));
};

const rows: Row[] = [
  [
    'statusCode',
    'status',
    coded({
      active: 'active',
      completed: 'inactive',
      suspended: 'suspended',
      aborted: 'inactive',
      new: 'proposed',
      nullified: 'entered-in-error',
    }),
  ],
  ['effectiveTime', 'period', period],
  ['code', 'category[]', concept],
  ['code/originalText', 'name', narrated],
  ['component/observation[t:22.4.500.2]/value', 'category[]', concept],
  ['component/act', '', member],
];

const whole = (draft: Draft): void => {
  draft.how = 'whole';
};

export const careTeams: Template[] = [
  {
    name: 'Care Team Organizer',
    roots: ['2.16.840.1.113883.10.20.22.4.500'],
    sections: ['85847-2'],
    elements: ['organizer'],
    convert: (statement, cx) => [make({ type: 'CareTeam', rows, before: whole }, statement, cx)],
  },
];
