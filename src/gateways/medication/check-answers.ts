// What is answered of orders before they are signed, and when they are. The JSON is these interfaces as they stand, and the workbench reads them by them.
import type { Answer, Card, Order, OrderedIngredient } from '../../modules/medication-safety/contract.ts';

export interface ShownCard extends Card {
  /** Of this showing, not of the rule. */
  id: string;
}

/** An order as it was understood. */
export interface ReadOrder
  extends Pick<Order, 'id' | 'text' | 'route' | 'routeAssumed' | 'extendedRelease' | 'pushed' | 'timing' | 'unread'> {
  ingredients: (OrderedIngredient & { title: string })[];
}

export interface CheckAnswer extends Pick<Answer, 'checked' | 'couldNot'> {
  asOf: string;
  outcome: 'fine' | 'alert' | 'could-not-check';
  cards: ShownCard[];
  orders: ReadOrder[];
  notice: string;
}

/** Nothing was signed: cards of these rules need a decision. */
export interface UndecidedAnswer extends CheckAnswer {
  signed: false;
  undecided: string[];
}

/** What a signature made: references such as `MedicationRequest/1`. */
export interface SignAnswer extends CheckAnswer {
  signed: true;
  requests: string[];
  issues: string[];
  tasks: string[];
}

export interface OverrideReasons {
  reasons: readonly { code: string; display: string }[];
}

export interface SetOrder {
  text: string;
  ticked: boolean;
  note?: string;
}

export interface OrderSet {
  id?: string;
  title: string;
  version?: string;
  status: string;
  description?: string;
  sources: string[];
  sections: { title?: string; orders: SetOrder[] }[];
}

export interface OrderSetList {
  sets: OrderSet[];
  notice: string;
}
