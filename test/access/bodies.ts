// The elements of each resource type in the matrix: what R4 requires, and every place for words. `p` are the patients that it
// concerns, `c` gives the canary of a place. http://hl7.org/fhir/R4/resourcelist.html
import type { Place } from './canaries.ts';
import { managedBy } from './roles.ts';

type Body = (p: readonly string[], c: Place) => object;

const patient = (name: string | undefined): object => (name === undefined ? {} : { reference: `Patient/${name}` });
const subject = ([p]: readonly string[], c: Place): object => (p === undefined ? {} : { subject: { ...patient(p), display: c('A') } });
const concept = (c: Place): object => ({
  coding: [{ system: 'http://canary.example/codes', code: c('C'), display: c('B') }],
  text: c('T'),
});
const identifier = (c: Place): object[] => [{ system: 'http://canary.example/numbers', value: c('K'), assigner: { display: c('L') } }];
const note = (c: Place): object[] => [{ authorString: c('M'), text: c('O') }];
const attachment = (c: Place): object => ({
  contentType: 'text/plain',
  url: `http://canary.example/${c('Q')}`,
  title: c('R'),
  data: Buffer.from(`in the file: ${c('Y')}`).toString('base64'),
});
const someone = { display: 'somebody' };
const at = '2024-03-05T08:00:00Z';
const simple =
  (more: (c: Place) => object): Body =>
  (p, c) => ({ identifier: identifier(c), ...subject(p, c), ...more(c) });
/** With `patient` in place of `subject`. */
const ofPatient =
  (more: (c: Place) => object): Body =>
  (p, c) => ({ identifier: identifier(c), patient: { ...patient(p[0]), display: c('A') }, ...more(c) });

