import { expect, it } from 'vitest';
import type { ReadOrder } from '../../../../src/gateways/medication/check-answers.ts';
import { plainly, timingOf, understoodOf } from './understood.ts';

const order = (more: Partial<ReadOrder>): ReadOrder => ({ id: 'order-1', text: '', timing: {}, unread: [], ingredients: [], ...more });
const ibuprofen = { ingredient: 'ibuprofen', named: 'ibuprofen', title: 'Ibuprofen' };

it('says drug, dose, amount a day, how often and how it is given', () => {
  const read = order({
    route: 'oral',
    timing: { perDay: 3 },
    ingredients: [{ ...ibuprofen, single: { value: 400, unit: 'mg' }, daily: { value: 1200, unit: 'mg' } }],
  });
  expect(understoodOf(read)).toEqual({ parts: ['Ibuprofen 400 mg, 1200 mg a day', '3 times a day', 'by mouth'], assumed: [], unread: [] });
});

it('says what was assumed, and what was corrected', () => {
  const read = order({ route: 'oral', routeAssumed: true, ingredients: [{ ...ibuprofen, named: 'ibuprofin', corrected: true }] });
  expect(understoodOf(read)).toMatchObject({
    parts: ['Ibuprofen'],
    assumed: ['“ibuprofin” read as Ibuprofen', 'route assumed: by mouth'],
  });
});

it('understands nothing where no drug was found, whatever else was', () => {
  expect(understoodOf(order({ route: 'oral', timing: { perDay: 2 }, unread: ['xyz is not known'] })).parts).toEqual([]);
});

it('names the dose by weight beside the dose', () => {
  const single = { value: 702.0000001, unit: 'mg' as const };
  const read = order({ ingredients: [{ ...ibuprofen, single, singlePer: { value: 10, unit: 'mg', per: 'kg' } }] });
  expect(understoodOf(read).parts).toEqual(['Ibuprofen 702 mg at 10 mg/kg']);
});

it.each([
  [{ perDay: 1 }, 'once a day'],
  [{ perDay: 1 / 7 }, 'every 7 days'],
  [{ everyHours: 6, asNeeded: true }, 'every 6 hours, as needed'],
  [{ once: true, durationDays: 1 }, 'once, for 1 day'],
])('says %j as %s', (timing, words) => expect(timingOf(timing)).toBe(words));

it('takes nothing that turns the direction of writing or cannot be seen, and every other letter', () => {
  expect(plainly('warfarin \u202E04\u202C mg\r\ndaily\u0000')).toBe('warfarin  04  mg daily ');
  expect(plainly('وارفارين 5 мг µg')).toBe('وارفارين 5 мг µg');
});
