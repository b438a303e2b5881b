// Questions that are asked twice, before and after there is something that may not be seen: whoever gets another answer the second
// time has been told of it, by a match, a count, an order, a page, or an error. The questions are about what will be hidden.
import type { Answer } from '../calls.ts';
import type { Planted } from './canaries.ts';
import { canary } from './leaks.ts';

const types = [
  'Patient', 'Observation', 'Condition', 'Encounter', 'MedicationRequest', 'DocumentReference', 'Appointment', 'Group', 'List', 'Task',
  'Coverage', 'Claim', 'Organization', 'Practitioner', 'Basic', 'Provenance', 'AuditEvent',
]; // biome-ignore format: a list

/** Searches of all types that the asker may search, one that is opened meanwhile among them. */
export const ofEveryType = /^\?(?!_type)|\/\*(?!\?_type)/;

/** Paths below /fhir. `hidden`: what will be planted, so that its own words can be asked for. */
export function questions(hidden: readonly Planted[]): string[] {
  const of = (type: string): Planted => hidden.find((one) => one.type === type) ?? hidden[0]!;
  const word = (type: string, letter: string): string => canary(of(type).n, 1, letter);
  const patient = of('Patient');
  const observation = of('Observation');
  const every = types.flatMap((type) => [
    `${type}?_summary=count`,
    `${type}?_total=accurate&_count=1`,
    `${type}?_sort=-_lastUpdated&_count=3`,
    `${type}?_sort=_id&_count=2&_total=accurate`,
    `${type}?_include=*&_include:iterate=*&_count=50`,
    `${type}?_tag:not=http://canary.example/tags|${word(type, 'G')}&_summary=count`,
    `${type}?_profile=http://canary.example/${word(type, 'P')}`,
    `${type}?_source=http://canary.example/${word(type, 'U')}`,
    `${type}?_id=${of(type).id}&_total=accurate`,
    `${type}?_id:not=${of(type).id}&_summary=count`,
    `${type}/${of(type).id}`,
    `${type}/${of(type).id}/_history`,
    `${type}/_history?_count=4`,
  ]);
  return [
    ...every,
    '_history?_count=5',
    '_history?_since=2024-01-01&_count=1000',
    `Patient/${patient.id}/Observation?_summary=count`,
    `Patient/${patient.id}/Condition?_include=*`,
    `Encounter/${of('Encounter').id}/Observation`,
    // Orders, also over what is hidden
    'Patient?_sort=family,-birthdate,gender',
    'Patient?_sort=organization:missing',
    'Observation?_sort=code,-date&_count=3&_total=accurate',
    'Observation?_sort=value-string',
    'Condition?_sort=onset-info',
    'Appointment?_sort=date',
    // Words of what is hidden
    `Patient?family=${word('Patient', 'A')}`,
    `Patient?family:contains=canary&_summary=count`,
    `Patient?name:exact=${word('Patient', 'T')}`,
    `Patient?phonetic=${word('Patient', 'A')}`,
    `Patient?identifier=http://canary.example/numbers|${word('Patient', 'K')}`,
    `Patient?identifier=http://canary.example/numbers|&_summary=count`,
    `Patient?organization=org-b&_summary=count`,
    `Observation?code=${word('Observation', 'C')}`,
    `Observation?code:text=${word('Observation', 'T')}`,
    `Observation?code:text=canary&_summary=count`,
    `Observation?code:not=${word('Observation', 'C')}&_summary=count`,
    `Observation?value-string=${word('Observation', 'W')}`,
    `Observation?subject=Patient/${patient.id}&_total=accurate`,
    `Observation?subject:missing=true&_summary=count`,
    `DocumentReference?description=${word('DocumentReference', 'W')}`,
    `DocumentReference?location=http://canary.example/${word('DocumentReference', 'Q')}`,
    `Coverage?subscriber-id=${word('Coverage', 'W')}&_summary=count`,
    // Chains into what is hidden, and out of it
    `Observation?subject:Patient.family=${word('Patient', 'A')}`,
    `Observation?subject:Patient.family:contains=canary&_total=accurate`,
    `Observation?patient.identifier=${word('Patient', 'K')}`,
    `Observation?subject:Patient.organization.name=${word('Organization', 'W')}`,
    `Observation?subject:Patient._id=${patient.id}`,
    `Group?member:Patient.family=${word('Patient', 'A')}`,
    `Appointment?actor:Patient.family=${word('Patient', 'A')}`,
    `Appointment?patient.identifier=${word('Patient', 'K')}&_summary=count`,
    `Patient?_has:Observation:subject:code=${word('Observation', 'C')}`,
    `Patient?_has:Observation:subject:_id=${observation.id}`,
    `Patient?_has:Group:member:_has:Basic:subject:code=${word('Basic', 'C')}`,
    `Patient?_has:Appointment:actor:patient.family=${word('Patient', 'A')}`,
    `Patient?_has:AuditEvent:entity:_id=${of('AuditEvent').id}`,
    `Patient?_has:Provenance:target:recorded=gt2000&_summary=count`,
    `Patient?_has:Coverage:beneficiary:status=active&_summary=count`,
    `Organization?_has:Patient:organization:family=${word('Patient', 'A')}`,
    `Organization?_has:Patient:organization:gender=female&_summary=count`,
    `Practitioner?_has:Observation:performer:code=${word('Observation', 'C')}`,
    // Includes
    'Patient?_revinclude=Observation:subject&_revinclude=Provenance:target&_revinclude=AuditEvent:entity&_count=50',
    'Patient?_revinclude=Group:member&_include:iterate=Group:member&_revinclude:iterate=Observation:subject&_count=50',
    'Patient?_revinclude=Coverage:beneficiary&_revinclude=Claim:patient&_count=50',
    'Appointment?_include=Appointment:actor&_revinclude:iterate=Condition:subject&_count=50',
    'Organization?_revinclude=Patient:organization&_revinclude:iterate=Observation:subject&_count=50',
    'Observation?_include=Observation:subject&_include:iterate=Patient:organization&_revinclude:iterate=Patient:organization',
    // Several types at once, and everything in a chart
    '?_summary=count',
    '?_total=accurate&_count=3',
    '?_sort=-_lastUpdated&_count=5&_total=accurate',
    '?_sort=-_id&_count=40&_elements=id',
    `?_id=${patient.id},${observation.id}&_total=accurate`,
    `?_id:not=${patient.id}&_summary=count`,
    `?_tag=http://canary.example/tags|${word('Patient', 'G')}`,
    `?_tag:not=http://canary.example/tags|${word('Observation', 'G')}&_summary=count`,
    `?_has:Provenance:target:recorded=gt2000&_summary=count`,
    `?_has:Basic:subject:code=${word('Basic', 'C')}`,
    '?_type=Patient,Observation,Condition&_total=accurate&_count=2',
    '?_type=Patient,Appointment,Group&_sort=_lastUpdated&_count=4',
    `?_type=Observation,Condition&code=${word('Observation', 'C')}`,
    `?_type=Observation,Condition&subject:Patient.family=${word('Patient', 'A')}&_summary=count`,
    `?_type=Observation,Encounter&subject=Patient/${patient.id}&_total=accurate`,
    `?_type=Patient,Organization&_has:Group:member:code=${word('Group', 'C')}`,
    '?_type=Patient,AuditEvent&_summary=count',
    '?_type=Patient,Coverage&_total=accurate&_count=1',
    `Patient/${patient.id}/*`,
    `Patient/${patient.id}/*?_summary=count`,
    `Patient/${patient.id}/*?_type=Observation,Condition&_total=accurate`,
    `Encounter/${of('Encounter').id}/*?_summary=count`,
    `?_type=Patient,Observation&_cursor=${Buffer.from('{"of":"x","id":"0","type":7}').toString('base64url')}`,
    // What is refused must be refused in the same words
    `Observation?code:in=http://canary.example/${word('Observation', 'Q')}`,
    `Observation?code:below=${word('Observation', 'C')}`,
    `Observation?_cursor=${Buffer.from('{"of":"x","id":"0"}').toString('base64url')}`,
    `Observation/_history?_cursor=${'9'.repeat(18)}`,
  ];
}

/** All that an answer says, the same as long as nothing that may be seen has changed. */
export const said = ({ status, headers, text }: Answer): string =>
  `${status} ${headers.get('etag') ?? ''} ${headers.get('last-modified') ?? ''} ${text}`;
