// Values of a query's parameters, held to what its Library declares: another name or another type is refused, and nothing is guessed.
import { Decimal } from '../../fhir/decimal.ts';
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Parameters } from '../../warehouse/contract.ts';
import { isMembers, type Members } from './parameters.ts';
import type { SqlLibrary } from './sql-library.ts';

type Value = string | number | boolean;
const textLike =
  (form: RegExp) =>
  (json: Json): Value | undefined =>
    typeof json === 'string' && form.test(json) ? json : undefined;

const number = (json: Json): number | undefined => {
  const read = json instanceof Decimal ? Number(json.toString()) : json;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
};

const kinds: Readonly<Record<string, [member: string, read: (json: Json) => Value | undefined]>> = {
  string: ['valueString', textLike(/^[^\0]{1,10000}$/s)],
  integer: [
    'valueInteger',
    (json) => {
      const read = number(json);
      return read !== undefined && Number.isInteger(read) && Math.abs(read) < 2 ** 31 ? read : undefined;
    },
  ],
  date: ['valueDate', textLike(/^\d{4}-\d\d-\d\d$/)],
  dateTime: ['valueDateTime', textLike(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?)?$/)],
  boolean: ['valueBoolean', (json) => (typeof json === 'boolean' ? json : undefined)],
  decimal: ['valueDecimal', number],
};

/** `used`: those that the SQL names; DuckDB takes no others. */
export function bound({ parameters }: SqlLibrary, sent: Json | undefined, used: readonly string[]): Result<Parameters> {
  const given = givenIn(sent);
  if (!given.ok) return given;
  const values: Record<string, Value | null> = {};
  for (const { name, ...value } of given.value) {
    const declared = parameters.find((one) => one.name === name);
    if (declared === undefined)
      return fail('invalid', `The query has no parameter ${JSON.stringify(String(name).slice(0, 64))}`, 'parameters');
    if (Object.hasOwn(values, declared.name)) return fail('invalid', `${declared.name} is given twice`, 'parameters');
    const [member, read] = kinds[declared.type]!;
    const found = read(value[member] ?? null);
    if (found === undefined || Object.keys(value).some((one) => one.startsWith('value') && one !== member))
      return fail('invalid', `${declared.name} is given as ${member}${hints[declared.type] ?? ''}`, 'parameters');
    values[declared.name] = found;
  }
  for (const { name, required } of parameters) {
    if (Object.hasOwn(values, name)) continue;
    if (required) return fail('invalid', `The query needs the parameter ${name}`, 'parameters');
    values[name] = null;
  }
  return ok(Object.fromEntries(used.map((name) => [name, values[name] ?? null])));
}

const hints: Readonly<Record<string, string>> = { date: ', as a whole day such as 2026-01-31', dateTime: ', at least as a whole day' };

function givenIn(sent: Json | undefined): Result<Members[]> {
  if (sent === undefined) return ok([]);
  if (!isMembers(sent) || sent['resourceType'] !== 'Parameters')
    return fail('invalid', 'parameters holds a Parameters resource', 'parameters');
  const list = sent['parameter'] ?? [];
  return Array.isArray(list) && list.every(isMembers)
    ? ok(list as Members[])
    : fail('invalid', 'parameters holds a Parameters resource with a list of parameters', 'parameters');
}
