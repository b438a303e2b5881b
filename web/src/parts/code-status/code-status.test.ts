import { describe, expect, it } from 'vitest';
import type { Consent, Flag, Observation, Resource, ServiceRequest } from '../../../../src/fhir/generated/types.ts';
import { codeStatusOf } from './code-status.ts';
import { meaningOfWords } from './meaning.ts';

const now = new Date('2026-11-23T10:00:00Z');
const subject = { reference: 'Patient/p' };
const flag = (text: string, start?: string, more: Partial<Flag> = {}): Flag => ({
  resourceType: 'Flag',
  id: 'f',
  status: 'active',
  category: [{ text: 'Code status' }],
  code: { text },
  subject,
  ...(start === undefined ? {} : { period: { start } }),
  ...more,
});
const order = (text: string, authoredOn: string, more: Partial<ServiceRequest> = {}): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id: 'o',
  status: 'active',
  intent: 'order',
  code: { text },
  subject,
  authoredOn,
  ...more,
});
const inPlace = (valueBoolean: boolean, effectiveDateTime: string): Observation => ({
  resourceType: 'Observation',
  id: `b${effectiveDateTime}`,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '81351-9' }] },
  subject,
  valueBoolean,
  effectiveDateTime,
});
const consent = (more: Partial<Consent>): Consent => ({
  resourceType: 'Consent',
  id: 'c',
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'adr' }] },
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentcategorycodes', code: 'dnr' }] }],
  patient: subject,
  dateTime: '2026-10-01',
  ...more,
});
const told = (...resources: Resource[]) => {
  const { now: lead, others, contradicts } = codeStatusOf(resources, now);
  return {
    says: lead?.words,
    source: lead?.source,
    meaning: lead?.meaning,
    at: lead?.at,
    beside: others.map(({ words }) => words),
    contradicts,
  };
};

describe('code status', () => {
  it('is not recorded where nothing says it, whatever else is known', () => {
    expect(
      told(flag('Isolation: norovirus', '2026-11-01', { category: [{ text: 'Isolation' }] }), order('Chest X-ray', '2026-11-01')).says,
    ).toBe(undefined);
  });

  it('is the newest of all sources, and says when an older one that still stands says otherwise', () => {
    expect(told(flag('Full code', '2026-11-01'), order('Do not resuscitate', '2026-11-22'))).toEqual({
      says: 'Do not resuscitate',
      source: 'order',
      meaning: 'do not',
      at: '2026-11-22',
      beside: ['Full code'],
      contradicts: true,
    });
    expect(told(flag('DNR', '2026-11-01'), order('Not for CPR', '2026-11-22'))).toMatchObject({ source: 'order', contradicts: false });
  });

  it('ends with its order, flag or consent', () => {
    for (const status of ['revoked', 'completed', 'entered-in-error', 'draft'] as const)
      expect(told(order('Do not resuscitate', '2026-11-22', { status })).says, status).toBe(undefined);
    expect(told(flag('DNR', '2026-11-01', { period: { start: '2026-11-01', end: '2026-11-02' } })).says).toBe(undefined);
    expect(told(consent({ status: 'inactive' })).says).toBe(undefined);
    expect(told(order('Do not resuscitate', '2026-11-22', { intent: 'proposal' })).says).toBe(undefined);
  });

  it('takes an observation as of its time: later words set it aside, earlier ones it contradicts', () => {
    expect(told(inPlace(false, '2026-11-01'), order('DNR', '2026-11-22'))).toMatchObject({ says: 'DNR', beside: [], contradicts: false });
    expect(told(inPlace(false, '2026-11-23'), order('DNR', '2026-11-22'))).toMatchObject({ source: 'observation', contradicts: true });
    expect(told(inPlace(false, '2026-11-01'), inPlace(true, '2026-11-02'))).toMatchObject({
      says: 'Do-not-resuscitate order is in place',
      contradicts: false,
    });
  });

  it('reads consents by what is agreed to, then by their category', () => {
    const snomed = (code: string, text: string) => ({
      provision: { code: [{ coding: [{ system: 'http://snomed.info/sct', code }], text }] },
    });
    expect(told(consent({}))).toMatchObject({ meaning: 'do not', source: 'consent', at: '2026-10-01' });
    expect(told(consent(snomed('304252001', 'For resuscitation'))).meaning).toBe('resuscitate');
    expect(told(consent(snomed('304253006', 'As agreed'))).meaning).toBe('do not');
    // Whether "deny" refuses resuscitation or refuses the form, nobody can tell from here.
    expect(told(consent({ provision: { type: 'deny' } })).meaning).toBe('unclear');
  });

  it('hears what HL7 v2 says of an advance directive, and does not take "no directive" for full code', () => {
    const v2 = (code: string, text: string): Observation => ({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Advance directive' },
      subject,
      valueCodeableConcept: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0435', code }], text },
    });
    expect(told(v2('DNR', 'Do not resuscitate'))).toMatchObject({ meaning: 'do not', at: undefined });
    expect(told(v2('N', 'No directive')).says).toBe(undefined);
  });

  it('sets one without a date beside the others and never behind them in silence', () => {
    expect(told(flag('Full code'), order('DNR', '2026-11-22'))).toMatchObject({ says: 'DNR', beside: ['Full code'], contradicts: true });
  });

  it('knows orders not to perform, and leaves what is put on hold to people', () => {
    expect(told(order('Cardiopulmonary resuscitation', '2026-11-22', { doNotPerform: true }))).toMatchObject({
      says: 'Do not: Cardiopulmonary resuscitation',
      meaning: 'do not',
    });
    expect(told(order('Do not resuscitate', '2026-11-22', { doNotPerform: true })).meaning).toBe('unclear');
    expect(told(order('DNR', '2026-11-22', { status: 'on-hold' })).meaning).toBe('unclear');
  });

  it('does not guess at words that bound or turn', () => {
    for (const words of ['DNR', 'Do-not-resuscitate', 'DNACPR', 'Not for resuscitation', 'Do not attempt CPR', 'Allow natural death'])
      expect(meaningOfWords(words), words).toBe('do not');
    for (const words of ['Full code', 'For attempted cardiopulmonary resuscitation', 'For CPR'])
      expect(meaningOfWords(words), words).toBe('resuscitate');
    for (const words of [
      'DNR suspended during surgery',
      'DNR?',
      'No DNR',
      'Full code, not for CPR',
      'Limited code',
      'Comfort care',
      'Discuss DNR',
    ])
      expect(meaningOfWords(words), words).toBe('unclear');
  });
});
