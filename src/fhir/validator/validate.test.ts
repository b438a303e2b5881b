import { describe, expect, it } from 'vitest';
import { readJsonNow } from '../json.ts';
import { bloodPressure, planted, plantedAt } from './blood-pressure.fixture.ts';
import { codesAtHand } from './codes-at-hand.ts';
import { minimal } from './minimal.fixture.ts';
import { ProfileSet } from './profiles.ts';
import { validate } from './validate.ts';

const profiles = new ProfileSet();
const codes = codesAtHand;

describe('a blood pressure', () => {
  it('passes without a word, by the base rules and by both profiles', () => {
    const wanted = ['http://hl7.org/fhir/StructureDefinition/bp', 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure'];
    expect(validate(bloodPressure, profiles, { codes, profiles: wanted }).findings).toEqual([]);
  });

  it('with nine planted faults has nine found at their places, and nothing else', () => {
    const read = readJsonNow(JSON.stringify(planted));
    const found = read.ok ? validate(read.value, profiles, { codes }).findings : [];
    expect(found.map((one) => one.where).sort()).toEqual([...plantedAt].sort());
    expect(found.map((one) => one.rule).sort()).toEqual(
      ['binding', 'cardinality', 'cardinality', 'invariant', 'structure', 'structure', 'type', 'type', 'type'].sort(),
    );
  });

  it('leaves what only others know as questions, each once', () => {
    const { questions } = validate(bloodPressure, profiles, {
      codes,
      profiles: ['http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure'],
    });
    const about = questions.map((one) => `${one.kind} ${one.where}`);
    expect(about).toContain('reference Observation.subject.reference');
    expect(about).toContain('code Observation.code');
    expect(new Set(questions.map((one) => JSON.stringify(one))).size).toBe(questions.length);
  });
});

describe('validation', () => {
  it('refuses another type than expected', () => {
    expect(validate(minimal('Patient'), profiles, { expectedType: 'Observation' }).findings).toMatchObject([
      { severity: 'error', rule: 'structure', where: 'Patient' },
    ]);
  });

  it('calls it an error where a profile is asked for that is not here', () => {
    expect(validate(minimal('Patient'), profiles, { profiles: ['http://x.example/p'] }).findings).toMatchObject([
      { severity: 'error', rule: 'profile', where: 'Patient' },
    ]);
  });

  it('says which version of a profile it has checked against', () => {
    const profile = [
      'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex|9.9.9',
      'http://hl7.org/fhir/StructureDefinition/bp|1.0',
    ];
    const found = validate({ ...bloodPressure, meta: { profile } }, profiles, { codes }).findings;
    expect(found).toMatchObject([
      { severity: 'error', where: 'Observation.meta.profile[0]' },
      { severity: 'information', where: 'Observation.meta.profile[1]', message: expect.stringContaining('version 4.0.1') as string },
    ]);
  });

  it('leaves the structure alone where it has been checked before', () => {
    expect(validate({ resourceType: 'Patient', gender: 'none' }, profiles, { structure: false }).findings).toEqual([]);
  });

  it('ends each sentence, and says what to do', () => {
    for (const { message } of validate(planted, profiles, { codes }).findings) expect(message).toMatch(/^[A-Z"a-z].*[.?]$/s);
  });

  it('knows the profiles of R4 and of US Core', () => {
    expect(profiles.list().length).toBeGreaterThan(440);
    expect(profiles.list()).toContainEqual({
      url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient',
      version: '5.0.1',
      type: 'Patient',
    });
    expect(profiles.has('http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|5.0.1')).toBe(true);
    expect(profiles.has('constructor')).toBe(false);
    expect(profiles.get('__proto__')).toBeUndefined();
  });
});
