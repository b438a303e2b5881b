import { expect, it } from 'vitest';
import type { CheckAnswer, ReadOrder, ShownCard } from '../../../../src/gateways/medication/check-answers.ts';
import { decisionsToSend, type OrdersTyped, seenOf, whyNot } from './decisions.ts';

const card = (rule: string, tier: ShownCard['tier'], summary = `${rule} speaks`): ShownCard => ({
  id: summary,
  rule: { id: rule, file: 'a', version: '1', status: 'active', reviewer: 'unreviewed' },
  category: 'drug-drug',
  tier,
  severity: 'major',
  summary,
  detail: '',
  management: '',
  source: '',
  orders: ['order-1'],
  facts: [],
  silencedBy: [],
  notKnown: [],
});
const drug: ReadOrder = {
  id: 'order-1',
  text: 'ibuprofen',
  timing: {},
  unread: [],
  ingredients: [{ ingredient: 'ibuprofen', named: 'ibuprofen', title: 'Ibuprofen' }],
};
const answerOf = (cards: ShownCard[], orders = [drug]): CheckAnswer => ({
  asOf: '2026-11-22T06:00:00Z',
  outcome: 'alert',
  checked: { says: '', ingredients: 1, ingredientsKnown: 1, against: '', categories: [] },
  couldNot: [],
  cards,
  orders,
  notice: '',
});
const typedWith = (decisions: OrdersTyped['decisions'] = {}, unchecked?: string): OrdersTyped => ({
  lines: [{ id: 'a', text: 'ibuprofen', ...(unchecked === undefined ? {} : { unchecked }) }],
  decisions,
});
const decided = (cards: ShownCard[], rule: string, reason = '') => ({
  [`a/${rule}`]: { seen: seenOf(cards, `a/${rule}`), reasonCode: 'no-alternative', reason, monitor: false },
});
const why = (cards: ShownCard[], typed: OrdersTyped): string | undefined => whyNot({ typed, answer: answerOf(cards), failed: undefined });

it('signs nothing that was not typed, not answered yet, or could not be asked about', () => {
  expect(whyNot({ typed: { lines: [{ id: 'a', text: ' ' }], decisions: {} }, answer: answerOf([]), failed: undefined })).toMatch(/Type/);
  expect(whyNot({ typed: typedWith(), answer: undefined, failed: undefined })).toMatch(/Being checked/);
  expect(whyNot({ typed: typedWith(), answer: answerOf([]), failed: 'away' })).toMatch(/could not be checked/);
});

it('is in nobody’s way where nothing was found, or only something to know', () => {
  expect(why([], typedWith())).toBeUndefined();
  expect(why([card('food', 'aside')], typedWith())).toBeUndefined();
});

it('needs a reason where it interrupts, and words where it must stop', () => {
  const interrupts = [card('bleeding', 'interrupt')];
  expect(why(interrupts, typedWith())).toMatch(/bleeding speaks.*choose a reason/);
  expect(why(interrupts, typedWith(decided(interrupts, 'bleeding')))).toBeUndefined();
  const stops = [card('allergy', 'stop')];
  expect(why(stops, typedWith(decided(stops, 'allergy', 'no')))).toMatch(/in words/);
  expect(why(stops, typedWith(decided(stops, 'allergy', 'tolerated twice')))).toBeUndefined();
});

it('takes a decision for what was seen, not for another alert of the same rule', () => {
  const before = [card('allergy', 'interrupt', 'Rash with penicillin')];
  const typed = typedWith(decided(before, 'allergy'));
  const after = [...before, card('allergy', 'stop', 'Anaphylaxis with aspirin')];
  expect(why(after, typed)).toMatch(/choose a reason/);
  expect(decisionsToSend(answerOf(after), typed)).toEqual([]);
});

it('sends one decision for each rule in the way, and none of alerts that are gone', () => {
  const cards = [card('bleeding', 'interrupt'), card('bleeding', 'interrupt', 'again'), card('food', 'aside')];
  const typed = typedWith({ ...decided(cards, 'bleeding', ' for two days '), ...decided([card('gone', 'stop')], 'gone', 'whatever') });
  expect(decisionsToSend(answerOf(cards), typed)).toEqual([
    {
      rule: 'bleeding',
      file: 'a',
      seen: ['bleeding speaks', 'again'],
      reasonCode: 'no-alternative',
      reason: 'for two days',
      monitor: false,
    },
  ]);
});

it('asks before an order without a known drug is signed unchecked, anew for every other text', () => {
  const answer = answerOf([], [{ ...drug, ingredients: [] }]);
  const ask = (typed: OrdersTyped) => whyNot({ typed, answer, failed: undefined });
  expect(ask(typedWith())).toMatch(/No drug was found in order 1/);
  expect(ask(typedWith({}, 'ibuprof'))).toMatch(/No drug/);
  expect(ask(typedWith({}, 'ibuprofen'))).toBeUndefined();
});
