// Medical equipment (C-CDA R2.1, 2.37 and 3.64): what the patient has or uses is a DeviceUseStatement, what is planned a DeviceRequest.

import { coded, concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { timed, when } from '../datatypes/time.ts';
import { timing } from '../datatypes/timing.ts';
import { party, refer } from '../header/people.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import type { Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, childrenOf, type Element } from '../tree/tree.ts';
import { device, udi } from './device.ts';
import { drug, supplyOrder } from './medications.ts';
import { authored, indication, intent, intents, isPlanned, note, people, priority } from './parts.ts';
import { requestStatus } from './procedures.ts';
import { inside, make } from './resource.ts';

const useStatus: Record<string, string> = {
  active: 'active',
  completed: 'completed',
  aborted: 'stopped',
  suspended: 'on-hold',
  held: 'on-hold',
  new: 'intended',
  cancelled: 'stopped',
  nullified: 'entered-in-error',
};

const used: Converter = (from, at, cx) => refer(device(from, cx), at);

const reasons: Row = ['entryRelationship/observation[t:22.4.19]', 'reasonCode[]', indication];

const anyTime =
  (name: string): Converter =>
  (from, at, cx) => {
    if ([`${name}DateTime`, `${name}Period`, `${name}Timing`].some((one) => at.at(one).value !== undefined)) return;
    if (childOf(from, 'period') !== undefined || childOf(from, 'event') !== undefined) timing(from, at.at(`${name}Timing`), cx);
    else timed(name)(from, at, cx);
  };

const useRows: Row[] = [
  ['statusCode', 'status', coded(useStatus)],
  ['effectiveTime', '', anyTime('timing')],
  ['participant[@typeCode=PRD]/participantRole|participant[@typeCode=DEV]/participantRole', 'device', used],
  ['targetSiteCode', 'bodySite', concept],
  reasons,
  ['text', '', note],
  ['author', '', authored('source', 'recordedOn', people)],
];

/** A product that is named and not identified: a Device of its own. */
function fromProduct(statement: Element, draft: Draft, cx: Conversion, path: string): void {
  const product = childOf(childOf(statement, 'product'), 'manufacturedProduct');
  const material = childOf(product, 'manufacturedMaterial');
  const code = childOf(statement, 'code');
  if (draft.at(path).value !== undefined) return;
  if (product === undefined || material === undefined) {
    if (code === undefined) return;
    const named = cx.draft('Device', statement, 'code');
    concept(code, named.at('type'), cx);
    if (cx.patient !== undefined) refer(cx.patient, named.at('patient'));
    if (named.sayings.length > 0) refer(cx.add(named), draft.at(path));
    return;
  }
  const made = cx.draft('Device', product, 'product');
  for (const id of childrenOf(product, 'id')) identifier(id, made.at('identifier[]'), cx);
  drug(material, made.at('type'), cx);
  if (made.sayings.length === 0) return;
  if (cx.patient !== undefined) refer(cx.patient, made.at('patient'));
  refer(cx.add(made), draft.at(path));
}

const requestRows: Row[] = [
  ['statusCode', 'status', coded(requestStatus)],
  intent,
  priority,
  ['effectiveTime', '', anyTime('occurrence')],
  ['participant[@typeCode=PRD]/participantRole|participant[@typeCode=DEV]/participantRole', 'codeReference', used],
  reasons,
  ['performer', 'performer', party('Practitioner', 'Organization')],
  ['text', '', note],
  ['author', '', authored('requester', 'authoredOn', ['Practitioner', 'Organization', 'Device'])],
];

function planned(statement: Element, cx: Conversion): Draft {
  return make(
    {
      type: 'DeviceRequest',
      rows: requestRows,
      before: (draft, from) => {
        if (!Object.hasOwn(intents, cx.value(from, 'moodCode') ?? '')) draft.at('intent').set('order');
      },
      after: (draft, from) => fromProduct(from, draft, cx, 'codeReference'),
    },
    statement,
    cx,
  );
}

function use(statement: Element, cx: Conversion): Draft {
  return make({ type: 'DeviceUseStatement', rows: useRows, after: (draft, from) => fromProduct(from, draft, cx, 'device') }, statement, cx);
}

const own = '2.16.840.1.113883.10.20.22.4.';

/** A supply without a template: of a medicine in a medication section, of a device elsewhere. */
const medicationSections = new Set(['10160-0', '10183-2', '42346-7', '29549-3']);

export function supply(statement: Element, cx: Conversion): Draft[] {
  if (medicationSections.has(cx.section.code)) return [supplyOrder(statement, cx)];
  return [isPlanned(statement, cx) ? planned(statement, cx) : use(statement, cx)];
}

const equipmentRows: Row[] = [
  ['statusCode', 'status', coded({ active: 'current', completed: 'current', nullified: 'entered-in-error' })],
  ['code', 'code', concept],
  ['effectiveTime', 'date', when],
];

/** What is grouped by a code is a list of that kind; without one it only stands together. */
function equipment(statement: Element, cx: Conversion): Draft[] {
  const members = inside(statement, cx);
  if (cx.value(childOf(statement, 'code'), 'code') === undefined || members.length === 0) return members;
  const list = make(
    {
      type: 'List',
      rows: equipmentRows,
      before: (draft) => draft.at('mode').set('snapshot'),
      after: (draft) => {
        draft.at('status').setIfFree('current');
        for (const member of members) refer(member, draft.at('entry[]').at('item'));
      },
    },
    statement,
    cx,
  );
  return [list];
}

export const devices: Template[] = [
  {
    name: 'Non-Medicinal Supply Activity, Planned Supply',
    roots: [`${own}50`, `${own}43`, '2.16.840.1.113883.10.20.1.34'],
    sections: ['46264-8'],
    elements: ['supply'],
    convert: supply,
  },
  { name: 'UDI Organizer', roots: [`${own}311`], convert: udi },
  { name: 'Medical Equipment Organizer', roots: [`${own}135`], convert: equipment },
];
