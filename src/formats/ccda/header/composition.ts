// The header → Composition, and a DocumentReference with the document as it was received (CDA R2, 4.2; C-CDA R2.1 US Realm Header 1.1).
import { createHash } from 'node:crypto';
import { coded, concept, language } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { oneName } from '../datatypes/name.ts';
import { uriOf } from '../datatypes/systems.ts';
import { instant, moment, period, when } from '../datatypes/time.ts';
import { externalDocument } from '../entries/external.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { follow, ifFree, type Row } from '../mapping/rows.ts';
import { childOf, childrenOf, type Element, leafOf } from '../tree/tree.ts';
import { encompassingEncounter } from './encounter.ts';
import { recordTarget } from './patient.ts';
import { participantOf, party, refer, subject } from './people.ts';

/** Larger ones are found by their hash where the message itself is stored. */
const attachedBytesMax = 5_000_000;

const relation = coded({ RPLC: 'replaces', APND: 'appends', XFRM: 'transforms' }, 'typeCode');

/** The code as it stands; the codes of confidentiality are the same in R4. */
const confidentiality = coded({ U: 'U', L: 'L', M: 'M', N: 'N', R: 'R', V: 'V' });

/** A party and when it took part. */
const attester =
  (mode: string): Converter =>
  (from, at, cx) => {
    const who = participantOf(from, cx);
    at.at('mode').set(mode);
    const time = childOf(from, 'time');
    if (time !== undefined) moment(time, at.at('time'), cx);
    if (who !== undefined && ['Patient', 'RelatedPerson', 'Practitioner', 'PractitionerRole', 'Organization'].includes(who.type))
      refer(who, at.at('party'));
  };

const serviceEvent: Converter = (from, at, cx) => {
  const code = childOf(from, 'code');
  const time = childOf(from, 'effectiveTime');
  if (code !== undefined) concept(code, at.at('code[]'), cx);
  if (time !== undefined) period(time, at.at('period'), cx);
  for (const performer of childrenOf(from, 'performer')) careTeamMember(performer, cx);
};

/** Who performs the documented service looks after the patient: a CareTeam of the document. */
function careTeamMember(performer: Element, cx: Conversion): void {
  const who = participantOf(performer, cx);
  if (who === undefined) return;
  const team = cx.known('CareTeam', cx.documentKey);
  team.how = 'whole';
  const at = team.at('participant[0]');
  refer(who, at.at('member'));
  const code = childOf(performer, 'functionCode');
  if (code !== undefined) concept(code, at.at('role[0]'), cx);
  const time = childOf(performer, 'time');
  if (time !== undefined) period(time, at.at('period'), cx);
  subject(team.at('subject'), cx);
  cx.meet(team);
}

const relatedDocument: Converter = (from, at, cx) => {
  relation(from, at.at('code'), cx);
  const id = childOf(childOf(from, 'parentDocument'), 'id');
  if (id !== undefined) identifier(id, at.at('targetIdentifier'), cx);
};

const versionNumber: Converter = (from, at, cx) => {
  const text = cx.value(from, 'value');
  if (text === undefined) return;
  at.at('url').set('http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber');
  at.at('valueString').say(leafOf(from, 'value'), text);
};

const authored: Converter = (from, at, cx) => {
  const who = participantOf(from, cx);
  if (who !== undefined) refer(who, at);
  const time = childOf(from, 'time');
  if (time !== undefined && at.draft.at('date').value === undefined) moment(time, at.draft.at('date'), cx);
};

/** In the order in which the others need them: the patient first. */
const rows: Row[] = [
  // The set stays the same from version to version, as Composition.identifier does; the document's own id is the DocumentReference's.
  ['setId', 'identifier', identifier],
  ['id', 'identifier', ifFree(identifier)],
  ['versionNumber', 'extension[]', versionNumber],
  ['code', 'type', concept],
  ['title', 'title', oneName],
  ['effectiveTime', 'date', when],
  ['confidentialityCode', 'confidentiality', confidentiality],
  ['languageCode', 'language', language],
  ['author', 'author[]', authored],
  ['custodian', 'custodian', party('Organization')],
  ['legalAuthenticator', 'attester[]', attester('legal')],
  ['authenticator', 'attester[]', attester('professional')],
  ['documentationOf/serviceEvent', 'event[]', serviceEvent],
  ['relatedDocument', 'relatesTo[]', relatedDocument],
  ['componentOf/encompassingEncounter', 'encounter', (from, at, cx) => refer(encompassingEncounter(from, cx), at)],
];

