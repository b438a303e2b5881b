// The parameters that say how matches come back, not which (http://hl7.org/fhir/R4/search.html#return): order, page,
// total, summary, elements and what is included with them.
import type { ResourceType } from '../generated/types.ts';
import { fail, type Problem } from '../result.ts';
import { type Clause, clausesIn, type Include, type Query } from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import { shown } from './literals.ts';
import { elementsOfType, parametersOf } from './parameters.ts';
import { isResourceType } from './references.ts';

/** `unknown`: names something that is not known, which lenient handling may pass over. */
export type Outcome = { ok: true } | { ok: false; problem: Problem; unknown?: boolean };

type Reader = (query: Query, value: string, modifier: string | undefined, name: string) => Outcome;

const done: Outcome = { ok: true };
const unknown = (message: string, where: string): Outcome => ({ ok: false, problem: { kind: 'invalid', message, where }, unknown: true });

const sortKeysMax = 8;
const includesMax = 50;
const cursorLengthMax = 4000;
/** More than any server gives at once: what is asked beyond is the same as this. */
const countMax = 1_000_000;

const readers: Record<string, Reader> = {
  _sort: readSort,
  _count: readCount,
  _total: readTotal,
  _summary: readSummary,
  _elements: readElements,
  _include: (query, value, modifier, name) => readInclude(query, value, modifier, name, false),
  _revinclude: (query, value, modifier, name) => readInclude(query, value, modifier, name, true),
  _cursor: readCursor,
  _contained: readContained,
  _containedType: readContainedType,
};

const repeatable = new Set(['_include', '_revinclude']);

const baseName = (name: string): string => name.split(':', 1)[0] as string;

export const isResultParameter = (name: string): boolean => Object.hasOwn(readers, baseName(name));

export function readResultParameter(query: Query, name: string, value: string): Outcome {
  const base = baseName(name);
  const modifier = name === base ? undefined : name.slice(base.length + 1);
  if (modifier !== undefined && !repeatable.has(base)) return unknown(`${base} has no modifier ":${shown(modifier)}"`, base);
  return (readers[base] as Reader)(query, value, modifier, base);
}

function readSort(query: Query, value: string): Outcome {
  if (query.sort.length > 0) return fail('invalid', '_sort is given twice: name all keys in one, separated by commas', '_sort');
  const names = value.split(',');
  if (names.length > sortKeysMax) return fail('too-costly', `_sort has ${names.length} keys; ${sortKeysMax} are allowed`, '_sort');
  const parameters = parametersOf(query.type);
  const sort: Query['sort'] = [];
  for (const name of names) {
    const descending = name.startsWith('-');
    const code = descending ? name.slice(1) : name;
    const parameter = parameters.get(code);
    if (!parameter) return unknown(`${query.type} cannot be sorted by "${shown(code)}".${didYouMean(code, parameters.keys())}`, '_sort');
    if (parameter.type === 'composite' || parameter.type === 'special')
      return unknown(`${query.type} cannot be sorted by ${code}: a ${parameter.type} has no order`, '_sort');
    sort.push({ by: code === '_id' || code === '_lastUpdated' ? code : parameter, descending });
  }
  query.sort = sort;
  return done;
}

function readCount(query: Query, value: string): Outcome {
  if (query.count !== undefined) return fail('invalid', '_count is given twice', '_count');
  if (!/^\d{1,15}$/.test(value)) return fail('invalid', `_count is a number of resources from 0, not "${shown(value)}"`, '_count');
  query.count = Math.min(Number(value), countMax);
  return done;
}

/** An accurate total is an estimate too. */
function readTotal(query: Query, value: string): Outcome {
  if (value !== 'none' && value !== 'estimate' && value !== 'accurate') {
    return fail('invalid', `_total is none, estimate or accurate, not "${shown(value)}"`, '_total');
  }
  query.total = value === 'none' ? 'none' : 'accurate';
  return done;
}

const summaries = ['true', 'text', 'data', 'count', 'false'] as const;

function readSummary(query: Query, value: string): Outcome {
  const summary = summaries.find((one) => one === value);
  if (!summary) return fail('invalid', `_summary is one of ${summaries.join(', ')}, not "${shown(value)}"`, '_summary');
  query.summary = summary;
  return done;
}

function readElements(query: Query, value: string): Outcome {
  const known = elementsOfType(query.type);
  const elements = [...(query.elements ?? [])];
  for (const text of value.split(',')) {
    const name = text.startsWith(`${query.type}.`) ? text.slice(query.type.length + 1) : text;
    if (!known.has(name)) return unknown(`${query.type} has no element "${shown(name)}".${didYouMean(name, known)}`, '_elements');
    if (!elements.includes(name)) elements.push(name);
  }
  query.elements = elements;
  return done;
}

/** http://hl7.org/fhir/R4/search.html#contained. What does not go together with it is refused when all is read (`containedWith`). */
function readContained(query: Query, value: string): Outcome {
  if (value !== 'false' && value !== 'true' && value !== 'both')
    return fail('invalid', `_contained is false, true or both, not "${shown(value)}"`, '_contained');
  if (value !== 'false') query.contained = { answer: query.contained?.answer ?? 'container', search: value };
  return done;
}

