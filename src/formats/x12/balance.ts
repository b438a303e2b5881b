// Whether a remittance adds up to the cent (005010X221, section on balancing): what was charged less every adjustment is what was paid, for
// each service line, each claim, and the whole payment less what PLB adjusts. Findings name places, never amounts.
import type { Problem } from '../../fhir/result.ts';
import { atOnce } from '../steps.ts';
import { type Amount, amountOf, isZero, minus, plus, zero } from './amount.ts';
import type { Loop } from './loops.ts';
import type { Transaction } from './transaction-list.ts';

export const balanceNotes = (transaction: Transaction): Problem[] => atOnce(balancing(transaction));

/** In steps of a claim. */
export function* balancing(transaction: Transaction): Generator<undefined, Problem[]> {
  if (transaction.kind !== '835') return [];
  const { segments, looped } = transaction;
  const prefix = transaction.number === 1 ? '' : `ST[${transaction.number}]/`;
  const notes: Problem[] = [];
  const elements = (loop: Loop, tag: string): string[][] =>
    loop.segments.flatMap((index) => (segments[index]!.tag === tag ? [segments[index]!.elements] : []));
  const sum = (texts: readonly (string | undefined)[]): Amount =>
    texts.reduce((all: Amount, text) => plus(all, amountOf(text ?? '') ?? zero), zero);
  /** CAS-03, -06 … -18. */
  const adjusted = (loop: Loop): Amount => sum(elements(loop, 'CAS').flatMap((one) => [2, 5, 8, 11, 14, 17].map((at) => one[at])));
  const check = (rest: Amount, where: string, what: string): void => {
    if (!isZero(rest))
      notes.push({
        kind: 'invalid',
        message: `${what} does not add up to the cent; ask the payer which amount is right`,
        where: prefix + where,
      });
  };
  let paid = zero;
  for (const header of looped.root.loops.filter(({ rule }) => rule.id === '2000')) {
    for (const claim of header.loops) {
      yield;
      const [clp = []] = elements(claim, 'CLP');
      let adjustments = adjusted(claim);
      const lines = claim.loops.filter(({ rule }) => rule.id === '2110');
      for (const line of lines) {
        const [svc = []] = elements(line, 'SVC');
        const own = adjusted(line);
        adjustments = plus(adjustments, own);
        check(
          minus(minus(sum([svc[1]]), own), sum([svc[2]])),
          `${line.name}/SVC-03`,
          'Charge less adjustments of this line and its payment: it',
        );
      }
      paid = plus(paid, sum([clp[3]]));
      // Advance notices of a claim that is pended elsewhere (25) pay nothing here and state no adjustments.
      if (clp[1]?.trim() !== '25')
        check(
          minus(minus(sum([clp[2]]), adjustments), sum([clp[3]])),
          `${claim.name}/CLP-04`,
          'Charge less adjustments of this claim and its payment: it',
        );
    }
  }
  const root = looped.root;
  const [bpr = []] = elements(root, 'BPR');
  const providers = sum(elements(root, 'PLB').flatMap((one) => [3, 5, 7, 9, 11, 13].map((at) => one[at])));
  check(
    minus(minus(paid, providers), sum([bpr[1]])),
    'BPR-02',
    'Payments of the claims less provider adjustments and the whole payment: it',
  );
  return notes;
}
