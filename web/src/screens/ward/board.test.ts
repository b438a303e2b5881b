import { describe, expect, it } from 'vitest';
import type { Encounter, Location, Observation, Patient } from '../../../../src/fhir/generated/types.ts';
import { bedLabel, boardOf, type Score, scoreOf, warningOf } from './board.ts';

const kind = (code: string) => ({ coding: [{ code }] });
const ward: Location = { resourceType: 'Location', id: 'w', name: 'Medical Ward', physicalType: kind('wa') };
const bed = (id: string, name: string, of = 'w'): Location => ({
  resourceType: 'Location',
  id,
  name,
  physicalType: kind('bd'),
  partOf: { reference: `Location/${of}` },
});
const ada: Patient = { resourceType: 'Patient', id: 'ada', name: [{ family: 'Lovelace' }] };
const stay = (at: string): Encounter => ({
  resourceType: 'Encounter',
  id: 'stay',
  status: 'in-progress',
  class: { code: 'IMP' },
  subject: { reference: 'Patient/ada' },
  location: [{ location: { reference: `Location/${at}` }, status: 'active' }],
});
const nobody = { warnings: new Map(), allergies: new Map(), flags: new Map(), patients: new Map([['Patient/ada', ada]]) };
const score = (at: string, points: number | undefined, level: string): Score => ({
  at: `2026-11-22T${at}:00Z`,
  points,
  level,
  why: [],
  absent: undefined,
});

describe('beds', () => {
  it('stand in the order of their numbers, and say who is in them', () => {
    const [board] = boardOf({
      ...nobody,
      locations: [ward, bed('b10', 'Medical Ward, bed 10'), bed('b2', 'Medical Ward, bed 2')],
      encounters: [stay('b10')],
    });
    expect(board?.beds.map(({ label, occupants }) => [label, occupants.map(({ name }) => name)])).toEqual([
      ['Bed 2', []],
      ['Bed 10', ['LOVELACE']],
    ]);
    expect(board?.taken).toBe(1);
  });

  it('are one bed where two systems name the same bed of the same ward', () => {
    const other: Location = { ...ward, id: 'v' };
    const boards = boardOf({
      ...nobody,
      locations: [ward, other, bed('b2', 'Medical Ward, bed 2'), bed('c2', 'medical ward, BED 2', 'v')],
      encounters: [stay('c2')],
    });
    expect(boards.map(({ beds }) => beds.length)).toEqual([1]);
    expect(boards[0]?.beds[0]?.occupants).toHaveLength(1);
  });

  it('show whoever is on a ward without a bed behind the beds', () => {
    const [board] = boardOf({ ...nobody, locations: [ward, bed('b2', 'Medical Ward, bed 2')], encounters: [stay('w')] });
    expect(board?.beds.map(({ label }) => label)).toEqual(['Bed 2', 'No bed yet']);
  });

  it('lose nobody whose place is not known', () => {
    expect(boardOf({ ...nobody, locations: [], encounters: [stay('gone')] })[0]?.beds[0]?.occupants).toHaveLength(1);
  });

  it('are called by what the ward calls them', () => {
    expect(bedLabel('Medical Ward, bed 7', 'Medical Ward')).toBe('Bed 7');
    expect(bedLabel('W12', 'Medical Ward')).toBe('W12');
  });
});

describe('early-warning scores', () => {
  it('say since when they are as high as they are, and from what they rose', () => {
    const warning = warningOf([score('21:40', 7, 'high'), score('20:10', 7, 'high'), score('08:00', 3, 'low'), score('12:00', 3, 'low')]);
    expect(warning).toMatchObject({ since: '2026-11-22T20:10:00Z', trend: 'same', before: 7, points: [3, 3, 7, 7] });
    expect(warningOf([score('21:40', 7, 'high'), score('12:00', 3, 'low')])).toMatchObject({ trend: 'up', before: 3 });
  });

  it('have no trend where one of them could not be counted', () => {
    expect(warningOf([score('21:40', undefined, ''), score('12:00', 3, 'low')])?.trend).toBeUndefined();
    expect(warningOf([])).toBeUndefined();
  });

  it('name what gave the points, the most first, with what was measured', () => {
    const observation: Observation = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'NEWS2' },
      effectiveDateTime: '2026-11-22T21:40:00Z',
      valueQuantity: { value: 5 },
      interpretation: [{ text: 'medium (NEWS2 5). Urgent response' }],
      note: [{ text: 'NEWS2 5. Respiration rate 26 /min: 3. Pulse 112 /min at 2026-11-22T21:30Z: 2. Temperature 37 Cel: 0.' }],
      component: [
        { code: { text: 'Pulse' }, valueQuantity: { value: 2 } },
        { code: { text: 'Respiration rate' }, valueQuantity: { value: 3 } },
        { code: { text: 'Temperature' }, valueQuantity: { value: 0 } },
      ],
    };
    expect(scoreOf(observation)).toMatchObject({ points: 5, level: 'medium', why: ['Respiration rate 26 /min: 3', 'Pulse 112 /min: 2'] });
  });
});
