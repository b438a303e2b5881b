import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { codesAtHand } from './codes-at-hand.ts';
import { packageCodes } from './package-codes.ts';

const ask = (valueSet: string, system: string | undefined, code: string, display?: string) =>
  codesAtHand.memberOf(`http://hl7.org/fhir/ValueSet/${valueSet}`, {
    code,
    ...(system === undefined ? {} : { system }),
    ...(display === undefined ? {} : { display }),
  });
const category = 'http://terminology.hl7.org/CodeSystem/observation-category';

describe('the codes at hand', () => {
  it('know what is in a value set and what is not', () => {
    expect(ask('observation-category', category, 'laboratory')?.answer).toBe('yes');
    expect(ask('observation-category|4.0.1', category, 'laboratory')?.answer).toBe('yes');
    expect(ask('observation-category', category, 'lab')?.answer).toBe('no');
    expect(ask('observation-category', 'http://x.example', 'laboratory')?.answer).toBe('no');
  });

  it('take a bare code as one of the system of its value set, and an empty system as none', () => {
    expect(ask('observation-status', undefined, 'final')?.answer).toBe('yes');
    expect(ask('observation-status', '', 'final')?.answer).toBe('no');
  });

  it('follow filters and value sets inside value sets', () => {
    const act = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
    const encounter = 'http://terminology.hl7.org/ValueSet/v3-ActEncounterCode';
    expect(codesAtHand.memberOf(encounter, { system: act, code: 'AMB' })?.answer).toBe('yes');
    expect(codesAtHand.memberOf(encounter, { system: act, code: 'HOSPPROF' })?.answer).toBe('no');
    expect(ask('coverage-type', 'http://terminology.hl7.org/CodeSystem/coverage-selfpay', 'pay')?.answer).toBe('yes');
  });

  it('check whole languages of codes by their form', () => {
    expect(ask('mimetypes', undefined, 'text/plain')?.answer).toBe('yes');
    expect(ask('all-languages', 'urn:ietf:bcp:47', 'de-AT')?.answer).toBe('yes');
    expect(ask('all-languages', 'http://x.example', 'de')?.answer).toBe('no');
  });

  it('tell a display of another code, whatever its letters and blanks', () => {
    expect(ask('observation-category', category, 'vital-signs', 'vital signs')?.wrongDisplay).toBeUndefined();
    expect(ask('observation-category', category, 'vital-signs', 'Laboratory')).toMatchObject({
      answer: 'yes',
      wrongDisplay: true,
      display: 'Vital Signs',
    });
  });

  it('say nothing of what others list', () => {
    expect(ask('condition-code', 'http://snomed.info/sct', '1')).toBeUndefined();
    expect(codesAtHand.memberOf('http://x.example', { code: 'x' })).toBeUndefined();
    expect(codesAtHand.memberOf('constructor', { code: 'x' })).toBeUndefined();
  });
});

describe('the codes of a package', () => {
  const system = 'http://x.example/CodeSystem/ward';
  const all = (compose: Json, name: string): Json => ({
    resourceType: 'ValueSet',
    url: `http://x.example/ValueSet/${name}`,
    status: 'active',
    compose,
  });
  const given: Json[] = [
    {
      resourceType: 'CodeSystem',
      url: system,
      content: 'complete',
      concept: [{ code: 'a', display: 'Alpha', concept: [{ code: 'a1' }] }, { code: 'b' }],
    },
    all({ include: [{ system }] }, 'all'),
    all({ include: [{ system, filter: [{ property: 'concept', op: 'is-a', value: 'a' }] }] }, 'a'),
    all({ include: [{ valueSet: ['http://x.example/ValueSet/all'] }], exclude: [{ system, concept: [{ code: 'b' }] }] }, 'not-b'),
    all({ include: [{ valueSet: ['http://x.example/ValueSet/itself'] }] }, 'itself'),
    all({ include: [{ system: 'http://elsewhere.example' }] }, 'elsewhere'),
  ];
  const codes = packageCodes(given, codesAtHand);
  const answer = (name: string, code: string, display?: string) =>
    codes.memberOf(`http://x.example/ValueSet/${name}|1`, display === undefined ? { system, code } : { system, code, display });

  it('answer by lists, hierarchies, value sets and exclusions', () => {
    expect(answer('all', 'a1')?.answer).toBe('yes');
    expect(answer('a', 'a1')?.answer).toBe('yes');
    expect(answer('a', 'b')?.answer).toBe('no');
    expect(answer('not-b', 'a')?.answer).toBe('yes');
    expect(answer('not-b', 'b')?.answer).toBe('no');
    expect(answer('all', 'a', 'Beta')).toMatchObject({ wrongDisplay: true, display: 'Alpha' });
  });

  it('say nothing of what the package does not list in full, or that holds itself', () => {
    expect(answer('itself', 'a')).toBeUndefined();
    expect(answer('elsewhere', 'a')).toBeUndefined();
  });

  it('say nothing where a value set has another form than R4 says', () => {
    const broken = packageCodes([{ resourceType: 'ValueSet', url: 'http://x.example/v', compose: { include: [null, 7] } }], codesAtHand);
    expect(broken.memberOf('http://x.example/v', { code: 'a' })).toBeUndefined();
  });

  it('leave everything else to those that were there', () => {
    expect(codes.memberOf('http://hl7.org/fhir/ValueSet/observation-category', { system: category, code: 'laboratory' })?.answer).toBe(
      'yes',
    );
  });
});
