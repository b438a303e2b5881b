import { describe, expect, it } from 'vitest';
import { about, type Changed, Touched } from './touched.ts';

const after = (...changes: Omit<Changed, 'id'>[]): Touched => {
  const touched = new Touched();
  for (const change of changes) touched.add({ id: 'x', ...change });
  return touched;
};

describe('after a pulse of Ada', () => {
  const touched = after({ type: 'Observation', patient: 'ada' });

  it.each([
    ['her observations', ['Observation', 'ada'], about('ada'), true],
    ['observations of a ward that she lies on', ['Observation', 'alerts'], about('bob', 'ada'), true],
    ['observations of everybody', ['Observation', 'newest'], undefined, true],
    ['a question that names the type beside its own', ['DiagnosticReport', 'new'], { types: ['Observation'], ...about('ada') }, true],
    ["Bob's observations", ['Observation', 'bob'], about('bob'), false],
    ["Bob's, named beside", ['DiagnosticReport', 'new'], { types: ['Observation'], ...about('bob') }, false],
    ['her allergies', ['AllergyIntolerance', 'ada'], about('ada'), false],
    ['nobody, as nobody lies there', ['Observation', 'alerts'], about(), false],
  ])('%s', (_what, key, meta, asked) => expect(touched.concerns(key, meta)).toBe(asked));
});

it('asks for everybody where a change concerns several, whoever else changed', () => {
  const touched = after({ type: 'Flag', patient: 'ada' }, { type: 'Flag' });
  expect(touched.concerns(['Flag', 'bob'], about('bob'))).toBe(true);
});
