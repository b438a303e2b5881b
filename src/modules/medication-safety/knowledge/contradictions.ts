// Everything in the knowledge of drugs that contradicts something else in it, and what of that is accepted with a reason.
import type { KnowledgeBase } from './base.ts';
import { type Accepted, type Contradiction, type Contradicts, nameOf } from './contradictions/contract.ts';
import { doses } from './contradictions/doses.ts';
import { names } from './contradictions/names.ts';
import { neverTrue } from './contradictions/never-true.ts';
import { pairs } from './contradictions/pairs.ts';
import { patients } from './contradictions/patients.ts';
import { renal } from './contradictions/renal.ts';
import { suggestions } from './contradictions/suggestions.ts';

const checks: readonly Contradicts[] = [pairs, doses, renal, patients, suggestions, neverTrue, names];

export const contradictions = (base: KnowledgeBase): Contradiction[] => checks.flatMap((check) => check(base));

export interface Weighing {
  /** Not accepted by anybody. */
  open: Contradiction[];
  accepted: { found: Contradiction; why: string }[];
  /** Acceptances of what is no contradiction any more: to be taken away, or they will hide the next one. */
  idle: Accepted[];
}

export function weighed(found: readonly Contradiction[], accepted: readonly Accepted[]): Weighing {
  const used = new Set<Accepted>();
  const answer: Weighing = { open: [], accepted: [], idle: [] };
  for (const each of found) {
    const by = accepted.find((one) => covers(one, each));
    if (by === undefined) answer.open.push(each);
    else {
      used.add(by);
      answer.accepted.push({ found: each, why: by.why });
    }
  }
  answer.idle = accepted.filter((one) => !used.has(one));
  return answer;
}

/** Each row that is found must be named; `*` names any other. */
function covers({ kind, rows }: Accepted, found: Contradiction): boolean {
  if (kind !== found.kind || rows.length !== found.rows.length) return false;
  const named = found.rows.map(nameOf);
  const fixed = rows.filter((row) => row !== '*');
  return fixed.length > 0 && fixed.every((row) => named.includes(row));
}
