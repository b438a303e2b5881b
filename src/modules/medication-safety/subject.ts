// What every check is given: one order being checked, everything that stands beside it, the patient, the knowledge.
import type { Facts, Order, OrderedIngredient } from './contract.ts';
import type { KnowledgeBase, Selection } from './knowledge/base.ts';
import { localRoutes } from './knowledge/base.ts';
import type { Drug } from './knowledge/contract.ts';

export interface Subject {
  order: Order;
  /** Other drafts and active orders; never the order itself. */
  others: readonly Order[];
  /** Ended orders of the last 60 days. */
  past: readonly Order[];
  facts: Facts;
  base: KnowledgeBase;
}

/** Whether a rule's drug is this ingredient as it is ordered: by its route and, where the rule says so, its daily dose. */
export function isMeant(drug: Drug, selection: Selection, one: OrderedIngredient, order: Order): boolean {
  if (!selection.members.has(one.ingredient)) return false;
  if (order.route !== undefined && (selection.routes ? !selection.routes.has(order.route) : localRoutes.has(order.route))) return false;
  const from = typeof drug === 'object' && !Array.isArray(drug) ? drug.dailyFrom : undefined;
  if (from === undefined || one.daily === undefined) return true;
  const factor = { g: 1000, mcg: 0.001, mg: 1 }[from.unit as 'g' | 'mcg' | 'mg'] ?? 1;
  return one.daily.value >= from.value * factor - 1e-9;
}

export const selected = (subject: Subject, drug: Drug, order: Order): OrderedIngredient[] => {
  const selection = subject.base.selection(drug);
  return order.ingredients.filter((one) => isMeant(drug, selection, one, order));
};

/** All orders that stand now, the checked one first. */
export const standing = (subject: Subject): readonly Order[] => [subject.order, ...subject.others];