/** Says nothing where contained resources are not searched. */
function readContainedType(_: Query, value: string): Outcome {
  if (value !== 'container' && value !== 'contained')
    return fail('invalid', `_containedType is container or contained, not "${shown(value)}"`, '_containedType');
  return done;
}

/** What was asked beside `_contained` and has no meaning there. */
export function containedWith(query: Query, pairs: readonly (readonly [string, string])[]): Problem | undefined {
  if (query.contained === undefined) return undefined;
  const refuse = (what: string): Problem => fail('unsupported', `With _contained=${query.contained?.search} ${what}`, '_contained').problem;
  const given = pairs.filter(([name]) => name === '_contained');
  if (given.length > 1) return fail('invalid', '_contained is given twice', '_contained').problem;
  const types = new Set(pairs.flatMap(([name, value]) => (name === '_containedType' ? [value] : [])));
  if (types.size > 1) return fail('invalid', '_containedType is given twice', '_containedType').problem;
  if (types.has('contained')) query.contained = { ...query.contained, answer: 'contained' };
  if (query.compartment !== undefined)
    return refuse(
      'no compartment can be searched: what is contained is in none by itself. Search the type, and name the patient in a parameter',
    );
  if (query.include.length + query.revinclude.length > 0)
    return refuse('nothing can be included: leave out _include and _revinclude, or search the resources that contain it');
  if (query.sort.some(({ by }) => typeof by !== 'string'))
    return refuse('the order can be that of _id and _lastUpdated of the containers only');
  if (query.elements !== undefined && query.contained.answer === 'container')
    return refuse(`_elements would name elements of ${query.type} while other resources are answered: ask for _containedType=contained`);
  if (query.where.some(asksForList)) return refuse('_list means nothing: a list names resources that stand by themselves');
  return undefined;
}

const asksForList = (clause: Clause): boolean => clause.kind === 'list' || clausesIn(clause).some(asksForList);

function readCursor(query: Query, value: string): Outcome {
  if (query.cursor !== undefined) return fail('invalid', '_cursor is given twice: follow the next link as it is', '_cursor');
  if (value.length > cursorLengthMax) return fail('invalid', 'This is no page of this server: follow the next link as it is', '_cursor');
  query.cursor = value;
  return done;
}

function readInclude(query: Query, value: string, modifier: string | undefined, name: string, reverse: boolean): Outcome {
  if (modifier !== undefined && modifier !== 'iterate')
    return unknown(`${name} has the modifier :iterate only, not ":${shown(modifier)}"`, name);
  const iterate = modifier === 'iterate';
  const list = reverse ? query.revinclude : query.include;
  if (list.length >= includesMax) return fail('too-costly', `${name} is given more than ${includesMax} times`, name);
  const read = readPath(query.type, value, iterate, name, reverse);
  if ('problem' in read) return read;
  list.push(read);
  return done;
}

/** `Type:parameter`, `Type:parameter:Target`, `Type:*` or, for _include, `*`. */
function readPath(
  type: ResourceType,
  value: string,
  iterate: boolean,
  name: string,
  reverse: boolean,
): Include | Extract<Outcome, { ok: false }> {
  const refuse = (message: string) => unknown(`${name}=${shown(value)}: ${message}`, name) as Extract<Outcome, { ok: false }>;
  if (value === '*')
    return reverse ? refuse('say which type may come in, for example Observation:*') : { base: iterate ? undefined : type, iterate };
  const [base = '', code, target, more] = value.split(':');
  if (!isResourceType(base))
    return refuse(`"${shown(base)}" is no resource type; it is Type:parameter, for example ${type}:${firstReference(type)}`);
  if (code === undefined || more !== undefined) return refuse(`it is Type:parameter or Type:parameter:Target`);
  if (target !== undefined && !isResourceType(target)) return refuse(`"${shown(target)}" is no resource type`);
  if (!reverse && !iterate && base !== type)
    return refuse(`it starts from ${base}, but the matches are ${type}; to go on from what was included use ${name}:iterate`);
  if (reverse && !iterate && target !== undefined && target !== type)
    return refuse(`it points to ${target}, but the matches are ${type}; to go on from what was included use ${name}:iterate`);
  if (code === '*') return { base, target, iterate };
  const parameters = parametersOf(base);
  const parameter = parameters.get(code);
  if (!parameter) return refuse(`${base} has no search parameter "${shown(code)}".${didYouMean(code, parameters.keys())}`);
  if (parameter.type !== 'reference') return refuse(`${base}.${code} is a ${parameter.type}, not a reference`);
  if (parameter.canonical) return refuse(`${base}.${code} holds canonical URLs, which are not followed`);
  const wanted = target ?? (reverse && !iterate ? type : undefined);
  if (wanted !== undefined && parameter.targets.length > 0 && !parameter.targets.includes(wanted)) {
    return refuse(`${base}.${code} points to ${parameter.targets.join(', ')}, not to ${wanted}`);
  }
  return { parameter, base, target, iterate };
}

function firstReference(type: ResourceType): string {
  for (const parameter of parametersOf(type).values()) if (parameter.type === 'reference') return parameter.code;
  return '*';
}
