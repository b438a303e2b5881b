import { expect, it } from 'vitest';
import type { LoopOrder, PatientLoop } from './api.ts';
import { dosesOf, recallCsv } from './recall-words.ts';
import { rowsOf, saidOf, stepsOf } from './rows.ts';

const order = (id: string, more: Partial<LoopOrder> = {}): LoopOrder => ({
  order: `MedicationRequest/${id}`,
  title: `Drug ${id}`,
  status: 'active',
  signed: { at: '2026-11-20T08:00:00Z', by: 'Dr Okafor' },
  dispensed: [],
  given: [],
  effects: [],
  ...more,
});
const loop: PatientLoop = {
  patient: 'Patient/p',
  name: 'Able, Ann',
  bed: 'Bed 1',
  since: '2026-11-15T00:00:00Z',
  discrepancies: [
    ...[1, 2, 3, 4].map((hour) => ({
      kind: 'not-given' as const,
      says: `Drug b: the dose of 2026-11-21 0${hour}:00Z has no record`,
      refs: ['MedicationRequest/b'],
      at: `2026-11-21T0${hour}:00:00Z`,
    })),
    { kind: 'not-verified', says: 'Drug c: signed and not verified', refs: ['MedicationRequest/c'] },
    { kind: 'given-without-order', says: 'A dose belongs to no order', refs: ['MedicationAdministration/x'] },
  ],
  loops: [order('a', { verified: { by: 'Sam' } }), order('b'), order('c')],
  strays: { given: [], dispensed: [] },
  notRead: [],
};

it('puts what is gravest first, and what fits last; a dose of no order is a row of its own', () => {
  expect(rowsOf([loop]).map(({ key }) => key)).toEqual([
    'MedicationAdministration/x',
    'MedicationRequest/c',
    'MedicationRequest/b',
    'MedicationRequest/a',
  ]);
});

it('says many of a kind once, by the clock of the reader', () => {
  const row = rowsOf([loop]).find(({ key }) => key === 'MedicationRequest/b')!;
  const [said] = saidOf(row);
  expect(said).toMatchObject({ kind: 'not-given', more: 2 });
  expect(said?.what.join()).not.toMatch(/Drug b|\d\dZ/);
  expect(stepsOf(row).find(({ name }) => name === 'Given')).toEqual({ name: 'Given', state: 'fault', words: '4 without a record' });
});

it('marks a step as done, wrong, or not recorded', () => {
  const of = (id: string) =>
    stepsOf(rowsOf([loop]).find(({ key }) => key === `MedicationRequest/${id}`)!).map(({ name, state }) => `${name} ${state}`);
  expect(of('a')).toEqual(['Signed done', 'Verified done', 'Dispensed none', 'Given none', 'Effect none']);
  expect(of('c')[1]).toBe('Verified fault');
});

it('keeps in a list what was not read, doses of nobody, and no formula of a spreadsheet', () => {
  const data = {
    patients: ['Patient/p'],
    people: [{ patient: 'Patient/p', name: '=cmd|x', place: 'Bed 1' }],
    doses: [
      { ref: 'MedicationAdministration/1', patient: 'Patient/p', how: 'given' as const, lots: ['A1'] },
      { ref: 'MedicationDispense/2', how: 'dispensed' as const, product: 'Drug' },
    ],
    stops: ['scans of doses: only 5000 were read, and there are more'],
    notRead: [],
    says: 'Doses that were not scanned cannot be found.',
  };
  expect([...dosesOf(data).keys()]).toEqual(['Patient/p', '']);
  const lines = recallCsv(data, ['Recall: lot A1']).trimEnd().split('\r\n');
  expect(lines).toContain('# NOT READ: scans of doses: only 5000 were read, and there are more');
  expect(lines.at(-2)).toBe("Bed 1,'=cmd|x,,,,given,,A1,Patient/p,MedicationAdministration/1");
  expect(lines.at(-1)).toContain('MedicationDispense/2');
});
