// The knowledge with everything that reads by it: names in text, problems, laboratory values, allergies. Made once a program.
import type { Order } from './contract.ts';
import { AllergyWords } from './facts/allergy-words.ts';
import { LaboratoryValues } from './facts/laboratory-values.ts';
import { ProblemWords } from './facts/problem-words.ts';
import type { KnowledgeBase } from './knowledge/base.ts';
import { DrugNames } from './reading/names.ts';
import type { Reading } from './reading/order-text.ts';

export interface Library {
  base: KnowledgeBase;
  names: DrugNames;
  reading: Reading;
  problems: ProblemWords;
  laboratories: LaboratoryValues;
  allergies: AllergyWords;
  /** What was read of resources that are asked for again; they are never changed. */
  read: { orders: WeakMap<object, Order>; problems: WeakMap<object, string[]> };
}

export function libraryOf(base: KnowledgeBase): Library {
  const names = new DrugNames(base);
  return {
    base,
    names,
    reading: { names, sortOf: (id) => base.ingredients.get(id)?.sort, routesOf: (id) => base.ingredients.get(id)?.routes ?? [] },
    problems: new ProblemWords(base),
    laboratories: new LaboratoryValues(base),
    allergies: new AllergyWords(base, names),
    read: { orders: new WeakMap(), problems: new WeakMap() },
  };
}
