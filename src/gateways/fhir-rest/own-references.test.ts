import { describe, expect, it } from 'vitest';
import type { Resource } from '../../fhir/generated/types.ts';
import { ownReference, shortenOwnReferences } from './own-references.ts';

const base = 'https://here.example/fhir';

describe('a reference to ourselves by our whole address', () => {
  it.each([
    ['https://here.example/fhir/Patient/1', 'Patient/1'],
    ['https://here.example/fhir/Patient/1/_history/2', 'Patient/1/_history/2'],
    ['https://here.example/fhir/Patient/1#x', 'Patient/1#x'],
  ])('%s is %s', (long, short) => {
    expect(ownReference(long, base)).toBe(short);
  });

  it.each([
    'https://there.example/fhir/Patient/1',
    'https://here.example/fhirther/Patient/1',
    'https://here.example/fhir',
    'https://here.example/fhir/Patient',
    'https://here.example/fhir/Patient?name=x',
    'https://here.example/fhir/../secret/1',
    'Patient/1',
    '#contained',
    'urn:uuid:0190a000-0000-7000-8000-000000000001',
  ])('%s stays as it is', (other) => {
    expect(ownReference(other, base)).toBeUndefined();
  });

  it('is shortened wherever a reference may stand, and nowhere else', () => {
    const long = `${base}/Patient/1`;
    const observation = {
      resourceType: 'Observation',
      identifier: [{ system: long, value: long }],
      subject: { reference: long, display: long },
      performer: [{ reference: `${base}/Practitioner/2` }],
      extension: [{ url: long, valueReference: { reference: long } }],
      contained: [{ resourceType: 'Specimen', subject: { reference: long } }],
      note: [{ text: long, authorString: long }],
    } as unknown as Resource;
    shortenOwnReferences(observation, base);
    expect(observation).toEqual({
      resourceType: 'Observation',
      identifier: [{ system: long, value: long }],
      subject: { reference: 'Patient/1', display: long },
      performer: [{ reference: 'Practitioner/2' }],
      extension: [{ url: long, valueReference: { reference: 'Patient/1' } }],
      contained: [{ resourceType: 'Specimen', subject: { reference: 'Patient/1' } }],
      note: [{ text: long, authorString: long }],
    });
  });

  it('leaves a document as it was sent', () => {
    const document = {
      resourceType: 'Bundle',
      entry: [{ resource: { subject: { reference: `${base}/Patient/1` } } }],
    } as unknown as Resource;
    const before = structuredClone(document);
    shortenOwnReferences(document, base);
    expect(document).toEqual(before);
  });
});
