// The chart as it was: the version that stood then, late entries by their own date, and what cannot be known counted.
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../fhir/generated/types.ts';
import { chartAsOf, nothingUnsure, type Past } from './replay-chart.ts';

const ms = (day: string): number => Date.parse(day);
const order = (status: string, more: object = {}): Resource =>
  ({ resourceType: 'MedicationRequest', id: 'o', status, intent: 'order', authoredOn: '2026-01-01', subject: {}, ...more }) as Resource;
const past = (...versions: [Resource, string][]): Past => ({
  versions: versions.map(([resource, day]) => ({ resource, fromMs: ms(day) })),
});
const statusesAt = (day: string, ...all: Past[]) => {
  const unsure = nothingUnsure();
  return { statuses: chartAsOf(all, ms(day), unsure).map((each) => ('status' in each ? each.status : undefined)), unsure };
};

describe('as of an instant', () => {
  const lived = past([order('active'), '2026-01-01'], [order('stopped'), '2026-03-01']);

  test('the version that stood then is taken', () => {
    expect(statusesAt('2026-02-01', lived).statuses).toEqual(['active']);
    expect(statusesAt('2026-04-01', lived).statuses).toEqual(['stopped']);
    expect(statusesAt('2025-12-01', lived).statuses).toEqual([]);
  });

  test('what was written later counts from its own date, and is counted', () => {
    const late = past([order('completed', { dispenseRequest: { validityPeriod: { end: '2026-02-15' } } }), '2026-06-01']);
    expect(statusesAt('2026-02-01', late)).toMatchObject({ statuses: ['active'], unsure: { byOwnDate: 1, endNotKnown: 0 } });
    expect(statusesAt('2026-03-01', late).statuses).toEqual(['completed']);
    expect(statusesAt('2026-03-01', past([order('completed'), '2026-06-01'])).unsure.endNotKnown).toBe(1);
  });

  test('an allergy without a date was known, a result without one was not', () => {
    const allergy = { resourceType: 'AllergyIntolerance', id: 'a', patient: {} } as Resource;
    const result = { resourceType: 'Observation', id: 'r', status: 'final', code: {} } as Resource;
    const { statuses, unsure } = statusesAt('2026-02-01', past([allergy, '2026-06-01']), past([result, '2026-06-01']));
    expect([statuses.length, unsure.undated]).toEqual([1, 2]);
  });
});
