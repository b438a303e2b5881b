// Composite parameters (http://hl7.org/fhir/R4/search.html#composite): all parts within one element. Two parts that are compared
// for equality are one hash; where a part has an order, its rows carry the element's ordinal and so do the hashes of the others.
import type { QueryValue, SearchParameter } from '../../fhir/search/contract.ts';
import { askedForms, formKey, pairKey, partId } from '../index-rows.ts';
import { parameterKey } from '../keys.ts';
import type { Compiler } from './compiler.ts';
import { ordered, tableOf } from './ordered.ts';
import { alternatives } from './values.ts';

type CompositeValue = Extract<QueryValue, { kind: 'composite' }>;

/** Two hashed parts: one hash for each way to ask for both. */
export function compositeKeys(parameter: SearchParameter, { parts }: CompositeValue): bigint[] | undefined {
  if (parameter.composite!.context === 'root' || parts.length !== 2) return undefined;
  const [left, right] = parts.map((part, i) => askedForms(parameter.composite!.parts[i]!, part));
  if (left === undefined || right === undefined) return undefined;
  return left.flatMap((l) => right.map((r) => pairKey(parameter, l, r)));
}

export function compositeCondition(parameter: SearchParameter, value: CompositeValue, r: string, compiler: Compiler): string {
  const parts = parameter.composite!.parts;
  if (parameter.composite!.context === 'root') {
    // Each part exists once in the resource, so together they are what each of them is.
    const each = value.parts.map((part, i) =>
      alternatives({ kind: 'value', parameter: parts[i]!, values: [part] }, parts[i]!, r, compiler),
    );
    return `(${each.join(' and ')})`;
  }
  const { parameters } = compiler;
  const tables: string[] = [];
  const conditions: string[] = [];
  const hashed: string[][] = [];
  value.parts.forEach((part, i) => {
    const forms = askedForms(parts[i]!, part);
    if (forms !== undefined) {
      hashed.push(forms.map((form) => parameters.add(formKey(parameter, 'pair', `${i}${form}`), 'int8')));
      return;
    }
    const v = compiler.alias('v');
    const own = { ...parts[i]!, base: parameter.base, id: partId(parameter, i) };
    conditions.push(`${v}.parameter = ${parameterKey(own)} and ${v}.id = ${r}.id and ${v}.pat = ${r}.pat`);
    conditions.push(ordered(own, undefined, part, v, compiler));
    if (tables.length > 0) conditions.push(`${v}.part = ${tables[0]!.split(' ')[1]}.part`);
    tables.push(`${tableOf(part)} ${v}`);
  });
  // R4 has no composite of three parts without an order, and two are compositeKeys.
  const first = tables[0]!.split(' ')[1]!;
  for (const keys of hashed)
    conditions.push(`${r}.keys && array[${keys.map((key) => `(${key} # (${first}.part::int8 << 20))`).join(', ')}]`);
  return `exists (select 1 from ${tables.join(', ')} where ${conditions.join(' and ')})`;
}
