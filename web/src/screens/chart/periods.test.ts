import { describe, expect, it } from 'vitest';
import type { MedicationAdministration, MedicationRequest } from '../../../../src/fhir/generated/types.ts';
import { dayMs } from './axis.ts';
import { lanesOf, lanesWithin, staysOf } from './periods.ts';

const subject = { reference: 'Patient/ada' };
const request = (name: string, status: string, more: Partial<MedicationRequest> = {}): MedicationRequest => ({
  resourceType: 'MedicationRequest',
  id: name,
  status,
  intent: 'order',
  subject,
  medicationCodeableConcept: { text: name },
  authoredOn: '2026-11-01T08:00:00Z',
  ...more,
});
const given = (name: string, at: string, status = 'completed'): MedicationAdministration => ({
  resourceType: 'MedicationAdministration',
  status,
  subject,
  medicationCodeableConcept: { text: name },
  effectiveDateTime: at,
});
const start = Date.parse('2026-11-01T08:00:00Z');

describe('medication on the time axis', () => {
  it('goes on while it is active, ends where its end is recorded, and says where it is not', () => {
    const lanes = lanesOf(
      [
        request('a', 'active'),
        request('b', 'stopped', { dispenseRequest: { validityPeriod: { start: '2026-11-01T08:00:00Z', end: '2026-11-05T08:00:00Z' } } }),
        request('c', 'stopped'),
        request('d', 'completed', { dispenseRequest: { expectedSupplyDuration: { value: 7, code: 'd' } } }),
      ],
      [],
      [],
    );
    const bars = new Map(lanes.map(({ name, bars: [bar] }) => [name, bar]));
    expect(bars.get('a')?.toMs).toBeUndefined();
    expect(bars.get('b')?.toMs).toBe(start + 4 * dayMs);
    expect(bars.get('c')).toMatchObject({ toMs: start, endUnknown: true });
    expect(bars.get('d')?.toMs).toBe(start + 7 * dayMs);
  });

  it('is one lane a medicine, with each time that it was given, and what was not given is told apart', () => {
    const lanes = lanesOf(
      [request('paracetamol', 'active')],
      [],
      [given('paracetamol', '2026-11-02T08:00:00Z'), given('paracetamol', '2026-11-02T14:00:00Z', 'not-done')],
    );
    expect(lanes).toHaveLength(1);
    expect(lanes[0]?.given.map(({ done }) => done)).toEqual([true, false]);
  });

  it('leaves out what was never meant', () => {
    expect(lanesOf([request('a', 'entered-in-error'), request('b', 'draft')], [], [])).toEqual([]);
  });

  it('is shown where it touches what is shown', () => {
    const lanes = lanesOf([request('a', 'active'), request('c', 'stopped')], [], []);
    expect(lanesWithin(lanes, { fromMs: start + dayMs, toMs: start + 2 * dayMs }).map(({ name }) => name)).toEqual(['a']);
  });
});

describe('encounters on the time axis', () => {
  it('are open while they last', () => {
    const stays = staysOf([
      { resourceType: 'Encounter', id: 'e', status: 'in-progress', class: { code: 'IMP' }, period: { start: '2026-11-01' } },
      { resourceType: 'Encounter', id: 'p', status: 'planned', class: { code: 'AMB' }, period: { start: '2026-12-01' } },
    ]);
    expect(stays.map(({ of, toMs }) => [of, toMs])).toEqual([['Encounter/e', undefined]]);
  });
});