/** Parts of the header that are people, and no more to the Composition. */
const passersBy = ['dataEnterer', 'informant', 'informationRecipient', 'participant'];

/** A rest after each part that many documents have several of. */
export function* header(root: Element, composition: Draft, cx: Conversion): Generator<undefined, void> {
  for (const target of childrenOf(root, 'recordTarget')) recordTarget(target, cx);
  if (cx.patient !== undefined) refer(cx.patient, composition.at('subject'));
  for (const row of rows) {
    follow([row], root, composition.at(''), cx);
    yield;
  }
  for (const name of passersBy) {
    for (const one of childrenOf(root, name)) {
      participantOf(one, cx);
      yield;
    }
  }
  for (const related of childrenOf(root, 'relatedDocument')) externalDocument(related, cx);
  for (const order of childrenOf(root, 'inFulfillmentOf')) fulfils(order, composition, cx);
  for (const consent of childrenOf(root, 'authorization')) consented(consent, cx);
}

function fulfils(from: Element, composition: Draft, cx: Conversion): void {
  const order = childOf(from, 'order');
  if (order === undefined) return;
  const draft = cx.known('ServiceRequest', cx.idOf(order) ?? `${cx.documentKey}${order.start}`);
  const orderRows: Row[] = [
    ['id', 'identifier[]', identifier],
    ['code', 'code', concept],
    ['priorityCode', 'priority', coded({ R: 'routine', S: 'stat', UR: 'urgent', A: 'asap', EM: 'stat' })],
  ];
  follow(orderRows, order, draft.at(''), cx);
  if (draft.sayings.length === 0) return;
  draft.at('intent').set('order');
  subject(draft.at('subject'), cx);
  refer(cx.meet(draft), composition.at('event[0].detail[]'));
}

function consented(from: Element, cx: Conversion): void {
  const consent = childOf(from, 'consent');
  if (consent === undefined) return;
  const draft = cx.draft('Consent', consent, 'authorization');
  const consentRows: Row[] = [
    ['id', 'identifier[]', identifier],
    ['code', 'category[]', concept],
    ['statusCode', 'status', coded({ completed: 'active', active: 'active' })],
  ];
  follow(consentRows, consent, draft.at(''), cx);
  if (cx.patient !== undefined) refer(cx.patient, draft.at('patient'));
  // ppc-1: a policy or a rule; the document names none.
  draft.at('policyRule.coding[0]').set({ system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' });
  cx.add(draft);
}

/** The document as one finds it: what it is, and its bytes. */
export function documentReference(root: Element, composition: Draft, cx: Conversion): Draft {
  const draft = cx.draft('DocumentReference', root, 'document');
  draft.how = 'whole';
  const documentRows: Row[] = [
    ['id', 'masterIdentifier', identifier],
    ['id', 'identifier[]', identifier],
    ['setId', 'identifier[]', identifier],
    ['code', 'type', concept],
    ['title', 'description', oneName],
    ['effectiveTime', 'date', instant],
    ['confidentialityCode', 'securityLabel[0]', concept],
    ['author', 'author[]', party('Practitioner', 'Organization', 'Device', 'Patient', 'RelatedPerson')],
    ['custodian', 'custodian', party('Organization')],
    ['legalAuthenticator', 'authenticator', ifFree(party('Practitioner', 'Organization'))],
  ];
  follow(documentRows, root, draft.at(''), cx);
  if (cx.patient !== undefined) refer(cx.patient, draft.at('subject'));
  const encounter = composition.at('encounter.reference').value;
  if (encounter !== undefined) draft.at('context.encounter[0].reference').set(encounter);
  const { bytes } = cx.document;
  const attachment = draft.at('content[0].attachment');
  attachment.at('contentType').set('application/xml');
  if (bytes.length <= attachedBytesMax) attachment.at('data').set(Buffer.from(bytes).toString('base64'));
  attachment.at('size').set(bytes.length);
  attachment.at('hash').set(createHash('sha1').update(bytes).digest('base64'));
  const format = leafOf(childrenOf(root, 'templateId').at(-1), 'root');
  if (format !== undefined) {
    const uri = uriOf(cx.text(format).trim());
    if (uri?.startsWith('urn:oid:')) draft.at('content[0].format').set({ system: 'urn:ietf:rfc:3986', code: uri });
  }
  return cx.add(draft);
}
