// Rows that cannot both be right: what such a finding says. Which of the two held would otherwise be chance, or the order of
// the files. A difference that is meant is accepted with its reason, and the acceptance goes when the difference goes.
import type { KnowledgeBase } from '../base.ts';

/** What kinds there are, each with what it means. */
export const contradictionKinds = {
  pair: 'two rows about the same two drugs and the same mechanism, of another severity, neither of them the more special',
  hidden: 'a row about fewer drugs that is milder than the one about all of them: it is never the one that is shown',
  direction: 'one row says that a drug raises another, one that it lowers it',
  dose: 'limits of dose that cannot both hold',
  renal: 'a limit for ill kidneys that is no limit, or that grows as the kidneys fail',
  child: 'a limit for a child above that of an adult',
  patient: 'two rows about the same drug and the same patient, of another severity',
  allergy: 'two rows about the same allergy and the same drug, of another tier',
  alternative: 'a drug that is recommended by one row and forbidden by another in the same situation',
  corollary: 'an order asked for beside a drug that it must not stand beside',
  duplicate: 'two drugs that one row says are one too many and another that they belong together',
  condition: 'a condition that is never true, or always, or that is never reached',
  name: 'one name or code that means two drugs or two laboratory values',
  measure: 'two rows that measure the same at other times, or weigh the same opioid differently',
  route: 'a row about a way by which its drug is never given',
} as const;
export type ContradictionKind = keyof typeof contradictionKinds;

/** `file` is the name of the knowledge file. */
export interface NamedRow {
  file: string;
  id: string;
}

export interface Contradiction {
  kind: ContradictionKind;
  /** One where a row contradicts itself, else two, in the order of their names. */
  rows: readonly NamedRow[];
  says: string;
}

export type Contradicts = (base: KnowledgeBase) => Contradiction[];

/** `*` stands for any row: `["interactions-heart/dronedarone-contraindicated", "*"]`. */
export interface Accepted {
  kind: ContradictionKind;
  rows: readonly string[];
  /** Why both are right. */
  why: string;
}

export const nameOf = ({ file, id }: NamedRow): string => `${file}/${id}`;

interface AnyRow {
  id: string;
  origin: { file: string };
}

export function contradiction(kind: ContradictionKind, says: string, ...rows: AnyRow[]): Contradiction {
  const named = rows.map(({ id, origin }) => ({ file: origin.file, id }));
  return { kind, says, rows: named.sort((x, y) => (nameOf(x) < nameOf(y) ? -1 : 1)) };
}
