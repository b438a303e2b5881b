// What the walk does at each element of a type of R4: which invariants, which binding, where to go down. Made when a type is first
// met, from the structure tables and the base rules; elements at which there is nothing to do are not in it.
import { types } from '../generated/structure.ts';
import { typeRules } from '../generated/validator.ts';
import { type Field, rulesOf } from '../structure/rules.ts';
import { baseTypes } from './base-types.ts';
import { bundleKeys } from './bundle.ts';
import type { BaseTypes, Binding } from './compiled.ts';
import { type Invariant, invariantOf } from './invariants.ts';

export interface Plan {
  type: string;
  /** As FHIRPath names it: a SimpleQuantity is a Quantity. */
  fhirType: string;
  fields: Map<string, FieldPlan>;
  own: Invariant[];
  isResource: boolean;
}

export interface FieldPlan {
  field: Field;
  kind: 'primitive' | 'sibling' | 'complex' | 'resource';
  invariants: Invariant[];
  binding: Binding | undefined;
  /** Of a complex type, once met. */
  plan?: Plan;
}

/** R4 itself, as the profile compiler asks about it. */
export const r4: BaseTypes = baseTypes(types, typeRules);

const plans = new Map<string, Plan>();

export function planOf(type: string): Plan {
  let plan = plans.get(type);
  if (!plan) {
    plan = makePlan(type);
    plans.set(type, plan);
  }
  return plan;
}

export const planOfField = (field: FieldPlan): Plan => {
  field.plan ??= planOf(field.field.type);
  return field.plan;
};

function makePlan(type: string): Plan {
  const rules = r4.rules(type);
  const { fields, isResource } = rulesOf(type);
  const plan: Plan = {
    type,
    fhirType: type === 'SimpleQuantity' ? 'Quantity' : type,
    fields: new Map(),
    own: (rules?.own ?? []).filter((one) => !bundleKeys.has(one.key)).map(invariantOf),
    isResource,
  };
  for (const [name, field] of fields) {
    const element = rules?.elements?.[field.element];
    const invariants = (element?.constraints ?? []).map(invariantOf);
    const kind = field.resource ? 'resource' : field.sibling ? 'sibling' : field.check ? 'primitive' : 'complex';
    // A wrong code is refused by the structural walk; what it left, a display, a bare code does not have.
    const binding = element?.binding && !(element.binding.checked && kind === 'primitive') ? element.binding : undefined;
    const named = field.type === 'canonical' && field.targets !== undefined;
    if (kind === 'primitive' && invariants.length === 0 && !binding && !named) continue;
    plan.fields.set(name, { field, kind, invariants, binding });
  }
  return plan;
}
