import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeJson } from '../../api/http.ts';
import { check, limits, localTime, nothingTyped, observationsOf, type Typed } from './vital-signs.ts';

const typed = (some: Partial<Typed>): Typed => ({ ...nothingTyped, ...some });
let count = 0;
const round = {
  patient: 'p1',
  encounter: 'e1',
  at: '2026-11-22T21:40:00+01:00',
  performer: { display: 'amara' },
  newId: () => `o${++count}`,
};
const whole = typed({
  temperature: '37,9',
  pressure: '118/64',
  pulse: '104',
  respirations: '24',
  saturation: '93',
  oxygen: 'oxygen',
  litres: '2',
  consciousness: 'A',
});

describe('a round of vital signs', () => {
  it('is taken as it is typed, and needs no question where it is ordinary', () => expect(check(whole)).toEqual([]));

  it('becomes Observations at one moment with the codes that the score looks for', () => {
    const news2 = JSON.parse(readFileSync(new URL('../../../../knowledge/deterioration/news2.json', import.meta.url), 'utf8')) as {
      inputs: { name: string; sources: { code: string }[]; units?: { code: string }[]; possible?: { from: number; to: number } }[];
    };
    const made = observationsOf(whole, round);
    const said = new Map(
      made.flatMap((one) => [one, ...(one.component ?? [])]).map((one) => [one.code.coding?.[0]?.code, one.valueQuantity?.code]),
    );
    for (const { name, sources, units } of news2.inputs.filter(({ name }) => name !== 'spo2-scale')) {
      const source = sources.find(({ code }) => said.has(code));
      expect(source, name).toBeDefined();
      if (units !== undefined) expect(said.get(source?.code ?? ''), name).toBe(units[0]?.code);
    }
    expect(new Set(made.map(({ effectiveDateTime }) => effectiveDateTime))).toEqual(new Set([round.at]));
    expect(made.every(({ encounter }) => encounter?.reference === 'Encounter/e1')).toBe(true);
  });

  it('refuses what the score refuses', () => {
    const { inputs } = JSON.parse(readFileSync(new URL('../../../../knowledge/deterioration/news2.json', import.meta.url), 'utf8')) as {
      inputs: { name: string; possible?: { from: number; to: number } }[];
    };
    const mine = {
      respirations: limits.respirations,
      spo2: limits.saturation,
      systolic: limits.systolic,
      pulse: limits.pulse,
      temperature: limits.temperature,
    };
    for (const [name, { possible }] of Object.entries(mine))
      expect(inputs.find((one) => one.name === name)?.possible, name).toEqual(possible);
  });

  it('leaves out what was not measured', () =>
    expect(observationsOf(typed({ pulse: '80' }), round).map(({ code }) => code.text)).toEqual(['Heart rate']));

  it('keeps the digits: 37.0 is not 37', () => {
    const [temperature] = observationsOf(typed({ temperature: '37.0' }), round);
    expect(temperature?.valueQuantity?.value).toBe(37);
    // Node 20 has no JSON.rawJSON: there the number is written as numbers are.
    expect(writeJson(temperature)).toContain('rawJSON' in JSON ? '"value":37.0' : '"value":37');
  });

  it.each([
    ['a slip of the finger', { temperature: '379' }, 'refused', 'temperature'],
    ['letters', { pulse: 'fast' }, 'refused', 'pulse'],
    ['one number for a pressure', { pressure: '118' }, 'refused', 'pressure'],
    ['a pressure the wrong way round', { pressure: '64/118' }, 'asked', 'pressure'],
    ['a very fast pulse', { pulse: '210' }, 'asked', 'pulse'],
    ['a saturation that no oximeter vouches for', { saturation: '60' }, 'asked', 'saturation'],
    ['a flow on air', { oxygen: 'air', litres: '2' }, 'refused', 'oxygen'],
    ['nothing', {}, 'refused', 'temperature'],
  ])('asks about %s', (_, some, kind, field) => expect(check(typed(some))[0]).toMatchObject({ kind, field }));

  it('asks later where the patient is a child', () => {
    expect(check(typed({ pulse: '210' }), true)).toEqual([]);
    expect(check(typed({ respirations: '60' }), true)).toEqual([]);
    expect(check(typed({ pulse: '240' }), true)).toHaveLength(1);
  });
});

it('says the time of the ward with its zone', () => {
  const at = new Date('2026-11-22T20:40:05Z');
  expect(localTime(at)).toMatch(/^2026-11-2[123]T\d\d:\d\d:05[+-]\d\d:\d\d$/);
  expect(new Date(localTime(at)).getTime()).toBe(at.getTime());
});
