import { describe, expect, it } from 'vitest';
import { codesAtHand } from './codes-at-hand.ts';

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
