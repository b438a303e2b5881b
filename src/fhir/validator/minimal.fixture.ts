// The smallest resource of each type that R4 finds nothing wrong with, made from the structure tables: what is mandatory, filled
// with a plain value of its type.
import { types, valueSets } from '../generated/structure.ts';
import type { Json } from '../json.ts';
import type { Members } from './definition.ts';

/** Plain values of primitive types; a type without one is a string. */
const values: Readonly<Record<string, Json>> = {
  boolean: true,
  integer: 1,
  positiveInt: 1,
  unsignedInt: 1,
  decimal: 1.5,
  date: '2026-01-31',
  dateTime: '2026-01-31',
  instant: '2026-01-31T12:00:00Z',
  time: '12:00:00',
  uri: 'http://example.org/x',
  url: 'http://example.org/x',
  canonical: 'http://example.org/x',
  oid: 'urn:oid:1.2.3',
  uuid: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7',
  base64Binary: 'QUJD',
  code: 'x',
  string: 'Alpha',
  markdown: 'Alpha',
  id: 'a',
};
const forms: Readonly<Record<string, Json>> = { language: 'en', 'mime-type': 'text/plain', format: 'json', currency: 'EUR', unit: 'mg' };

/** What invariants and bindings ask for beside what is mandatory, by type or element. */
const besides: Readonly<Record<string, Members>> = {
  AllergyIntolerance: {
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
  },
  Appointment: { status: 'proposed' },
  'Appointment.participant': { type: [{ text: 'x' }] },
  AppointmentResponse: { actor: { reference: 'Patient/1' } },
  CapabilityStatement: {
    kind: 'instance',
    description: 'x',
    implementation: { description: 'x' },
    rest: [{ mode: 'server' }],
  },
  Consent: { patient: { reference: 'Patient/1' }, policyRule: { text: 'x' } },
  Bundle: { type: 'collection' },
  Organization: { name: 'Alpha' },
  InsurancePlan: { name: 'Alpha' },
  Linkage: {
    item: [
      { type: 'source', resource: { reference: 'Patient/1' } },
      { type: 'alternate', resource: { reference: 'Patient/2' } },
    ],
  },
  TriggerDefinition: { name: 'Alpha' },
  'ImmunizationRecommendation.recommendation': { vaccineCode: [{ text: 'Alpha' }] },
  NutritionOrder: { oralDiet: { instruction: 'Alpha' } },
  StructureDefinition: {
    kind: 'logical',
    abstract: true,
    type: 'Patient',
    differential: { element: [{ id: 'Patient', path: 'Patient' }] },
  },
  NamingSystem: { kind: 'identifier' },
  TerminologyCapabilities: { kind: 'requirements', description: 'x' },
  AuditEvent: { type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' } },
  Encounter: { class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' } },
  Endpoint: { connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7-fhir-rest' } },
  Questionnaire: { name: 'Alpha' },
  ValueSet: { name: 'Alpha' },
  TestScript: { name: 'Alpha' },
  ImplementationGuide: { fhirVersion: ['4.0.1'], packageId: 'a.b', license: 'CC0-1.0' },
};

/** A fresh value each time, so that a test may change it. */
export function minimal(type: string, more: Members = {}): Members {
  return { resourceType: type, ...members(type), ...structuredClone(more) };
}

function members(type: string): Members {
  const made: Members = {};
  for (const line of (types[type] ?? '').split('\n')) {
    const [name = '', min, max, typeList = '', bound] = line.split(' ');
    if (min === '0') continue;
    const [of = ''] = typeList.split('|');
    const [code = '', targets] = of.split('>');
    const value = bound !== undefined ? bounded(code, bound.slice(1)) : plain(code, targets);
    made[name.endsWith('[x]') ? name.slice(0, -3) + code.charAt(0).toUpperCase() + code.slice(1) : name] = max === '*' ? [value] : value;
  }
  return { ...made, ...structuredClone(besides[type] ?? {}) };
}

function bounded(type: string, valueSet: string): Json {
  const [system, codes] = valueSets[valueSet]?.[0] ?? [];
  const code = forms[valueSet] ?? codes?.[0] ?? 'x';
  if (type === 'code') return code;
  const coding = { system: system ?? 'urn:ietf:bcp:47', code };
  return type === 'Coding' ? coding : { coding: [coding] };
}

function plain(type: string, targets: string | undefined): Json {
  if (type === 'Reference') return { reference: `${targets?.split(',')[0] ?? 'Patient'}/1` };
  if (type === 'CodeableConcept') return { text: 'Alpha' };
  if (type === 'Resource') return { resourceType: 'Patient', id: 'inside' };
  if (type === 'Quantity' || type === 'SimpleQuantity') return { value: 1 };
  if (type === 'Money') return { value: 1, currency: 'EUR' };
  if (type === 'Coding') return { system: 'http://example.org', code: 'x' };
  if (type === 'Attachment') return { url: 'http://example.org/x' };
  if (type === 'Period') return { start: '2026-01-31' };
  if (type === 'Narrative') return { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' };
  if (type === 'Meta') return { versionId: '1' };
  if (type in values) return values[type] as Json;
  const made = members(type);
  return Object.keys(made).length > 0 ? made : 'Alpha';
}
