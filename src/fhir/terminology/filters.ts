// Filters of a value set (http://hl7.org/fhir/R4/valueset-filter-operator.html) as sets of concepts. A filter that cannot be
// followed is refused with the reason, never taken as empty.
import type { ValueSetComposeIncludeFilter } from '../generated/types.ts';
import { filterDialect } from '../regex/dialects.ts';
import { wholeMatch } from '../regex/whole-match.ts';
import { fail, ok, type Result } from '../result.ts';
import type { CodeSystemVersion } from './code-system.ts';
import { Ordinals } from './ordinals.ts';
import { shown } from './source.ts';

type Rest = () => Promise<void> | undefined;
type Select = (system: CodeSystemVersion, property: string, value: string, rest: Rest) => Promise<Result<Ordinals>>;

const valueMax = 10_000;

/** Names under which a filter means the code itself. */
const codeNames = new Set(['concept', 'code']);
/** What is not written as a property and can be filtered by all the same. */
const builtIn = new Set(['concept', 'code', 'display', 'definition', 'inactive', 'notSelectable', 'abstract', 'parent', 'child']);

const operators: Record<string, Select> = {
  '=': equals,
  in: oneOf,
  'not-in': async (system, property, value, rest) => opposite(await oneOf(system, property, value, rest)),
  'is-a': async (system, property, value) => below(system, property, value, true),
  'descendent-of': async (system, property, value) => below(system, property, value, false),
  'is-not-a': async (system, property, value) => opposite(await below(system, property, value, true)),
  generalizes: above,
  exists: async (system, property, value) => {
    if (value !== 'true' && value !== 'false') return fail('invalid', `exists takes true or false, not "${shown(value)}"`);
    const having = codeNames.has(property) ? Ordinals.all(system.size) : await system.having(property);
    return ok(value === 'true' ? having : having.complement());
  },
  regex: async (system, property, value, rest) => {
    const regex = wholeMatch(value, filterDialect);
    return regex.ok ? system.passing(property === 'concept' ? 'code' : property, regex.value, rest) : regex;
  },
};

/** Concepts of a code system that pass a filter. */
export async function filtered(system: CodeSystemVersion, filter: ValueSetComposeIncludeFilter, rest: Rest): Promise<Result<Ordinals>> {
  const { property, op, value } = filter;
  const select = Object.hasOwn(operators, op) ? operators[op] : undefined;
  const told = `The filter "${shown(property)} ${shown(op)} ${shown(value ?? '')}" on ${shown(system.system)}`;
  if (select === undefined) return fail('unsupported', `${told} has an operator that is not known here`);
  if (value === undefined || value.length > valueMax) return fail('invalid', `${told} needs a value of at most ${valueMax} characters`);
  if (!builtIn.has(property) && !system.properties.some(({ code }) => code === property))
    return fail('unsupported', `${told} names a property that this code system does not have here`);
  const found = await select(system, property, value, rest);
  return found.ok ? found : { ok: false, problem: { ...found.problem, message: `${told}: ${found.problem.message}` } };
}

const opposite = (found: Result<Ordinals>): Result<Ordinals> => (found.ok ? ok(found.value.complement()) : found);

async function equals(system: CodeSystemVersion, property: string, value: string, rest: Rest): Promise<Result<Ordinals>> {
  if (codeNames.has(property)) return oneOf(system, property, value, rest);
  if (property === 'inactive') return flag(system, await system.inactive(), value);
  if (property === 'notSelectable' || property === 'abstract') return flag(system, await system.abstract(), value);
  if (property === 'display' || property === 'definition') return system.passing(property, (one) => one === value, rest);
  return ok(await system.having(property, value));
}

const flag = (system: CodeSystemVersion, set: Ordinals, value: string): Result<Ordinals> =>
  value === 'true' ? ok(set) : value === 'false' ? ok(set.complement()) : ok(Ordinals.none(system.size));

/** Values with commas between them. */
async function oneOf(system: CodeSystemVersion, property: string, value: string, rest: Rest): Promise<Result<Ordinals>> {
  const values = value.split(',').map((one) => one.trim());
  if (codeNames.has(property)) {
    // "concept in <reference set>" is SNOMED CT's way of naming members of a reference set (http://hl7.org/fhir/R4/snomedct.html).
    if (system.system === 'http://snomed.info/sct') return fail('unsupported', 'reference sets of SNOMED CT are not loaded here');
    const numbers = await system.find(values);
    return ok(
      Ordinals.of(
        system.size,
        numbers.filter((one) => one !== undefined),
      ),
    );
  }
  let found = Ordinals.none(system.size);
  for (const one of values) {
    const having = await equals(system, property, one, rest);
    if (!having.ok) return having;
    found = found.or(having.value);
  }
  return ok(found);
}

async function inHierarchy(system: CodeSystemVersion, property: string, value: string): Promise<Result<number>> {
  if (!codeNames.has(property)) return fail('invalid', 'this operator follows the hierarchy of "concept", of no other property');
  if (system.hierarchyMeaning !== 'is-a')
    return fail('unsupported', `its hierarchy means "${system.hierarchyMeaning}", not that one code is a kind of another`);
  const [number] = await system.find([value]);
  return number === undefined ? fail('not-found', `there is no code ${shown(value)} in it`) : ok(number);
}

async function below(system: CodeSystemVersion, property: string, value: string, itself: boolean): Promise<Result<Ordinals>> {
  const number = await inHierarchy(system, property, value);
  if (!number.ok) return number;
  const set = (await system.below(number.value)).or(Ordinals.none(system.size));
  return ok(itself ? set.add(number.value) : set);
}

async function above(system: CodeSystemVersion, property: string, value: string): Promise<Result<Ordinals>> {
  const number = await inHierarchy(system, property, value);
  if (!number.ok) return number;
  return ok((await system.above(number.value)).or(Ordinals.of(system.size, [number.value])));
}
