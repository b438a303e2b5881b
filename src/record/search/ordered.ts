// One value as a condition on a row of the tables of what has an order: range_value (dates, numbers, quantities) and
// string_value (strings, URIs).
import type { Modifier, QueryValue, SearchParameter } from '../../fhir/search/contract.ts';
import { formKey, unitKey } from '../index-rows.ts';
import type { Compiler } from './compiler.ts';
import { nearCondition } from './near.ts';
import { dateCondition, numberCondition } from './ranges.ts';
import { stringCondition, uriBelow } from './strings.ts';

export const tableOf = ({ kind }: QueryValue): 'string_value' | 'range_value' =>
  kind === 'string' || kind === 'uri' ? 'string_value' : 'range_value';

/** Whether the row `v` has the value. In parentheses where it needs them. */
export function ordered(
  parameter: SearchParameter,
  modifier: Modifier | undefined,
  value: QueryValue,
  v: string,
  compiler: Compiler,
): string {
  const columns = { low: `${v}.low`, high: `${v}.high` };
  switch (value.kind) {
    case 'string':
      return stringCondition(v, modifier, value.text, compiler);
    case 'near':
      return nearCondition(v, value, compiler);
    case 'uri':
      return uriBelow(v, value.uri, compiler);
    case 'date':
      return dateCondition(columns, value.prefix, value.fromMs, value.toMs, compiler.parameters);
    case 'number':
      return numberCondition(columns, value.prefix, value, compiler.parameters);
    case 'quantity':
      return quantityCondition(parameter, v, value, compiler);
    default:
      throw new Error(`a ${value.kind} has no order`);
  }
}

/** http://hl7.org/fhir/R4/search.html#quantity: by the number alone, by the unit as written, or in base units of UCUM. */
function quantityCondition(
  parameter: SearchParameter,
  v: string,
  value: Extract<QueryValue, { kind: 'quantity' }>,
  { parameters }: Compiler,
): string {
  // Every parameter that is added must also stand in the text, so each form adds its own.
  const plain = (): string => numberCondition({ low: `${v}.low`, high: `${v}.high` }, value.prefix, value, parameters);
  if (value.code === undefined && value.system === undefined) return plain();
  if (value.canonical === undefined)
    return `(${parameters.add(unitKey(parameter, value.code ?? '', value.system), 'int8')} = any(${v}.units) and ${plain()})`;
  const unit = parameters.add(formKey(parameter, 'canonicalUnit', value.canonical.unit), 'int8');
  const columns = { low: `${v}.canonical_low`, high: `${v}.canonical_high` };
  return `(${v}.canonical_unit = ${unit} and ${numberCondition(columns, value.prefix, value.canonical, parameters)})`;
}
