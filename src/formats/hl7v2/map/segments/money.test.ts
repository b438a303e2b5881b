// Given this message, the chart says this of who pays, who answers for it and what was charged: IN1, IN2, GT1, FT1.
import { expect, test } from 'vitest';
import { told } from '../../testing/told.ts';

const in1 =
  'IN1|1|P1^Gold|INS9^^^NAIC|Insurer Ltd|1 Road^^Town|Cole^Cy|555-0100|G7|Group||Works Ltd|20260101|20261231|||Doe^Sam|SPO^Spouse|19700101|2 Road||||||||||||||||||PN5|||||||F||||||MB3^^^INS';

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
  expect(all('Organization').map(({ name }) => name)).toEqual(['Insurer Ltd', 'Works Ltd']);
  expect(the('RelatedPerson')).toMatchObject({ name: [{ family: 'Doe' }], birthDate: '1970-01-01', gender: 'female' });
});

test('the same cover said again is the same, of another patient another', () => {
  const id = (text: string) => told(text).the('Coverage').id;
  expect(id(`PID|||1^^^A\n${in1}`)).toBe(id(`PID|||1^^^A||Doe\n${in1.replace('20261231', '20271231')}`));
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
  const { the } = told('PID|||1^^^A|||||||||||||||ACC1^^^A\nGT1|1|G5^^^A|Doe^Gil||3 Road|555-0100||19600101|M||PAR|||20260101');
  expect(the('Account').guarantor).toEqual([
    { party: { reference: `RelatedPerson/${the('RelatedPerson').id}` }, period: { start: '2026-01-01' } },
  ]);
  expect(the('RelatedPerson')).toMatchObject({ identifier: [{ value: 'G5' }], gender: 'male', birthDate: '1960-01-01' });
});

test('a charge has a code, an amount, a reason and who did it', () => {
  const text =
    'PID|||1^^^A\nPV1|1|O||||||||||||||||||V1^^^A\nFT1|1|T9^L||202603011000|20260302|CG|4711^Visit^L||||2|80&USD|||||||R51^^I10|7^Doe^Jane';
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
