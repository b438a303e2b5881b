// Columns out of any resources.
import { expect, it } from 'vitest';
import { cellsOf, columnsOf, usualColumns } from './columns.ts';

const ada = { resourceType: 'Patient', id: '1', name: [{ family: 'L', given: ['Ada', 'B'] }, { family: 'K' }], active: true };
const other = { resourceType: 'Patient', id: '2', birthDate: '1970', link: [] };

it('joins what is said several times', () => {
  expect(Object.fromEntries(cellsOf(ada))).toEqual({ id: '1', 'name.family': 'L; K', 'name.given': 'Ada; B', active: 'true' });
});

it('knows all columns of all, and begins with those that tell most', () => {
  const known = columnsOf([ada, other]);
  expect(known).toEqual(['id', 'name.family', 'name.given', 'active', 'birthDate']);
  expect(usualColumns(known)).toEqual(['id', 'name.family', 'name.given', 'birthDate']);
  expect(usualColumns(['x', 'y'])).toEqual(['x', 'y']);
});
