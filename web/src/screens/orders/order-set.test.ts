import { expect, it } from 'vitest';
import type { OrderSet } from '../../../../src/gateways/medication/check-answers.ts';
import { setsFor, ticked } from './order-set.ts';

const set = (title: string, ...orders: [string, boolean][]): OrderSet => ({
  id: title,
  title,
  status: 'draft',
  sources: [],
  sections: [{ orders: orders.map(([text, on]) => ({ text, ticked: on })) }],
});
const sets = [
  set('Pneumonia, adult', ['ceftriaxone 1 g iv daily', true], ['azithromycin 500 mg po daily', false]),
  set('Thrombosis', ['enoxaparin 40 mg', true]),
];

it('finds a set by its name or by a drug of it, by the beginnings of words', () => {
  expect(setsFor('', sets)).toHaveLength(2);
  expect(setsFor('pneu ad', sets).map(({ id }) => id)).toEqual(['Pneumonia, adult']);
  expect(setsFor('enox', sets).map(({ id }) => id)).toEqual(['Thrombosis']);
  expect(setsFor('oxaparin', sets)).toEqual([]);
});

it('ticks what is given most often', () => expect(ticked(sets[0]!)).toEqual(['ceftriaxone 1 g iv daily']));
