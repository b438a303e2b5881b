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
import type { Steps, Walk } from './walk.ts';

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

/** `type`: of the value, as FHIRPath and the structure tables name it. What is left to do after a rest is in the answer. */
export function checkInvariants(
  walk: Walk,
  invariants: readonly Invariant[],
  type: string,
  value: Json,
  sibling: Json | undefined,
  place?: Place,
): Steps | undefined {
  for (let i = 0; i < invariants.length; i++) {
    if (walk.isTired) return checkRest(walk, invariants.slice(i), type, value, sibling, place);
    checkInvariant(walk, invariants[i] as Invariant, type, value, sibling, place);
  }
  return undefined;
}

/** The same with a rest where one is due; apart, because most elements need none. */
function* checkRest(
  walk: Walk,
  invariants: readonly Invariant[],
  type: string,
  value: Json,
  sibling: Json | undefined,
  place: Place | undefined,
): Steps {
  for (const invariant of invariants) {
    if (walk.isTired) yield* walk.rest();
    checkInvariant(walk, invariant, type, value, sibling, place);
  }
}

function checkInvariant(
  walk: Walk,
  invariant: Invariant,
  type: string,
  value: Json,
  sibling: Json | undefined,
  place: Place | undefined,
): void {
  const { guard, native } = invariant;
  if (isMembers(value)) {
    if (guard !== undefined && !mayHave(value, guard, invariant.underscored)) return;
    if (native) {
      if (!native(value)) report(walk, invariant.constraint, place);
      return;
    }
  }
  evaluate(walk, invariant, type, value, sibling, place);
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
  const focus: Focus = sibling === undefined ? { type, value } : { type, value, sibling };
  const result = walk.evaluate(key, (environment) => expression.test(focus, environment));
  if (!result.ok) return unchecked(walk, constraint, result.problem.message, place);
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
  const says = `The rule ${key} could not be checked: ${why}`;
  walk.tell(`invariant ${key}`, severity === 'error' ? 'warning' : 'information', 'invariant', says, { ...place, source: key });
}

export type { Environment };
