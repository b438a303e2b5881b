// Those who take part: assignedAuthor, assignedEntity, associatedEntity, relatedEntity → Practitioner (with PractitionerRole),
// RelatedPerson, Organization, Device (CDA R2, 4.2.2). Each is one resource, however often the document names them.

import { address, telecom } from '../datatypes/address.ts';
import { concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { humanName, oneName } from '../datatypes/name.ts';
import { absent } from '../datatypes/null-flavor.ts';
import { plain } from '../datatypes/text.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft, Place } from '../mapping/draft.ts';
import { follow, type Row } from '../mapping/rows.ts';
import { childOf, type Element } from '../tree/tree.ts';

const organizationRows: Row[] = [
  ['id', 'identifier[]', identifier],
  ['name', 'name', oneName],
  ['telecom', 'telecom[]', telecom],
  ['addr', 'address[]', address],
  ['standardIndustryClassCode', 'type[]', concept],
];

export function organization(from: Element, cx: Conversion): Draft | undefined {
  const name = childOf(from, 'name');
  const key = cx.idOf(from) ?? (name === undefined ? undefined : cx.allText(name));
  const draft = cx.known('Organization', key ?? `${cx.documentKey}${from.start}`);
  follow(organizationRows, from, draft.at(''), cx);
  // org-3: an organisation has no home.
  for (const name of ['telecom', 'address']) {
    const list = draft.body[name];
    if (!Array.isArray(list)) continue;
    for (const i of list.keys()) if (draft.at(`${name}[${i}].use`).value === 'home') draft.drop([name, i, 'use']);
  }
  if (draft.sayings.length === 0) return undefined;
  // org-1: a name or an identifier, or that there is none.
  if (draft.body['name'] === undefined && draft.body['identifier'] === undefined) draft.at('_name').set(absent());
  const whole = childOf(childOf(from, 'asOrganizationPartOf'), 'wholeOrganization');
  if (whole !== undefined) refer(organization(whole, cx), draft.at('partOf'));
  return cx.meet(draft);
}

const roleRows: Row[] = [
  ['id', 'identifier[]', identifier],
  ['telecom', 'telecom[]', telecom],
  ['addr', 'address[]', address],
];

const personNames =
  'assignedPerson/name|informationRecipient/name|associatedPerson/name|relatedPerson/name|playingEntity/name|guardianPerson/name';

/** An assigned role: the person or, where none is named, the device or the organisation. */
export function assigned(from: Element, cx: Conversion): Draft | undefined {
  const key = cx.idOf(from);
  const patient = cx.patient;
  if (patient !== undefined && key !== undefined && cx.patientKeys.has(key)) return patient;
  const represented =
    childOf(from, 'representedOrganization') ?? childOf(from, 'receivedOrganization') ?? childOf(from, 'scopingOrganization');
  const device = childOf(from, 'assignedAuthoringDevice') ?? childOf(from, 'assignedDevice');
  if (device !== undefined) return authoringDevice(from, device, cx);
  const person = childOf(from, 'assignedPerson') ?? childOf(from, 'informationRecipient') ?? childOf(from, 'associatedPerson');
  if (person === undefined && represented !== undefined && key === undefined) return organization(represented, cx);
  const nameText = person === undefined ? '' : cx.allText(person);
  const draft = cx.known('Practitioner', key ?? (nameText === '' ? `${cx.documentKey}${from.start}` : `name ${nameText}`));
  follow([...roleRows, [personNames, 'name[]', humanName]], from, draft.at(''), cx);
  const role = practitionerRole(from, represented, key ?? nameText, cx);
  if (draft.sayings.length === 0) return role === undefined ? undefined : organizationOf(role, cx);
  const met = cx.meet(draft);
  if (role !== undefined) {
    refer(met, role.at('practitioner'));
    cx.meet(role);
  }
  return met;
}

const organizationOf = (role: Draft, cx: Conversion): Draft | undefined => cx.byReference(role.at('organization.reference').value);

/** What a person does and for whom, where the document says it. */
function practitionerRole(from: Element, represented: Element | undefined, person: string, cx: Conversion): Draft | undefined {
  const employer = represented === undefined ? undefined : organization(represented, cx);
  const draft = cx.known('PractitionerRole', person === '' ? `${cx.documentKey}${from.start}` : person, employer?.id ?? '');
  follow([['code', 'specialty[]', concept]], from, draft.at(''), cx);
  if (draft.sayings.length === 0 && employer === undefined) return undefined;
  refer(employer, draft.at('organization'));
  return draft;
}

function authoringDevice(from: Element, device: Element, cx: Conversion): Draft | undefined {
  const key = cx.idOf(from) ?? cx.allText(device);
  const draft = cx.known('Device', key === '' ? `${cx.documentKey}${from.start}` : key);
  const rows: Row[] = [
    ['id', 'identifier[]', identifier],
    ['code', 'type', concept],
    ['telecom', 'contact[]', telecom],
  ];
  follow(rows, from, draft.at(''), cx);
  follow([['code', 'type', concept]], device, draft.at(''), cx);
  const model = childOf(device, 'manufacturerModelName');
  const software = childOf(device, 'softwareName');
  for (const [element, type] of [
    [model, 'model-name'],
    [software, 'user-friendly-name'],
  ] as const) {
    if (element === undefined || cx.ownText(element) === '') continue;
    const place = draft.at('deviceName[]');
    plain(element, place.at('name'), cx);
    place.at('type').set(type);
  }
  const owner = childOf(from, 'representedOrganization');
  if (owner !== undefined) refer(organization(owner, cx), draft.at('owner'));
  return draft.sayings.length === 0 ? undefined : cx.meet(draft);
}

/** Someone related to the patient: guardian, contact, informant who is no professional. */
export function related(from: Element, cx: Conversion): Draft | undefined {
  const key = cx.idOf(from);
  const names = cx.allText(childOf(from, 'relatedPerson') ?? childOf(from, 'associatedPerson') ?? childOf(from, 'guardianPerson') ?? from);
  const draft = cx.known('RelatedPerson', cx.patient?.id ?? cx.documentKey, key ?? `name ${names}`);
  follow([...roleRows, [personNames, 'name[]', humanName], ['code', 'relationship[]', concept]], from, draft.at(''), cx);
  if (draft.sayings.length === 0) return undefined;
  subject(draft.at('patient'), cx);
  return cx.meet(draft);
}

export function rememberPatient(from: Element, cx: Conversion): void {
  if (cx.patient === undefined) return;
  const keys = new Set<string>();
  for (const id of from.children) {
    if (!('attributes' in id) || id.name !== 'id') continue;
    const root = cx.value(id, 'root');
    const extension = cx.value(id, 'extension');
    // A root alone is often the same for patient and doctor in examples.
    if (root !== undefined && extension !== undefined) keys.add(`${root}|${extension}`);
  }
  cx.patientKeys = keys;
}

export function refer(to: Draft | undefined, at: Place): void {
  if (to !== undefined && at.at('reference').value === undefined) at.at('reference').set(to.reference);
}

/** The patient; said to be absent in a fragment that names none. */
export function subject(at: Place, cx: Conversion): void {
  if (cx.patient !== undefined) refer(cx.patient, at);
  else at.setIfFree(absent());
}

const professionalRoles = new Set(['PROV', 'ASSIGNED', 'CON', 'AGNT', '']);

/** Whoever stands in a participation: author, performer, informant, participant, authenticator, informationRecipient … */
export function participantOf(participation: Element, cx: Conversion): Draft | undefined {
  for (const child of participation.children) {
    if (!('attributes' in child)) continue;
    switch (child.name) {
      case 'assignedAuthor':
      case 'assignedEntity':
      case 'intendedRecipient':
        return assigned(child, cx);
      case 'representedCustodianOrganization':
        return organization(child, cx);
      case 'relatedEntity':
        return related(child, cx);
      case 'associatedEntity': {
        if (childOf(child, 'associatedPerson') === undefined && childOf(child, 'scopingOrganization') !== undefined)
          return assigned(child, cx);
        return professionalRoles.has(cx.value(child, 'classCode') ?? '') ? assigned(child, cx) : related(child, cx);
      }
      case 'assignedCustodian': {
        const custodian = childOf(child, 'representedCustodianOrganization');
        return custodian === undefined ? undefined : organization(custodian, cx);
      }
      default:
    }
  }
  return undefined;
}

/** A reference to whoever takes part, where the element may refer to one of their kind. */
export function party(...types: string[]): Converter {
  return (from, at, cx) => {
    const draft = participantOf(from, cx);
    if (draft !== undefined && (types.length === 0 || types.includes(draft.type))) refer(draft, at);
  };
}

const locationRows: Row[] = [
  ['id', 'identifier[]', identifier],
  ['code', 'type[]', concept],
  ['addr', 'address', address],
  ['telecom', 'telecom[]', telecom],
  ['playingEntity/name|location/name', 'name', oneName],
  ['location/addr', 'address', address],
];

/** participantRole or healthCareFacility of a place → Location. */
export function place(from: Element, cx: Conversion): Draft | undefined {
  const name = childOf(childOf(from, 'playingEntity') ?? childOf(from, 'location'), 'name');
  const key = cx.idOf(from) ?? (name === undefined ? '' : cx.allText(name));
  const draft = cx.known('Location', key === '' ? `${cx.documentKey}${from.start}` : key);
  follow(locationRows, from, draft.at(''), cx);
  const provider = childOf(from, 'serviceProviderOrganization') ?? childOf(from, 'scopingEntity');
  if (provider !== undefined) refer(organization(provider, cx), draft.at('managingOrganization'));
  return draft.sayings.length === 0 ? undefined : cx.meet(draft);
}

export const placeReference: Converter = (from, at, cx) => refer(place(from, cx), at);
