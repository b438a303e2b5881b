// Search parameters that a site defines (http://hl7.org/fhir/R4/searchparameter.html): a SearchParameter resource becomes the
// same kind of object as a compiled one, with FHIRPath in place of generated code. What could not be searched afterwards is
// refused here, with words: a definition that is accepted works.
import type { Compile, Expression, Item } from '../fhirpath/contract.ts';
import type { SearchParameter as Definition, Resource, ResourceType } from '../generated/types.ts';
import { resourceTypes } from '../generated/types.ts';
import type { Json } from '../json.ts';
import { fail, ok, type Problem, type Result } from '../result.ts';
import type { IndexValue, ParameterType, SearchParameter } from './contract.ts';
import { convert, hasNoOrder } from './custom-values.ts';
import { parameterId } from './parameter.ts';
import { parametersOf, standardParametersOf } from './parameters.ts';
import { isResourceType } from './references.ts';
import { isResultParameter } from './result-parameters.ts';

/** Evaluation steps for one resource: some milliseconds. What is dearer finds nothing there. */
const stepsMax = 20_000;
const codePattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const notDomain = new Set(['Bundle', 'Binary', 'Parameters']);
const searchable = new Set<string>(['string', 'token', 'reference', 'date', 'number', 'quantity', 'uri', 'composite']);

/** Whether a resource asks for a parameter of its own: active, and none of those that R4 defines and this program has already. */
export function definesParameter(definition: Definition): boolean {
  if (definition.status !== 'active') return false;
  const bases = basesOf(definition);
  return !(bases.length > 0 && bases.every((base) => standardParametersOf(base).get(definition.code)?.url === definition.url));
}

export const basesOf = ({ base }: Definition): ResourceType[] => [
  ...new Set(
    (Array.isArray(base) ? base : []).flatMap((one): ResourceType[] => {
      if (one === 'Resource') return [...resourceTypes];
      if (one === 'DomainResource') return resourceTypes.filter((type) => !notDomain.has(type));
      return isResourceType(one) ? [one] : [];
    }),
  ),
];

/** One parameter for each base. `taken`: why a base and code cannot be had, of definitions by others. */
export function customParameters(
  definition: Definition,
  compile: Compile,
  taken: (base: ResourceType, code: string) => string | undefined = () => undefined,
): Result<SearchParameter[]> {
  const { code, type, url, expression } = definition;
  if (!codePattern.test(code) || isResultParameter(code))
    return fail('invalid', 'The code of a search parameter is a letter and up to 63 letters, digits, "-" or "_"', 'SearchParameter.code');
  if (!searchable.has(type))
    return fail('unsupported', `A parameter of type ${type} cannot be defined: R4 gives it no meaning of its own`, 'SearchParameter.type');
  const bases = basesOf(definition);
  if (bases.length === 0) return fail('invalid', 'Name at least one resource type of FHIR R4', 'SearchParameter.base');
  if (expression === undefined)
    return fail(
      'invalid',
      'An active search parameter needs its FHIRPath expression: nothing could be found without',
      'SearchParameter.expression',
    );
  const made: SearchParameter[] = [];
  for (const base of bases) {
    const known = standardParametersOf(base);
    const old = known.get(code);
    if (old !== undefined)
      return fail('conflict', `${base} has the search parameter ${code} already (${old.url}): choose another code`, 'SearchParameter.code');
    const by = taken(base, code);
    if (by !== undefined)
      return fail('conflict', `${base} has the search parameter ${code} already (${by}): choose another code`, 'SearchParameter.code');
    const id = parameterId(base, code);
    if ([...parametersOf(base).values()].some((one) => one.id === id && one.code !== code))
      return fail('conflict', `The index cannot tell ${base}.${code} from another parameter: choose another code`, 'SearchParameter.code');
    const compiled = compile(expression, { type: base });
    if (!compiled.ok) return placed(compiled.problem, 'SearchParameter.expression');
    const composite = type === 'composite' ? partsOf(definition, base, compile) : ok(undefined);
    if (!composite.ok) return composite;
    made.push(parameterOf(definition, base, id, url, compiled.value, composite.value));
  }
  return ok(made);
}

