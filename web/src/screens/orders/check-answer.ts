// What POST /medication/check answers, as the screen reads it. The shapes are those of the server's checks.
import type { Answer, Card, OrderedIngredient, Timing } from '../../../../src/modules/medication-safety/contract.ts';

export interface ShownCard extends Card {
  /** Of this showing, not of the rule. */
  id: string;
}

/** An order as it was understood. */
export interface ReadOrder {
  /** `order-1`: by its place among those that were sent. */
  id: string;
  text: string;
  route?: string;
  routeAssumed?: true;
  timing: Timing;
  /** Why parts of it could not be read. */
  unread: string[];
  ingredients: (OrderedIngredient & { title: string })[];
}

export interface CheckAnswer {
  outcome: 'fine' | 'alert' | 'could-not-check';
  checked: Answer['checked'];
  couldNot: Answer['couldNot'];
  cards: ShownCard[];
  orders: ReadOrder[];
}

/** What a signature made: references such as `MedicationRequest/1`. */
export interface SignAnswer extends CheckAnswer {
  signed: boolean;
  requests: string[];
  issues: string[];
  tasks: string[];
}
