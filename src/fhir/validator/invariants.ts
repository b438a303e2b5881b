// Invariants (http://hl7.org/fhir/R4/conformance-rules.html#constraints) on one element: compiled when first met, left alone where
// they cannot fail, given up where they would cost too much.
import { compile } from '../fhirpath/compile.ts';
import type { Environment, Expression, Focus } from '../fhirpath/contract.ts';
import type { Json } from '../json.ts';
import type { Constraint } from './compiled.ts';
import { isMembers } from './definition.ts';
import { guardOf } from './guard.ts';
import { mends } from './mend.ts';
import { type Native, natives } from './native-invariants.ts';
import type { Place } from './report.ts';
import type { Walk } from './walk.ts';

export interface Invariant {
  constraint: Constraint;
  /** Without this element it holds. */
  guard: string | undefined;
  underscored: string;
  native: Native | undefined;
  /** Compiled when first needed; a string says why it cannot be. */
  expression?: Expression | string;
}

export const invariantOf = (constraint: Constraint): Invariant => {
  const guard = guardOf(constraint.expression);
  return { constraint, guard, underscored: `_${guard}`, native: natives.get(constraint.expression) };
};

/** `type`: of the value, as FHIRPath and the structure tables name it. */
export function checkInvariants(
  walk: Walk,
  invariants: readonly Invariant[],
  type: string,
  value: Json,
  sibling: Json | undefined,
  place?: Place,
): void {
  for (let i = 0; i < invariants.length; i++) {
    const invariant = invariants[i] as Invariant;
    const { guard, native } = invariant;
    if (isMembers(value)) {
      if (guard !== undefined && !mayHave(value, guard, invariant.underscored)) continue;
      if (native) {
        if (!native(value)) report(walk, invariant.constraint, place);
        continue;
      }
    }
    evaluate(walk, invariant, type, value, sibling, place);
  }
}

/** The element, or one of its choices, is there. */
function mayHave(value: { [name: string]: Json }, name: string, underscored: string): boolean {
  if (value[name] !== undefined || value[underscored] !== undefined) return true;
  for (const key in value) if (value[key] !== undefined && (key.startsWith(name) || key.startsWith(underscored))) return true;
  return false;
}

/** An order of two elements, empty where they cannot be compared: 2026 and 2026-05, mg and mL. That is no fault. */
const orders = /\b[a-z]\w* (?:<=|>=|<|>) [a-z]\w*\)*$/i;

function evaluate(walk: Walk, invariant: Invariant, type: string, value: Json, sibling: Json | undefined, place: Place | undefined): void {
  const { constraint } = invariant;
  const { key } = constraint;
  if (invariant.expression === undefined) {
    const compiled = compile(constraint.expression, { type });
    invariant.expression = compiled.ok ? compiled.value : compiled.problem.message;
  }
  const { expression } = invariant;
  if (typeof expression === 'string') return unchecked(walk, constraint, expression, place);
  if (walk.isSpent(key)) return unchecked(walk, constraint, 'checking this resource has taken too long already', place);
  const focus: Focus = sibling === undefined ? { type, value } : { type, value, sibling };
  const result = walk.timed(() => expression.test(focus, walk.environment()));
  if (!result.ok) {
    if (result.problem.kind === 'too-costly') walk.spend(key);
    return unchecked(walk, constraint, result.problem.message, place);
  }
  // Empty is not true, and so it breaks an error's rule, as everywhere (a code that is missing is not in a list). A warning is left.
  const holds = result.value ?? (constraint.severity === 'warning' || orders.test(constraint.expression));
  if (!holds) report(walk, constraint, place);
}

function report(walk: Walk, constraint: Constraint, place: Place | undefined): void {
  const { key, human, severity, best } = constraint;
  const mend = mends[key];
  const rule = human.replace(/[.\s]+$/, '');
  walk.report.add(best ? 'information' : severity, 'invariant', `${rule} (${key})${mend === undefined ? '' : `. ${mend}`}`, {
    ...place,
    source: key,
  });
}

/** Once a resource and key: a broken expression would otherwise be told at each element. */
function unchecked(walk: Walk, { key, severity }: Constraint, why: string, place: Place | undefined): void {
  if (!walk.tellOnce(`invariant ${key}`)) return;
  walk.report.add(severity === 'error' ? 'warning' : 'information', 'invariant', `The rule ${key} could not be checked: ${why}`, {
    ...place,
    source: key,
  });
}

export type { Environment };