// biome-ignore format: a table
export const bodies: Record<string, Body> = {
  Patient: ([p = ''], c) => ({
    identifier: identifier(c), active: true, name: [{ family: c('A'), given: [c('B')], text: c('T') }], gender: 'female', birthDate: '1970-03-04',
    telecom: [{ system: 'phone', value: c('M') }, { system: 'email', value: `${c('O')}@canary.example` }],
    address: [{ line: [c('Q')], city: c('R'), text: c('Y') }], generalPractitioner: [{ display: c('W') }],
    managingOrganization: { reference: `Organization/${managedBy(p)}` },
  }),
  RelatedPerson: ofPatient((c) => ({ name: [{ family: c('B'), text: c('T') }], relationship: [concept(c)] })),
  Person: (p, c) => ({ identifier: identifier(c), name: [{ text: c('T') }], link: p.map((one) => ({ target: patient(one) })) }),
  Encounter: simple((c) => ({ status: 'finished', class: { system: 'http://canary.example/codes', code: c('C'), display: c('B') }, type: [concept(c)], reasonCode: [concept(c)], period: { start: at } })),
  EpisodeOfCare: ofPatient((c) => ({ status: 'active', type: [concept(c)] })),
  Observation: simple((c) => ({ status: 'final', code: concept(c), effectiveDateTime: at, valueString: c('W'), note: note(c), method: concept(c) })),
  Condition: simple((c) => ({ code: concept(c), note: note(c), onsetString: c('W'), recordedDate: at })),
  AllergyIntolerance: ofPatient((c) => ({ code: concept(c), note: note(c), reaction: [{ manifestation: [concept(c)], description: c('W') }] })),
  Procedure: simple((c) => ({ status: 'completed', code: concept(c), note: note(c), performedDateTime: at })),
  Immunization: ofPatient((c) => ({ status: 'completed', vaccineCode: concept(c), occurrenceString: c('W'), lotNumber: c('Z'), note: note(c) })),
  DiagnosticReport: simple((c) => ({ status: 'final', code: concept(c), conclusion: c('W'), presentedForm: [attachment(c)] })),
  DocumentReference: simple((c) => ({ status: 'current', type: concept(c), description: c('W'), content: [{ attachment: attachment(c) }], date: at })),
  Composition: (p, c) => ({ ...subject(p, c), status: 'final', type: concept(c), date: at, author: [{ display: c('L') }], title: c('W'), section: [{ title: c('R'), text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${c('O')}</div>` } }] }),
  QuestionnaireResponse: (p, c) => ({ ...subject(p, c), status: 'completed', item: [{ linkId: '1', text: c('T'), answer: [{ valueString: c('W') }] }] }),
  CarePlan: (p, c) => ({ identifier: identifier(c), ...subject(p, c), status: 'active', intent: 'plan', title: c('W'), note: note(c), ...(p[1] === undefined ? {} : { activity: [{ detail: { status: 'scheduled', performer: [patient(p[1])] } }] }) }),
  Goal: simple((c) => ({ lifecycleStatus: 'active', description: concept(c), note: note(c) })),
  Flag: simple((c) => ({ status: 'active', code: concept(c) })),
  Consent: ofPatient((c) => ({ status: 'active', scope: concept(c), category: [concept(c)], sourceAttachment: attachment(c), policy: [{ uri: `http://canary.example/${c('W')}` }] })),
  Media: simple((c) => ({ status: 'completed', content: attachment(c), note: note(c) })),
  Specimen: simple((c) => ({ type: concept(c), note: note(c) })),
  MedicationStatement: simple((c) => ({ status: 'active', medicationCodeableConcept: concept(c), note: note(c) })),
  MedicationAdministration: simple((c) => ({ status: 'completed', medicationCodeableConcept: concept(c), effectiveDateTime: at, note: note(c) })),
  MedicationDispense: simple((c) => ({ status: 'completed', medicationCodeableConcept: concept(c), note: note(c) })),
  MedicationRequest: simple((c) => ({ status: 'on-hold', intent: 'order', medicationCodeableConcept: concept(c), note: note(c), dosageInstruction: [{ text: c('W') }] })),
  ServiceRequest: simple((c) => ({ status: 'active', intent: 'order', code: concept(c), note: note(c) })),
  Task: (p, c) => ({ identifier: identifier(c), ...(p[0] === undefined ? {} : { for: { ...patient(p[0]), display: c('A') } }), status: 'requested', intent: 'order', code: concept(c), description: c('W'), note: note(c) }),
  Communication: simple((c) => ({ status: 'completed', payload: [{ contentString: c('W') }], note: note(c), topic: concept(c) })),
  Appointment: (p, c) => ({ identifier: identifier(c), status: 'booked', start: at, end: '2024-03-05T08:30:00Z', description: c('W'), comment: c('O'), serviceType: [concept(c)], participant: p.map((one) => ({ actor: patient(one), status: 'accepted' })) }),
  Device: (p, c) => ({ identifier: identifier(c), ...(p[0] === undefined ? {} : { patient: patient(p[0]) }), type: concept(c), deviceName: [{ name: c('W'), type: 'user-friendly-name' }], note: note(c), url: `http://canary.example/${c('Q')}` }),
  List: (p, c) => ({ identifier: identifier(c), ...subject(p, c), status: 'current', mode: 'working', title: c('W'), note: note(c), code: concept(c) }),
  Group: (p, c) => ({ identifier: identifier(c), type: 'person', actual: true, name: c('W'), code: concept(c), ...(p.length === 0 ? {} : { member: p.map((one) => ({ entity: patient(one) })) }) }),
  Basic: (p, c) => ({ identifier: identifier(c), ...subject(p, c), code: concept(c), ...(p[1] === undefined ? {} : { author: patient(p[1]) }) }),
  Account: (p, c) => ({ identifier: identifier(c), status: 'active', name: c('W'), description: c('O'), subject: p.map(patient) }),
  Coverage: (p, c) => ({ identifier: identifier(c), status: 'active', beneficiary: patient(p[0]), subscriberId: c('W'), payor: [someone], class: [{ type: concept(c), value: c('Z'), name: c('R') }] }),
  Claim: ofPatient((c) => ({ status: 'active', type: concept(c), use: 'claim', created: '2024-03-05', provider: someone, priority: concept(c), insurance: [{ sequence: 1, focal: true, coverage: { display: c('W') } }], supportingInfo: [{ sequence: 1, category: concept(c), valueString: c('Z') }] })),
  ExplanationOfBenefit: ofPatient((c) => ({ status: 'active', type: concept(c), use: 'claim', created: '2024-03-05', insurer: someone, provider: someone, outcome: 'complete', disposition: c('W'), insurance: [{ focal: true, coverage: { display: c('Z') } }] })),
  AuditEvent: (p, c) => ({ type: { system: 'http://canary.example/codes', code: c('C'), display: c('B') }, recorded: at, agent: [{ requestor: true, name: c('M'), altId: c('K') }], source: { observer: { display: c('L') } }, entity: p.map((one) => ({ what: patient(one), name: c('T'), description: c('W') })) }),
  Provenance: (p, c) => ({ target: p.map(patient), recorded: at, agent: [{ who: { display: c('M') } }], reason: [concept(c)], policy: [`http://canary.example/${c('W')}`] }),
  Binary: (_, c) => ({ contentType: 'text/plain', data: Buffer.from(`in the file: ${c('Y')}`).toString('base64') }),
  Bundle: (_, c) => ({ identifier: { system: 'http://canary.example/numbers', value: c('K') }, type: 'collection', entry: [{ fullUrl: `http://canary.example/Basic/${c('Q')}`, resource: { resourceType: 'Basic', code: concept(c) } }] }),
  // Off: what listens changes its status by itself. Its headers are sealed, whoever reads them (test/subscriptions.test.ts).
  Subscription: (_, c) => ({ status: 'off', reason: c('W'), criteria: `Observation?code=${c('C')}`, channel: { type: 'rest-hook', endpoint: `http://canary.example/${c('Q')}` } }),
  MessageHeader: (_, c) => ({ eventUri: `http://canary.example/${c('W')}`, source: { endpoint: `http://canary.example/${c('Q')}`, name: c('T') } }),
  Organization: (_, c) => ({ identifier: identifier(c), name: c('W') }),
  Practitioner: (_, c) => ({ identifier: identifier(c), name: [{ text: c('T') }] }),
  Location: (_, c) => ({ identifier: identifier(c), name: c('W'), description: c('O') }),
  Medication: (_, c) => ({ identifier: identifier(c), code: concept(c) }),
  Schedule: (_, c) => ({ identifier: identifier(c), comment: c('W'), actor: [someone] }),
};
