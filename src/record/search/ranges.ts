// Prefixes on ranges (http://hl7.org/fhir/R4/search.html#prefix) as SQL over the columns low and high.
// Dates are half-open intervals on both sides; numbers and quantities are points or closed ranges.
import type { Prefix } from '../../fhir/search/contract.ts';
import type { Parameters } from './parameters.ts';

interface Columns {
  low: string;
  high: string;
}

/** `fromMs`, `toMs`: the literal's interval; already widened for ap. Conditions on `high` come first where its index helps. */
export function dateCondition({ low, high }: Columns, prefix: Prefix, fromMs: number, toMs: number, parameters: Parameters): string {
  const from = (): string => parameters.add(fromMs, 'float8');
  const to = (): string => parameters.add(toMs, 'float8');
  switch (prefix) {
    case 'eq': {
      const start = from();
      return `(${high} > ${start} and ${high} <= ${to()} and ${low} >= ${start})`;
    }
    case 'ne':
      return `(${low} < ${from()} or ${high} > ${to()})`;
    case 'gt':
      return `${high} > ${to()}`;
    case 'lt':
      return `${low} < ${from()}`;
    case 'ge': {
      const start = from();
      return `(${high} > ${start} and (${high} > ${to()} or ${low} >= ${start}))`;
    }
    case 'le': {
      const end = to();
      return `(${low} < ${end} and (${low} < ${from()} or ${high} <= ${end}))`;
    }
    case 'sa':
      return `${low} >= ${to()}`;
    case 'eb':
      return `${high} <= ${from()}`;
    case 'ap':
      return `(${low} < ${to()} and ${high} > ${from()})`;
  }
}

/** `low`, `high` of the literal count for eq, ne and ap only: the other prefixes take the number as exact. */
export function numberCondition(
  { low, high }: Columns,
  prefix: Prefix,
  value: { value: number; low: number; high: number },
  parameters: Parameters,
): string {
  const add = (n: number): string => parameters.add(n, 'float8');
  switch (prefix) {
    case 'eq':
      return `(${low} >= ${add(value.low)} and ${high} < ${add(value.high)} and ${low} < ${add(value.high)})`;
    case 'ne':
      return `(${low} < ${add(value.low)} or ${high} >= ${add(value.high)})`;
    case 'gt':
      return `${high} > ${add(value.value)}`;
    case 'lt':
      return `${low} < ${add(value.value)}`;
    case 'ge':
      return `${high} >= ${add(value.value)}`;
    case 'le':
      return `${low} <= ${add(value.value)}`;
    case 'sa':
      return `${low} > ${add(value.value)}`;
    case 'eb':
      return `${high} < ${add(value.value)}`;
    case 'ap':
      return `(${low} <= ${add(value.high)} and ${high} >= ${add(value.low)})`;
  }
}
