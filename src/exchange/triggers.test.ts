// Given this change of the record, this event.
import { expect, test } from 'vitest';
import type { Resource } from '../fhir/generated/types.ts';
import { eventOf, tellable } from './triggers.ts';

const all = new Set(tellable);
const subject = { reference: 'Patient/p' };
const visit = (status: string, more: object = {}): object => ({
  resourceType: 'Encounter',
  status,
  class: { code: 'IMP' },
  location: [{ location: { reference: 'Location/1' }, status: 'active' }],
  ...more,
});
const outpatient = { class: { code: 'AMB' } };
const moved = { location: [{ location: { reference: 'Location/2' } }, { location: { reference: 'Location/1' }, status: 'completed' }] };
const of = (resourceType: string, status: string, more: object = {}): object => ({ resourceType, status, subject, ...more });
const person = { resourceType: 'Patient', name: [{ family: 'A' }] };
const gone = { ...person, link: [{ type: 'replaced-by', other: { reference: 'Patient/2' } }] };

const cases: [what: string, before: object | undefined, now: object, event: string | undefined][] = [
  ['an inpatient arrives', undefined, visit('in-progress'), 'ADT^A01'],
  ['a planned inpatient arrives', visit('planned'), visit('in-progress'), 'ADT^A01'],
  ['an outpatient arrives', undefined, visit('arrived', outpatient), 'ADT^A04'],
  ['an outpatient is seen', visit('arrived', outpatient), visit('in-progress', outpatient), 'ADT^A08'],
  ['a stay is planned', undefined, visit('planned'), 'ADT^A05'],
  ['and cancelled', visit('planned'), visit('cancelled'), 'ADT^A38'],
  ['a stay is cancelled', visit('in-progress'), visit('cancelled'), 'ADT^A11'],
  ['a stay never was', visit('in-progress'), visit('entered-in-error'), 'ADT^A11'],
  ['one that was cancelled already is written', undefined, visit('cancelled'), undefined],
  ['a patient is moved', visit('in-progress'), visit('in-progress', moved), 'ADT^A02'],
  ['a patient goes home', visit('in-progress'), visit('finished'), 'ADT^A03'],
  ['not yet', visit('finished'), visit('in-progress'), 'ADT^A13'],
  ['a stay says more', visit('in-progress'), visit('in-progress', { priority: { text: 'x' } }), 'ADT^A08'],
  ['a stay says the same', visit('in-progress'), visit('in-progress', { meta: { versionId: '2' } }), undefined],
  ['a patient is new', undefined, person, 'ADT^A28'],
  ['a patient changes', person, { ...person, gender: 'male' }, 'ADT^A31'],
  ['a patient says the same', person, { ...person, meta: { versionId: '2' } }, undefined],
  ['a patient is merged', person, gone, 'ADT^A40'],
  ['a merged patient changes', gone, { ...gone, gender: 'male' }, undefined],
  ['another became part of this one', person, { ...person, link: [{ type: 'replaces', other: subject }] }, undefined],
  ['a report is preliminary', undefined, of('DiagnosticReport', 'preliminary'), undefined],
  ['a report is final', of('DiagnosticReport', 'preliminary'), of('DiagnosticReport', 'final'), 'ORU^R01'],
  ['a report is corrected', of('DiagnosticReport', 'final'), of('DiagnosticReport', 'corrected'), 'ORU^R01'],
  ['a report is taken back', of('DiagnosticReport', 'final'), of('DiagnosticReport', 'entered-in-error'), 'ORU^R01'],
  ['an order is a draft', undefined, of('ServiceRequest', 'draft', { intent: 'order' }), undefined],
  ['an order is active', of('ServiceRequest', 'draft'), of('ServiceRequest', 'active', { intent: 'order' }), 'OML^O21'],
  ['a proposal is active', undefined, of('ServiceRequest', 'active', { intent: 'proposal' }), undefined],
  ['an order is revoked', of('ServiceRequest', 'active'), of('ServiceRequest', 'revoked', { intent: 'order' }), 'OML^O21'],
  ['a prescription', undefined, of('MedicationRequest', 'active', { intent: 'order' }), 'RDE^O11'],
  ['a prescription is stopped', of('MedicationRequest', 'active'), of('MedicationRequest', 'stopped'), 'RDE^O11'],
  ['a drug is handed out', of('MedicationDispense', 'preparation'), of('MedicationDispense', 'completed'), 'RDS^O13'],
  ['a dose is given', undefined, of('MedicationAdministration', 'completed'), 'RAS^O17'],
  ['a dose is refused', undefined, of('MedicationAdministration', 'not-done'), 'RAS^O17'],
  ['a dose runs', undefined, of('MedicationAdministration', 'in-progress'), undefined],
  ['an appointment is proposed', undefined, of('Appointment', 'proposed'), undefined],
  ['an appointment is booked', of('Appointment', 'proposed'), of('Appointment', 'booked'), 'SIU^S12'],
  ['an appointment is moved', of('Appointment', 'booked'), of('Appointment', 'booked', { start: '2026-01-01T10:00:00Z' }), 'SIU^S14'],
  ['an appointment is cancelled', of('Appointment', 'booked'), of('Appointment', 'cancelled'), 'SIU^S15'],
  ['nobody came', of('Appointment', 'booked'), of('Appointment', 'noshow'), 'SIU^S26'],
  ['a vaccination', undefined, of('Immunization', 'completed'), 'VXU^V04'],
  ['one that was not given', undefined, of('Immunization', 'not-done'), undefined],
  ['a document', undefined, of('DocumentReference', 'current', { content: [] }), 'MDM^T02'],
  ['a document is superseded', of('DocumentReference', 'current'), of('DocumentReference', 'superseded'), undefined],
  ['a charge', of('ChargeItem', 'planned'), of('ChargeItem', 'billable'), 'DFT^P03'],
];

test.each(cases)('%s', (_what, before, now, event) => {
  expect(eventOf({ now: now as Resource, before: before as Resource | undefined, visiting: false }, all)).toBe(event);
});

test('a channel gets the event that it asks for', () => {
  const turn = { now: { ...person, gender: 'male' } as Resource, before: person as Resource };
  expect(eventOf({ ...turn, visiting: true }, all)).toBe('ADT^A08');
  expect(eventOf({ ...turn, visiting: true }, new Set(['ADT^A31']))).toBe('ADT^A31');
  expect(eventOf({ ...turn, visiting: false }, new Set(['ADT^A08']))).toBeUndefined();
  const order = { now: of('ServiceRequest', 'active', { intent: 'order' }) as Resource, before: undefined, visiting: false };
  expect(eventOf(order, new Set(['ORM^O01']))).toBe('ORM^O01');
  const transfer = { now: visit('in-progress', moved) as Resource, before: visit('in-progress') as Resource, visiting: false };
  expect(eventOf(transfer, new Set(['ADT^A08']))).toBe('ADT^A08');
});
