// Given this message, the chart says this of who pays, who answers for it and what was charged: IN1, IN2, GT1, FT1.
import { expect, test } from 'vitest';
import { segment, told } from '../../testing/lines-told.ts';

const cover = (fields: Record<number, string> = {}): string =>
  segment('IN1', {
    2: 'P1^Gold',
    3: 'INS9^^^NAIC',
    4: 'Insurer Ltd',
    5: '1 Road^^Town',
    6: 'Cole^Cy',
    7: '555-0100',
    8: 'G7',
    9: 'Group',
    11: 'Works Ltd',
    12: '20260101',
    13: '20261231',
    16: 'Doe^Sam',
    17: 'SPO^Spouse',
    18: '19700101',
    19: '2 Road',
    36: 'PN5',
    43: 'F',
    49: 'MB3^^^INS',
    ...fields,
  });
const in1 = cover();

test('a cover names the plan, the group, the insurer, the subscriber and the card', () => {
  const { the, all } = told(`PID|||1^^^A\n${in1}`);
  const coverage = the('Coverage');
  expect(coverage).toMatchObject({
    status: 'active',
    period: { start: '2026-01-01', end: '2026-12-31' },
    relationship: { coding: [{ code: 'SPO' }, { code: 'spouse' }] },
    subscriberId: 'MB3',
    beneficiary: { reference: `Patient/${the('Patient').id}` },
  });
  expect(coverage.class?.map(({ value, name }) => [value, name])).toEqual([
    ['P1', 'Gold'],
    ['G7', 'Group'],
  ]);
  expect(all('Organization').map(({ name }) => name)).toEqual(expect.arrayContaining(['Insurer Ltd', 'Works Ltd']));
  expect(the('RelatedPerson')).toMatchObject({ name: [{ family: 'Doe' }], birthDate: '1970-01-01', gender: 'female' });
});

test('the same cover said again is the same, of another patient another', () => {
  const id = (text: string) => told(text).the('Coverage').id;
  expect(id(`PID|||1^^^A\n${in1}`)).toBe(id(`PID|||1^^^A||Doe\n${cover({ 13: '20271231' })}`));
  expect(id(`PID|||1^^^A\n${in1}`)).not.toBe(id(`PID|||2^^^A\n${in1}`));
});

test('where nobody says who pays, that is what stands there', () => {
  const { said, the } = told('PID|||1^^^A\nIN1|1|P1^Gold');
  expect(said('Coverage').presumes).toEqual(['status', 'payor']);
  expect(the('Coverage').payor[0]?.extension?.[0]?.valueCode).toBe('unknown');
});

test('IN2 adds numbers of the card and of the subscriber', () => {
  const { the } = told(`PID|||1^^^A\n${in1}\nIN2|E1^^^WORKS|000-00-0000||||MC77`);
  expect(the('Coverage').identifier?.map(({ value }) => value)).toContain('MC77');
  expect(the('RelatedPerson').identifier?.map(({ value }) => value)).toEqual(['E1', '000-00-0000']);
});

test('who answers for the bill is a guarantor of the account', () => {
  const guarantor = segment('GT1', {
    2: 'G5^^^A',
    3: 'Doe^Gil',
    5: '3 Road',
    6: '555-0100',
    8: '19600101',
    9: 'M',
    11: 'PAR',
    13: '20260101',
  });
  const { the } = told(`${segment('PID', { 3: '1^^^A', 18: 'ACC1^^^A' })}\n${guarantor}`);
  expect(the('Account').guarantor).toEqual([
    { party: { reference: `RelatedPerson/${the('RelatedPerson').id}` }, period: { start: '2026-01-01' } },
  ]);
  expect(the('RelatedPerson')).toMatchObject({ identifier: [{ value: 'G5' }], gender: 'male', birthDate: '1960-01-01' });
});

test('a charge has a code, an amount, a reason and who did it', () => {
  const charge = {
    2: 'T9^L',
    4: '202603011000',
    5: '20260302',
    6: 'CG',
    7: '4711^Visit^L',
    10: '2',
    11: '80&USD',
    19: 'R51^^I10',
    20: '7^Doe^Jane',
  };
  const text = `PID|||1^^^A\nPV1|1|O\n${segment('FT1', charge)}`;
  const { the } = told(text, 'DFT^P03');
  expect(the('ChargeItem')).toMatchObject({
    status: 'billable',
    occurrenceDateTime: '2026-03-01T10:00:00+00:00',
    code: { coding: [{ code: '4711' }] },
    priceOverride: { value: 80, currency: 'USD' },
    reason: [{ coding: [{ code: 'R51' }] }],
    context: { reference: `Encounter/${the('Encounter').id}` },
  });
});
