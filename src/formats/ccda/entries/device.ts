// Product Instance (C-CDA R2.1, 3.85) and UDI Organizer → Device with its unique device identifier (45 CFR 830; US Core Implantable
// Device).

import { concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { narrated, plain } from '../datatypes/text.ts';
import { when } from '../datatypes/time.ts';
import { organization, refer } from '../header/people.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { follow, type Row } from '../mapping/rows.ts';
import { childOf, childrenOf, type Element, leafOf } from '../tree/tree.ts';

/** The root that says that the extension is a whole UDI as a person reads it. */
const udiRoot = '2.16.840.1.113883.3.3719';

const carrier: Converter = (from, at, cx) => {
  identifier(from, at.at('identifier[]'), cx);
  const text = cx.value(from, 'extension');
  if (cx.value(from, 'root') === udiRoot && text !== undefined) at.at('udiCarrier[0].carrierHRF').say(leafOf(from, 'extension'), text);
};

/** Its id and device; who made it is named by an id of the scoping entity. */
const rows: Row[] = [
  ['id', '', carrier],
  ['playingDevice/code|playingEntity/code', 'type', concept],
  ['playingDevice/manufacturerModelName', 'modelNumber', plain],
];

export function device(from: Element, cx: Conversion): Draft | undefined {
  const draft = cx.known('Device', cx.idOf(from) ?? `${cx.documentKey}${from.start}`);
  draft.how = 'merge';
  follow(rows, from, draft.at(''), cx);
  const owner = childOf(from, 'scopingEntity');
  if (owner !== undefined) refer(organization(owner, cx), draft.at('owner'));
  if (draft.sayings.length === 0) return undefined;
  if (cx.patient !== undefined) refer(cx.patient, draft.at('patient'));
  return cx.meet(draft);
}

const text: Converter = (from, at, cx) => {
  const extension = cx.value(from, 'extension');
  if (extension !== undefined) at.say(leafOf(from, 'extension'), extension);
  else narrated(from, at, cx);
};

const named: Converter = (from, at, cx) => {
  const place = at.at('deviceName[]');
  narrated(from, place.at('name'), cx);
  if (place.value !== undefined) place.at('type').set('user-friendly-name');
};

const safe: Converter = (from, at, cx) => concept(from, at.at('safety[]'), cx);

const own = 'component/observation[t:22.4.';

/** Parts of a UDI, each an observation of its own template. */
const udiRows: Row[] = [
  [`${own}304]/value`, 'udiCarrier[0].deviceIdentifier', text],
  [`${own}308]/value`, 'distinctIdentifier', text],
  [`${own}309]/value`, 'expirationDate', when],
  [`${own}316]/value`, 'manufactureDate', when],
  [`${own}315]/value`, 'lotNumber', text],
  [`${own}319]/value`, 'serialNumber', text],
  [`${own}317]/value`, 'modelNumber', text],
  [`${own}302]/value`, 'partNumber', text],
  [`${own}303]/value`, 'manufacturer', text],
  [`${own}301]/value`, '', named],
  [`${own}318]/value`, '', safe],
  [`${own}314]/value`, '', safe],
];

/** It describes the device of the procedure or supply that it stands in; alone, a device of its own. */
export function udi(from: Element, cx: Conversion): Draft[] {
  const outer = from.parent?.parent;
  const role = outer === undefined ? undefined : instanceIn(outer);
  const draft = (role === undefined ? undefined : device(role, cx)) ?? cx.add(cx.draft('Device', from, 'udi'));
  for (const id of childrenOf(from, 'id')) udiItself(id, draft, cx);
  follow(udiRows, from, draft.at(''), cx);
  if (cx.patient !== undefined) refer(cx.patient, draft.at('patient'));
  return [draft];
}

/** Mostly the id of the product said once more. */
function udiItself(id: Element, draft: Draft, cx: Conversion): void {
  const [value, root] = [cx.value(id, 'extension'), cx.value(id, 'root')];
  const place = draft.at('udiCarrier[0].carrierHRF');
  if (root === udiRoot && value !== undefined && place.value === value) {
    const at = (draft.at('identifier').value as { value?: unknown }[] | undefined)?.findIndex((one) => one.value === value) ?? -1;
    for (const [name, element] of [
      ['root', 'system'],
      ['extension', 'value'],
      ['assigningAuthorityName', 'assigner.display'],
    ] as const)
      if (at >= 0) draft.at(`identifier[${at}].${element}`).also(leafOf(id, name));
    place.also(leafOf(id, 'extension'));
  } else carrier(id, draft.at(''), cx);
}

function instanceIn(statement: Element): Element | undefined {
  for (const participant of childrenOf(statement, 'participant')) {
    const role = childOf(participant, 'participantRole');
    if (role !== undefined && childOf(role, 'playingDevice') !== undefined) return role;
  }
  return undefined;
}
