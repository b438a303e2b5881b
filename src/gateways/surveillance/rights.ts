// What a person may see of surveillance beside counts: small numbers and rows go with the right to export, and what is small is otherwise told as
// "<5" where it is of an area or of people alike.
import { decide } from '../../policy/decide.ts';
import type { Caller } from '../../record/contract.ts';

export const smallest = 5;

export const seesRows = ({ person, purpose }: Caller): boolean =>
  (['Patient', 'Encounter', 'Condition'] as const).every((type) => decide(person, purpose, 'export', type).allowed);

/** Null: from 1 to 4, and not told. */
export const told = (count: number, all: boolean): number | null => (all || count === 0 || count >= smallest ? count : null);
