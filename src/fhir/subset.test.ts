import { describe, expect, it } from 'vitest';
import { subset } from './subset.ts';

const tag = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED', display: 'subsetted' };
const observation = {
  resourceType: 'Observation',
  id: 'bp',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Blood pressure</div>' },
  modifierExtension: [{ url: 'http://example.org/not-for-this-patient', valueBoolean: true }],
  status: 'final',
  _status: { id: 's1' },
  code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
  subject: { reference: 'Patient/1' },
  note: [{ text: 'left arm' }],
  component: [{ code: { text: 'systolic' }, valueQuantity: { value: 120 }, dataAbsentReason: { text: 'no' } }],
};
const part = (resource: unknown, wish: Parameters<typeof subset>[1]): Record<string, unknown> => {
  const result = subset(resource, wish);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

describe('_summary', () => {
  it('true keeps the elements marked so, mandatory ones and modifiers, inside components too', () => {
    const { text: _, note: __, ...rest } = observation;
    expect(part(observation, { summary: 'true' })).toEqual({
      ...rest,
      meta: { tag: [tag] },
      component: [{ code: { text: 'systolic' }, valueQuantity: { value: 120 } }],
    });
  });

  it('true leaves the data of an attachment out, and an attachment of nothing else with it', () => {
    const practitioner = { resourceType: 'Practitioner', photo: [{ contentType: 'image/png', data: 'AAAA', hash: 'AAAA' }] };
    const media = { resourceType: 'Media', status: 'completed', content: { contentType: 'image/png', data: 'AAAA' } };
    const photoOnly = { resourceType: 'HealthcareService', photo: { data: 'AAAA' }, name: 'X-ray' };
    expect(part(practitioner, { summary: 'true' })).not.toHaveProperty('photo');
    expect(part(media, { summary: 'true' })['content']).toEqual({ contentType: 'image/png' });
    expect(part(photoOnly, { summary: 'true' })).toEqual({ resourceType: 'HealthcareService', meta: { tag: [tag] }, name: 'X-ray' });
  });

  it('text keeps narrative, id, meta and mandatory elements', () => {
    const keys = Object.keys(part(observation, { summary: 'text' }));
    expect(keys).toEqual(['resourceType', 'id', 'meta', 'text', 'modifierExtension', 'status', '_status', 'code']);
  });

  it('data leaves only the narrative out', () => {
    const { text: _, ...rest } = observation;
    expect(part(observation, { summary: 'data' })).toEqual({ ...rest, meta: { tag: [tag] } });
  });

  it('false changes nothing, anything else is refused', () => {
    expect(part(observation, { summary: 'false' })).toBe(observation);
    expect(subset(observation, { summary: 'toString' })).toMatchObject({ ok: false, problem: { where: '_summary' } });
  });
});

describe('_elements', () => {
  it('keeps what was named and what is mandatory', () => {
    expect(Object.keys(part(observation, { elements: ['subject'] }))).toEqual([
      'resourceType',
      'id',
      'meta',
      'modifierExtension',
      'status',
      '_status',
      'code',
      'subject',
    ]);
  });

  it.each(['value', 'value[x]', 'valueQuantity', 'Observation.value'])('finds a choice by the name %s', (name) => {
    const measured = { resourceType: 'Observation', status: 'final', code: { text: 'heart rate' }, valueQuantity: { value: 60 } };
    expect(part(measured, { elements: [name] })['valueQuantity']).toEqual({ value: 60 });
  });

  it('refuses an element that the type does not have, and guesses', () => {
    const refused = subset(observation, { elements: ['subjct'] });
    expect(refused).toMatchObject({ ok: false, problem: { kind: 'invalid', where: '_elements' } });
    expect(!refused.ok && refused.problem.message).toBe('Observation has no element "subjct". Is "subject" meant?');
    expect(subset(observation, { elements: ['component.code'] }).ok).toBe(false);
  });

  it('keeps other tags and adds its own once', () => {
    const meta = { versionId: '3', tag: [{ code: 'x' }, tag] };
    expect(part({ ...observation, meta }, { elements: ['status'] })['meta']).toEqual({ versionId: '3', tag: [{ code: 'x' }, tag] });
  });

  it('leaves the resource it was given as it was', () => {
    const before = structuredClone(observation);
    part(observation, { summary: 'true' });
    expect(observation).toEqual(before);
  });
});
