// What counts as acted on: a card that could be read, and that the signed orders no longer have.
import { describe, expect, test } from 'vitest';
import type { Card } from '../../modules/medication-safety/contract.ts';
import { Sittings } from './alerts-sittings.ts';

const card = (id: string, tier: Card['tier'] = 'interrupt'): Card => ({
  rule: { id, file: 'f', version: '1', status: 'active', reviewer: 'unreviewed' },
  category: 'drug-drug',
  tier,
  severity: 'major',
  summary: '',
  detail: '',
  management: '',
  source: '',
  orders: ['order-1'],
  facts: [],
  silencedBy: [],
  notKnown: [],
});
const shown = (...ids: string[]) => ids.map((id) => ({ uuid: `alert ${id}`, card: card(id) }));

describe('an order that was changed after a card', () => {
  test('is one that was signed without it', () => {
    const sittings = new Sittings();
    const first = sittings.checked('ada', shown('a', 'b'), 0);
    const { id, changed } = sittings.signed('ada', shown('b'), [], 20_000);
    expect(id).toBe(first);
    expect(changed).toEqual(['alert a']);
  });

  test('is none where the card was gone before anybody could read it', () => {
    const sittings = new Sittings();
    sittings.checked('ada', shown('a'), 0);
    sittings.checked('ada', shown(), 800);
    expect(sittings.signed('ada', shown(), [], 20_000).changed).toEqual([]);
  });

  test('is none where context silences the rule at signing, or where it only stood aside', () => {
    const sittings = new Sittings();
    sittings.checked('ada', [...shown('a'), { uuid: 'x', card: card('c', 'aside') }], 0);
    expect(sittings.signed('ada', shown(), [card('a')], 20_000).changed).toEqual([]);
  });

  test('is not known after half an hour, nor for another patient', () => {
    const sittings = new Sittings();
    sittings.checked('ada', shown('a'), 0);
    sittings.checked('bob', shown('b'), 0);
    expect(sittings.signed('bob', shown('b'), [], 5000).changed).toEqual([]);
    expect(sittings.signed('ada', shown(), [], 31 * 60_000).changed).toEqual([]);
  });
});

test('the same orders asked about again at signing are one decision', () => {
  const sittings = new Sittings();
  const first = sittings.askedAgain('k', shown('a'), [], 0);
  expect(first.again).toBe(false);
  const second = sittings.askedAgain('k', shown(), [], 10_000);
  expect(second).toEqual({ id: first.id, again: true, changed: ['alert a'] });
  expect(sittings.askedAgain('k', shown(), [], 20_000).changed).toEqual([]);
});
