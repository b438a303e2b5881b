// A search over several types (http://hl7.org/fhir/R4/http.html#search, "search-system"; with a compartment `Patient/1/*`,
// http://hl7.org/fhir/R4/compartmentdefinition.html): the same parameters read for each of the types. As R4 asks, only
// parameters that all of them have mean something; what is not understood is refused, as in every other search.
//
// Example: `[base]?_type=Patient,Observation&_lastUpdated=gt2026` → parts: [ { type: 'Patient', where: […] }, { type: 'Observation', … } ]
import { type ResourceType, resourceTypes } from '../generated/types.ts';
import { fail, ok, type Problem, type Result } from '../result.ts';
import { nearest } from '../structure/nearest.ts';
import type { Query, SearchParameter, WideQuery } from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import { shown } from './literals.ts';
import { compartmentParameters, elementsOfType, parametersOf } from './parameters.ts';
import { parseQuery, type QueryOptions } from './query.ts';
import { isResourceType } from './references.ts';
import { isResultParameter } from './result-parameters.ts';

type Pair = readonly [name: string, value: string];

const ofExchange = new Set(['_format', '_pretty', '_type']);

/** Every parameter is read for every type, about ten microseconds each, and every value of it half a microsecond. */
const readingsMax = 3_000;
const valuesMax = 50_000;

export function parseWideQuery(pairs: readonly Pair[], options: QueryOptions = {}): Result<WideQuery> {
  const named = typesNamed(pairs);
  if (!named.ok) return named;
  const types = (named.value ?? possibleTypes(options)).filter((type) => named.value !== undefined || canMatch(type, pairs));
  if (types.length === 0)
    return fail('invalid', 'No type of resource is pointed to by what _has names: name one type, as in Patient?_has:…', '_has');
  const values = pairs.reduce((sum, [, value]) => sum + value.split(',').length, 0);
  if (pairs.length * types.length > readingsMax || values * types.length > valuesMax)
    return fail('too-costly', `The search asks too much of ${types.length} types: name fewer with _type, or split it`, '_type');
  const common = new Set(commonParameters(types).map(({ code }) => code));
  const asked: Pair[] = [];
  const elements: string[] = [];
  const ignored: string[] = [];
  const included: [string, string][] = [];
  for (const [name, value] of pairs) {
    if (name === '_type') continue;
    const problem = name === '_elements' ? notElements(types, value) : notCommon(types, common, named.value !== undefined, name, value);
    if (problem !== undefined && options.lenient !== true) return { ok: false, problem };
    if (problem !== undefined) ignored.push(name);
    else if (name === '_elements') elements.push(value);
    else asked.push([name, value]);
  }
  const isInclude = ([name]: Pair): boolean => /^_(rev)?include(:|$)/.test(name);
  const includes = asked.filter(isInclude);
  const parts = partsOf(
    types,
    asked.filter((pair) => !isInclude(pair)),
    options,
  );
  if (!parts.ok) return parts;
  if (parts.value.parts.some((part) => part.contained !== undefined))
    return fail(
      'unsupported',
      'What is contained in other resources is searched one type at a time: [base]/Medication?_contained=true',
      '_contained',
    );
  for (const pair of includes) {
    const put = addInclude(parts.value.parts, pair, options);
    if (put !== undefined && options.lenient !== true) return { ok: false, problem: put };
    if (put !== undefined) ignored.push(pair[0]);
    else included.push([...pair]);
  }
  const [first] = parts.value.parts as [Query];
  const understood: WideQuery['understood'] = [
    ...(named.value === undefined ? [] : [['_type', named.value.join(',')] as [string, string]]),
    ...first.understood,
    ...included,
    ...elements.map((value): [string, string] => ['_elements', value]),
  ];
  return ok({
    parts: parts.value.parts,
    named: named.value !== undefined,
    understood,
    ignored: [...ignored, ...parts.value.ignored],
    ...(options.compartment === undefined ? {} : { compartment: options.compartment }),
  });
}

