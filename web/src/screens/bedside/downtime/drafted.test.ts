import { expect, it } from 'vitest';
import { heldIn, readBundle } from './bundle.ts';
import { begun, type Entry, missingOf, twins, wireOf } from './drafted.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');
const held = {
  kind: 'lamplight-downtime',
  id: 'a-b',
  ward: 'Location/1',
  made: '2026-11-23T08:00:00Z',
  to: '2026-11-23T20:00:00Z',
  patients: [],
};
const file = (value: unknown) => new Blob([typeof value === 'string' ? value : JSON.stringify(value)]);
const entry = (more: Partial<Entry>): Entry => ({
  ...begun('Patient/p', { order: 'MedicationRequest/o', title: 'Insulin', kind: 'scheduled', due: [], dosage: '6 units' }, 'Amara'),
  at: '2026-11-23T09:00',
  ...more,
});

it('takes the bundle as it was given, and says in a sentence what it is not', async () => {
  const text = JSON.stringify(held);
  expect(await readBundle(file({ bundle: text, signature: 's', key: 'k' }), nowMs)).toEqual({ bundle: text, signature: 's' });
  for (const bad of [
    '',
    'x',
    'null',
    '[]',
    '{"bundle":1,"signature":"s"}',
    { bundle: '{}', signature: 's' },
    { bundle: 'null', signature: 's' },
  ])
    expect(await readBundle(file(bad), nowMs)).toMatch(/no bundle of a downtime/);
  expect(await readBundle(file({ bundle: text, signature: 's' }), nowMs + 8 * 86_400_000)).toMatch(/ended 7 days ago.*too old/);
  expect(heldIn({ bundle: JSON.stringify({ ...held, id: '../x' }), signature: '' })).toBeUndefined();
});

it('asks for what paper must say, and a second person where two are needed', () => {
  const missing = (more: Partial<Entry>, highAlert?: string) => missingOf(entry(more), highAlert === undefined ? {} : { highAlert }, nowMs);
  expect(missing({})).toBeUndefined();
  expect(missing({ at: '' })).toBe('When was it?');
  expect(missing({ at: '2026-12-23T09:00' })).toMatch(/still to come/);
  expect(missing({ dose: '5' })).toMatch(/unit/);
  expect(missing({ outcome: 'held' })).toBe('Why?');
  expect(missing({ outcome: 'held', reason: 'other' })).toMatch(/in words/);
  expect(missing({ by: ' ' })).toMatch(/initials/);
  expect(missing({}, 'insulin')).toMatch(/Two people/);
  expect(missing({ outcome: 'held', reason: 'vital-sign' }, 'insulin')).toBeUndefined();
});

it('sends of a dose that was not given no amount and no product, but why', () => {
  expect(wireOf(entry({ outcome: 'held', reason: 'vital-sign', words: 'pulse 44', product: ']d2x', second: 'Grace' }))).toEqual({
    id: expect.any(String),
    patient: 'Patient/p',
    order: 'MedicationRequest/o',
    at: new Date('2026-11-23T09:00').toISOString(),
    outcome: 'held',
    reason: 'vital-sign: pulse 44',
    by: 'Amara',
    words: 'pulse 44',
  });
});

it('sees two lines that are one dose', () => {
  const [a, b, c] = [entry({}), entry({ at: '2026-11-23T09:20' }), entry({ at: '2026-11-23T10:20' })];
  expect([...twins([a, b, c])]).toEqual([a.id, b.id]);
});
