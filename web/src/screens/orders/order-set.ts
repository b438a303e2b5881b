// Order sets as the server shows them (GET /medication/order-sets), found by words.
import type { OrderSet } from '../../../../src/gateways/medication/check-answers.ts';

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** All words that are typed begin a word of the title or of an order. */
export function setsFor(typed: string, sets: readonly OrderSet[]): OrderSet[] {
  const words = wordsOf(typed);
  return sets.filter(({ title, sections }) => {
    const own = wordsOf([title, ...sections.flatMap(({ orders }) => orders.map(({ text }) => text))].join(' '));
    return words.every((word) => own.some((one) => one.startsWith(word)));
  });
}

export const ticked = ({ sections }: OrderSet): string[] =>
  sections.flatMap(({ orders }) => orders.flatMap((one) => (one.ticked ? [one.text] : [])));