/** The parameters for each type. What lenient handling passes over for one of them counts for none. */
function partsOf(
  types: readonly ResourceType[],
  pairs: readonly Pair[],
  options: QueryOptions,
): Result<{ parts: Query[]; ignored: string[] }> {
  const parts: Query[] = [];
  for (const type of types) {
    const part = parseQuery(type, pairs, options);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  const ignored = [...new Set(parts.flatMap((part) => part.ignored))];
  if (ignored.length === 0) return ok({ parts, ignored });
  const again = partsOf(
    types,
    pairs.filter(([name]) => !ignored.includes(name)),
    options,
  );
  return again.ok ? ok({ parts: again.value.parts, ignored: [...ignored, ...again.value.ignored] }) : again;
}

/** To every part that it can start from (or come in to); why not, where there is none. */
function addInclude(parts: readonly Query[], pair: Pair, options: QueryOptions): Problem | undefined {
  let problem: Problem | undefined;
  let fits = false;
  for (const part of parts) {
    const read = parseQuery(part.type, [pair], { ...options, lenient: false });
    if (!read.ok) {
      problem ??= read.problem;
      continue;
    }
    fits = true;
    part.include.push(...read.value.include);
    part.revinclude.push(...read.value.revinclude);
  }
  return fits ? undefined : problem;
}

/** The types that `_type` names; undefined where it is absent. */
function typesNamed(pairs: readonly Pair[]): Result<ResourceType[] | undefined> {
  const given = pairs.filter(([name]) => name === '_type');
  if (given.length > 1) return fail('invalid', '_type is given twice: name all types in one, separated by commas', '_type');
  if (given[0] === undefined) return ok(undefined);
  const types: ResourceType[] = [];
  for (const text of given[0][1].split(',')) {
    if (!isResourceType(text)) {
      const near = nearest(text.slice(0, 60), resourceTypes);
      const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
      return fail('invalid', `_type: "${shown(text)}" is no resource type of FHIR R4.${hint}`, '_type');
    }
    if (!types.includes(text)) types.push(text);
  }
  return ok(types);
}

const possibleTypes = ({ compartment }: QueryOptions): ResourceType[] =>
  compartment === undefined
    ? [...resourceTypes]
    : resourceTypes.filter((type) => type === compartment.type || compartmentParameters(compartment.type, type).length > 0);

/** Whether every `_has` names a reference that can point to the type: one that cannot be pointed to has no match. */
const canMatch = (type: ResourceType, pairs: readonly Pair[]): boolean =>
  pairs.every(([name]) => {
    const [has, base = '', code = ''] = name.split(':', 3);
    if (has !== '_has' || !isResourceType(base)) return true;
    const parameter = parametersOf(base).get(code);
    return parameter === undefined || parameter.targets.length === 0 || parameter.targets.includes(type);
  });

/** The parameters that all of the types have, as the first of them has them. */
export function commonParameters([first, ...others]: readonly ResourceType[]): SearchParameter[] {
  const all = first === undefined ? [] : [...parametersOf(first).values()];
  return all.filter(({ code }) => others.every((type) => parametersOf(type).has(code)));
}

/** Why a parameter cannot be asked of several types at once; undefined where it can. */
function notCommon(
  types: readonly ResourceType[],
  common: ReadonlySet<string>,
  named: boolean,
  name: string,
  value: string,
): Problem | undefined {
  const base = name.split(/[.:]/, 1)[0] as string;
  if (base === '_sort') return notSortable(types, common, value);
  if (base === '_has' || base === '_filter' || base === '_list' || ofExchange.has(base) || isResultParameter(name) || common.has(base))
    return undefined;
  const what = `What can be asked of ${named ? types.join(', ') : 'all types'} together: ${[...common].sort().join(', ')}, _has.`;
  const lacking = types.find((type) => !parametersOf(type).has(base));
  const hint = named ? 'Search the types one by one' : 'Name the types that have it with _type, or search one type';
  const problem = `"${shown(name)}" is no search parameter of ${lacking}, and a search over several types knows only what all of them have.${didYouMean(base, common)} ${what} ${hint}`;
  return fail('invalid', problem, shown(name)).problem;
}

/** An order over several types needs a key that all of them have, and of one kind: a date stands in no order with a text. */
function notSortable(types: readonly ResourceType[], common: ReadonlySet<string>, value: string): Problem | undefined {
  for (const key of value.split(',')) {
    const code = key.replace(/^-/, '');
    const kinds = new Set(types.map((type) => parametersOf(type).get(code)?.type));
    if (common.has(code) && kinds.size === 1) continue;
    const why = common.has(code) ? `is not of the same kind in all of them` : `is not a parameter of all of them`;
    return fail(
      'invalid',
      `Several types together cannot be sorted by "${shown(code)}": it ${why}. _id and _lastUpdated always can`,
      '_sort',
    ).problem;
  }
  return undefined;
}

/** `Patient.name` or `name`: one of the types must have it. */
function notElements(types: readonly ResourceType[], value: string): Problem | undefined {
  const fits = (text: string): boolean =>
    types.some((type) => elementsOfType(type).has(text.startsWith(`${type}.`) ? text.slice(type.length + 1) : text));
  const wrong = value.split(',').find((text) => !fits(text));
  if (wrong === undefined) return undefined;
  return fail('invalid', `None of the types searched has an element "${shown(wrong)}": name it as in Patient.name or name`, '_elements')
    .problem;
}
