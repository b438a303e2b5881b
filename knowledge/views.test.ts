// The views that come with the program: each is valid, says what its columns are, and gives the rows that a small record should.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../src/fhir/json.ts';
import type { Row } from '../src/warehouse/contract.ts';
import { loadViews } from '../src/warehouse/view/load.ts';
import { viewSql } from '../src/warehouse/view/sql.ts';

const loaded = loadViews([join(import.meta.dirname, 'views')]);
const views = loaded.ok ? loaded.value : [];
const columns = views.flatMap(({ view, columns: list }) => list.map((column) => ({ view: view.name, ...column })));

const coded = (code: string, text = code): Json => ({ coding: [{ system: 'http://example.org', code, display: text }], text });
const to = (reference: string): Json => ({ reference });
const at = '2026-03-01T08:00:00Z';

/** What is not said in a row is null. */
const cases: [view: string, resource: Json, rows: Row[]][] = [
  [
    'patients',
    {
      resourceType: 'Patient',
      id: 'p',
      identifier: [{ type: coded('MR'), value: '4711' }],
      name: [{ family: 'Roe', given: ['Ann', 'B'] }],
      birthDate: '1970-06',
      extension: [
        {
          url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
          extension: [{ url: 'ombCategory', valueCoding: { code: '2106-3' } }],
        },
      ],
      gender: 'female',
      address: [{ line: ['1 Elm', 'Flat 2'], city: 'Ulm', postalCode: '89073', country: 'DE' }],
      telecom: [{ system: 'phone', value: '1' }],
    },
    [
      {
        id: 'p',
        mrn: '4711',
        family: 'Roe',
        given: 'Ann B',
        gender: 'female',
        birth_date: '1970-06',
        birth_known: true,
        race_code: '2106-3',
        phone: '1',
        street: '1 Elm, Flat 2',
        city: 'Ulm',
        postal_code: '89073',
        country: 'DE',
      },
    ],
  ],
  [
    'practitioners',
    {
      resourceType: 'Practitioner',
      id: 'n',
      name: [{ family: 'Moe', given: ['Kim'] }],
      gender: 'male',
      qualification: [{ code: coded('MD') }],
    },
    [{ id: 'n', family: 'Moe', given: 'Kim', gender: 'male', qualification_code: 'MD', qualification_display: 'MD' }],
  ],
  [
    'encounter_locations',
    {
      resourceType: 'Encounter',
      id: 'e',
      subject: to('Patient/p'),
      location: [
        { location: to('Location/a'), period: { end: at } },
        { location: to('Location/b'), status: 'active' },
      ],
    },
    [
      { encounter_id: 'e', patient_id: 'p', place: 0, location_id: 'a', end: at },
      { encounter_id: 'e', patient_id: 'p', place: 1, location_id: 'b', status: 'active' },
    ],
  ],
  [
    'encounters',
    { resourceType: 'Encounter', id: 'e', status: 'finished', class: { code: 'IMP' }, subject: to('Patient/p'), period: { start: at } },
    [{ id: 'e', status: 'finished', class: 'IMP', patient_id: 'p', start: at }],
  ],
  [
    'conditions',
    { resourceType: 'Condition', id: 'c', subject: to('Patient/p'), code: coded('I10'), onsetDateTime: '2020' },
    [
      {
        id: 'c',
        patient_id: 'p',
        code_system: 'http://example.org',
        code_code: 'I10',
        code_display: 'I10',
        code_text: 'I10',
        onset: '2020',
      },
    ],
  ],
  [
    'observations',
    {
      resourceType: 'Observation',
      id: 'o',
      status: 'final',
      subject: to('Patient/p'),
      encounter: to('Encounter/e'),
      effectiveDateTime: at,
      valueQuantity: { value: 7.2, code: 'mmol/L' },
      referenceRange: [{ low: { value: 3 } }],
    },
    [{ id: 'o', status: 'final', patient_id: 'p', encounter_id: 'e', effective: at, value: 7.2, unit: 'mmol/L', low: 3, components: 0 }],
  ],
  [
    'observation_components',
    {
      resourceType: 'Observation',
      id: 'o',
      status: 'final',
      subject: to('Patient/p'),
      component: [
        { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 120 } },
        { code: { text: 'x' }, valueString: 'none' },
      ],
    },
    [
      { observation_id: 'o', patient_id: 'p', status: 'final', part: 0, code_code: '8480-6', value: 120 },
      { observation_id: 'o', patient_id: 'p', status: 'final', part: 1, code_text: 'x', value_text: 'none' },
    ],
  ],
  [
    'medication_requests',
    {
      resourceType: 'MedicationRequest',
      id: 'm',
      status: 'active',
      subject: to('Patient/p'),
      medicationReference: to('Medication/d'),
      dosageInstruction: [
        { doseAndRate: [{ doseQuantity: { value: 5, code: 'mg' } }], timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } } },
      ],
    },
    [
      {
        id: 'm',
        status: 'active',
        patient_id: 'p',
        medication_id: 'd',
        dose: 5,
        dose_unit: 'mg',
        frequency: 2,
        period: 1,
        period_unit: 'd',
      },
    ],
  ],
  [
    'medication_administrations',
    { resourceType: 'MedicationAdministration', id: 'a', status: 'completed', subject: to('Patient/p'), effectivePeriod: { start: at } },
    [{ id: 'a', status: 'completed', patient_id: 'p', effective_start: at }],
  ],
  [
    'procedures',
    { resourceType: 'Procedure', id: 'x', status: 'completed', subject: to('Patient/p'), performedDateTime: at },
    [{ id: 'x', status: 'completed', patient_id: 'p', performed: at }],
  ],
  [
    'claims',
    {
      resourceType: 'Claim',
      id: 'k',
      patient: to('Patient/p'),
      total: { value: 10, currency: 'EUR' },
      item: [{ sequence: 1 }, { sequence: 2 }],
    },
    [{ id: 'k', patient_id: 'p', total: 10, currency: 'EUR', items: 2 }],
  ],
  [
    'claim_items',
    { resourceType: 'Claim', id: 'k', patient: to('Patient/p'), item: [{ sequence: 1, net: { value: 4 } }] },
    [{ claim_id: 'k', patient_id: 'p', line: 1, net: 4 }],
  ],
  [
    'documents',
    {
      resourceType: 'DocumentReference',
      id: 'd',
      status: 'current',
      subject: to('Patient/p'),
      content: [{ attachment: { contentType: 'text/plain' } }],
    },
    [{ id: 'd', status: 'current', patient_id: 'p', content_type: 'text/plain' }],
  ],
  [
    'allergies',
    { resourceType: 'AllergyIntolerance', id: 'y', patient: to('Patient/p'), category: ['food', 'medication'], criticality: 'high' },
    [{ id: 'y', patient_id: 'p', category: 'food', criticality: 'high' }],
  ],
  [
    'immunizations',
    {
      resourceType: 'Immunization',
      id: 'i',
      status: 'completed',
      patient: to('Patient/p'),
      occurrenceDateTime: '2026-01',
      lotNumber: 'L1',
    },
    [{ id: 'i', status: 'completed', patient_id: 'p', occurred: '2026-01', lot_number: 'L1' }],
  ],
  [
    'locations',
    { resourceType: 'Location', id: 'l', name: 'Ward 1', partOf: to('Location/h') },
    [{ id: 'l', name: 'Ward 1', part_of_id: 'h' }],
  ],
  [
    'safety_events',
    {
      resourceType: 'AdverseEvent',
      id: 'a',
      actuality: 'actual',
      category: [coded('unsafe-physical-environment')],
      event: coded('fall', 'Fall'),
      severity: coded('moderate'),
      outcome: coded('resolved'),
      subject: to('Patient/p'),
      encounter: to('Encounter/e'),
      date: at,
      location: to('Location/l'),
      suspectEntity: [{ instance: to('Device/d') }],
    },
    [
      {
        id: 'a',
        patient_id: 'p',
        encounter_id: 'e',
        actuality: 'actual',
        category: 'unsafe-physical-environment',
        event_system: 'http://example.org',
        event_code: 'fall',
        event_display: 'Fall',
        event_text: 'Fall',
        severity: 'moderate',
        outcome: 'resolved',
        occurred: at,
        location_id: 'l',
        device_id: 'd',
      },
    ],
  ],
  [
    'device_uses',
    {
      resourceType: 'DeviceUseStatement',
      id: 'u',
      status: 'completed',
      subject: to('Patient/p'),
      device: { reference: 'Device/d', display: 'Central line' },
      extension: [{ url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DeviceUsage.context', valueReference: to('Encounter/e') }],
      timingPeriod: { start: at, end: at },
    },
    [
      {
        id: 'u',
        patient_id: 'p',
        status: 'completed',
        device_id: 'd',
        device_display: 'Central line',
        encounter_id: 'e',
        start: at,
        end: at,
      },
    ],
  ],
  [
    'devices',
    {
      resourceType: 'Device',
      id: 'd',
      patient: to('Patient/p'),
      type: { text: 'Pump' },
      serialNumber: '7',
      deviceName: [{ name: 'P1', type: 'other' }],
    },
    [{ id: 'd', patient_id: 'p', type_text: 'Pump', serial: '7', name: 'P1' }],
  ],
  [
    'service_requests',
    {
      resourceType: 'ServiceRequest',
      id: 's',
      status: 'active',
      intent: 'order',
      priority: 'stat',
      code: { text: 'Chest X-ray' },
      subject: to('Patient/p'),
      authoredOn: at,
      requester: to('Practitioner/r'),
    },
    [
      {
        id: 's',
        patient_id: 'p',
        status: 'active',
        intent: 'order',
        priority: 'stat',
        code_text: 'Chest X-ray',
        authored: at,
        requester_id: 'r',
      },
    ],
  ],
  [
    'diagnostic_reports',
    {
      resourceType: 'DiagnosticReport',
      id: 'd',
      status: 'final',
      code: { text: 'Blood count' },
      subject: to('Patient/p'),
      effectiveDateTime: at,
      basedOn: [to('ServiceRequest/s')],
      result: [to('Observation/a'), to('Observation/b')],
    },
    [{ id: 'd', patient_id: 'p', status: 'final', code_text: 'Blood count', effective: at, request_id: 's', results: 2 }],
  ],
  [
    'appointments',
    {
      resourceType: 'Appointment',
      id: 'a',
      status: 'booked',
      start: at,
      end: at,
      participant: [
        { actor: to('Practitioner/r'), status: 'accepted' },
        { actor: to('Patient/p'), status: 'accepted' },
      ],
    },
    [{ id: 'a', patient_id: 'p', status: 'booked', start: at, end: at }],
  ],
  [
    'tasks',
    {
      resourceType: 'Task',
      id: 't',
      status: 'completed',
      intent: 'order',
      for: to('Patient/p'),
      focus: to('Observation/o'),
      executionPeriod: { end: at },
      owner: to('Practitioner/r'),
    },
    [{ id: 't', patient_id: 'p', status: 'completed', intent: 'order', focus_observation_id: 'o', done: at, owner_id: 'r' }],
  ],
  [
    'coverage',
    {
      resourceType: 'Coverage',
      id: 'c',
      status: 'active',
      beneficiary: to('Patient/p'),
      payor: [{ display: 'Fund' }],
      period: { start: '2026-01-01' },
      order: 1,
    },
    [{ id: 'c', patient_id: 'p', status: 'active', payer: 'Fund', start: '2026-01-01', order: 1 }],
  ],
];

describe('the views', () => {
  it('are valid, every path of them', () => {
    expect(loaded.ok ? '' : loaded.problem.message).toBe('');
  });

  it('say what each is and what each column holds', () => {
    expect(views.filter(({ view }) => view.title === undefined || view.description === undefined).map(({ view }) => view.name)).toEqual([]);
    expect(columns.filter(({ description }) => description === undefined).map(({ view, name }) => `${view}.${name}`)).toEqual([]);
  });

  it('say of keys, times of a life and free text that they identify', () => {
    const shared = new Set(['immunizations.expiration']);
    const silent = columns.filter(
      ({ view, name, type, identifies }) =>
        identifies === undefined &&
        !shared.has(`${view}.${name}`) &&
        (/(^|_)id$/.test(name) || name.endsWith('_text') !== name.endsWith('unit_text') || ['date', 'dateTime', 'instant'].includes(type)),
    );
    expect(silent.map(({ view, name }) => `${view}.${name}`)).toEqual([]);
  });

  it('are code from end to end, as closures and as SQL', () => {
    expect(views.flatMap(({ interpreted }) => interpreted)).toEqual([]);
    expect(views.filter(({ view }) => !viewSql(view, { table: 't', column: 'resource' }).ok).map(({ view }) => view.name)).toEqual([]);
  });

  it('have a case each', () => {
    expect(cases.map(([name]) => name).sort()).toEqual(views.map(({ view }) => view.name).sort());
  });

  it.each(cases)('%s', (name, resource, rows) => {
    const found = views.find(({ view }) => view.name === name)!;
    const said = found.rows(resource).map((row) => Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== null)));
    expect(said).toEqual(rows);
  });
});