/** What is wrong with an expression, and at which character of it. */
const placed = (problem: Problem, where: string): Result<never> => ({
  ok: false,
  problem: { ...problem, message: problem.where === undefined ? problem.message : `${problem.message} (at ${problem.where})`, where },
});

interface Parts {
  parts: SearchParameter[];
  expressions: Expression[];
}

function partsOf({ component = [] }: Definition, base: ResourceType, compile: Compile): Result<Parts> {
  const where = 'SearchParameter.component';
  if (component.length < 2) return fail('invalid', 'A composite has at least two components', where);
  const parts: SearchParameter[] = [];
  const expressions: Expression[] = [];
  for (const [i, { definition, expression }] of component.entries()) {
    const part = [...parametersOf(base).values()].find((one) => one.url === definition);
    if (part === undefined)
      return fail('invalid', `${base} has no search parameter ${definition.slice(0, 200)}: define it first`, `${where}[${i}].definition`);
    if (part.type === 'composite' || part.type === 'uri')
      return fail('unsupported', `A ${part.type} cannot be a part of a composite`, `${where}[${i}].definition`);
    const compiled = compile(expression);
    if (!compiled.ok) return placed(compiled.problem, `${where}[${i}].expression`);
    parts.push(part);
    expressions.push(compiled.value);
  }
  if (parts.length > 2 && parts.every(hasNoOrder))
    return fail(
      'unsupported',
      'A composite of three codes or references is not kept: one part must be a date, number, quantity or string',
      where,
    );
  return ok({ parts, expressions });
}

function parameterOf(
  definition: Definition,
  base: ResourceType,
  id: number,
  url: string,
  expression: Expression,
  composite: Parts | undefined,
): SearchParameter {
  const type = definition.type as ParameterType;
  const phonetic = type === 'string' && definition.xpathUsage === 'phonetic';
  const found = (resource: Resource): Item[] => {
    const result = expression.evaluate({ type: base, value: resource as object as Json }, { maxSteps: stepsMax });
    return result.ok ? result.value : [];
  };
  const own: SearchParameter = {
    base,
    code: definition.code,
    type,
    id,
    url,
    expression: definition.expression ?? '',
    targets: type === 'reference' ? (definition.target ?? []).filter(isResourceType) : [],
    single: false,
    systemless: false,
    canonical: false,
    phonetic,
    custom: true,
    extract(resource) {
      const out: IndexValue[] = [];
      if (composite === undefined) for (const item of found(resource)) convert(out, own.type, phonetic, item);
      else for (const [group, item] of found(resource).entries()) extractParts(out, group, item, resource, base, composite);
      return out;
    },
  };
  if (composite !== undefined) own.composite = { context: 'element', parts: composite.parts };
  return own;
}

/** As the generated composites: an element counts where each of its parts has a value there. */
function extractParts(
  out: IndexValue[],
  group: number,
  item: Item,
  resource: Resource,
  base: ResourceType,
  { parts, expressions }: Parts,
): void {
  const focus = { type: typeOf(item, base), value: item.value };
  const values = expressions.map((expression, i) => {
    const result = expression.evaluate(focus, { maxSteps: stepsMax, resource: { type: base, value: resource as object as Json } });
    const of: IndexValue[] = [];
    for (const one of result.ok ? result.value : []) convert(of, parts[i]!.type, parts[i]!.phonetic, one);
    return of;
  });
  if (values.every((of) => of.length > 0)) out.push({ kind: 'composite', group, parts: values });
}

/** Elements that have no type of their own are named by their path: `Observation.component`. */
function typeOf({ type, path }: Item, base: ResourceType): string {
  const name = type.replace(/^\w+\./, '');
  if (name !== 'BackboneElement' && name !== 'Element') return name;
  return path?.replace(/\[\d+\]/g, '') ?? base;
}
