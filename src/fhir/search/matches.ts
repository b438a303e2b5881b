// Whether one resource satisfies a query, evaluated plainly in memory. This is the measure that the SQL is tested against, so
// it is written for being read beside the specification: http://hl7.org/fhir/R4/search.html. It knows no index and no SQL.
import type { Resource, ResourceType } from '../generated/types.ts';
import { fail, ok, type Result } from '../result.ts';
import { containedIn, insideReferences, namesOf } from './contained.ts';
import {
  type Clause,
  clausesIn,
  type IndexValue,
  type Modifier,
  type Query,
  type QueryValue,
  type SearchParameter,
  type SortKey,
} from './contract.ts';
import { compareText, foldText, foldToken, phoneticKey, sortText } from './fold.ts';
import { distanceKm } from './near.ts';
import { parametersOf } from './parameters.ts';
import { compareDate, compareNumber } from './prefixes.ts';
import { isOfVocabulary } from './vocabulary.ts';

/** The other resources and the terminology that a query can reach. */
export interface World {
  read(type: ResourceType, id: string): Resource | undefined;
  all(type: ResourceType): Iterable<Resource>;
  /** `:in`, `:not-in`: the expansion of a value set; `undefined` where it is not known. */
  valueSet?(url: string): Iterable<{ system?: string; code: string }> | undefined;
  /** `:below`, `:above` on tokens: whether `ancestor` is `descendant` or above it. */
  subsumes?(system: string, ancestor: string, descendant: string): boolean;
}

type Found<K extends IndexValue['kind']> = Extract<IndexValue, { kind: K }>;
type Asked<K extends QueryValue['kind']> = Extract<QueryValue, { kind: K }>;

/** All clauses hold. Fails where the query needs terminology that `world` does not have. */
export function matches(query: Query, resource: Resource, world: World): Result<boolean> {
  for (const clause of query.where) {
    const lack = lackOf(clause, world);
    if (lack !== undefined) return fail('unsupported', lack);
  }
  return ok(resource.resourceType === query.type && query.where.every((clause) => holds(clause, resource, world)));
}

/** What of a container's contained resources satisfies a query that asks for such (http://hl7.org/fhir/R4/search.html#contained). */
export function containedMatches(query: Query, container: Resource, world: World): Result<Resource[]> {
  for (const clause of query.where) {
    const lack = lackOf(clause, world);
    if (lack !== undefined) return fail('unsupported', lack);
  }
  const place: Place = { container, searched: true };
  const all = containedIn(container).filter((one) => one.resourceType === query.type);
  return ok(all.filter((one) => query.where.every((clause) => holds(clause, one, world, place))));
}

/** Where a contained resource stands. `searched`: it is what the search is for; otherwise a chain has reached it. */
interface Place {
  container: Resource;
  searched: boolean;
}

function lackOf(clause: Clause, world: World): string | undefined {
  const inner = clausesIn(clause);
  if (inner.length > 0) return inner.map((one) => lackOf(one, world)).find((lack) => lack !== undefined);
  if (clause.kind !== 'value' || clause.parameter.type !== 'token') return undefined;
  const name = `${clause.parameter.code}:${clause.modifier}`;
  if ((clause.modifier === 'below' || clause.modifier === 'above') && !world.subsumes)
    return `${name} needs a code system with a hierarchy, and none is loaded`;
  if (clause.modifier !== 'in' && clause.modifier !== 'not-in') return undefined;
  const unknown = clause.values.find((value) => value.kind === 'token' && !world.valueSet?.(value.code ?? ''));
  return unknown && `${name} names a value set that is not known here`;
}

export function holds(clause: Clause, resource: Resource, world: World, place?: Place): boolean {
  switch (clause.kind) {
    case 'value':
      return valueHolds(clause.parameter, clause.modifier, clause.values, resource, world);
    // :missing is about whether the parameter finds anything in the resource (http://hl7.org/fhir/R4/search.html#modifiers)
    case 'missing':
      return (clause.parameter.extract(resource).length === 0) === clause.missing;
    case 'chain':
      return (
        clause.parameter.extract(resource).some((value) => chainHolds(clause, value, world)) ||
        insideChainHolds(clause, resource, world, place?.container ?? resource)
      );
    case 'has':
      if (place !== undefined) return containerPoints(clause, resource, world, place.container);
      for (const other of world.all(clause.parameter.base)) {
        if (pointsTo(clause.parameter, other, resource.resourceType, resource.id) && holds(clause.clause, other, world)) return true;
      }
      return false;
    case 'id':
      // What a chain asks for are ids of the record, and those inside a resource are none.
      return (place?.searched !== false && clause.ids.includes(resource.id ?? '')) !== (clause.not === true);
    case 'last-updated': {
      if (place !== undefined) return false;
      const ms = Date.parse(resource.meta?.lastUpdated ?? '');
      return !Number.isNaN(ms) && clause.values.some((value) => compareDate(value.prefix, value, { fromMs: ms, toMs: ms + 1 }));
    }
    case 'all':
      return clause.clauses.every((one) => holds(one, resource, world, place));
    case 'any':
      return clause.clauses.some((one) => holds(one, resource, world, place));
    case 'not':
      return !holds(clause.clause, resource, world, place);
    case 'list': {
      const list = world.read('List', clause.id);
      const item = parametersOf('List').get('item');
      return list !== undefined && item !== undefined && pointsTo(item, list, resource.resourceType, resource.id);
    }
    case 'compartment':
      if (resource.resourceType === clause.compartment && resource.id === clause.id) return true;
      return clause.parameters.some((parameter) => pointsTo(parameter, resource, clause.compartment, clause.id));
  }
}

function chainHolds(clause: Extract<Clause, { kind: 'chain' }>, value: IndexValue, world: World): boolean {
  if (value.kind !== 'reference' || value.id === undefined) return false;
  const { id } = value;
  return clause.branches.some((branch) => {
    const target = branch.type === value.type ? world.read(branch.type, id) : undefined;
    return target !== undefined && holds(branch.clause, target, world);
  });
}

/** A chain goes on into what the same container holds. */
const insideChainHolds = (clause: Extract<Clause, { kind: 'chain' }>, from: Resource, world: World, container: Resource): boolean =>
  insideReferences(from, namesOf(containedIn(container))).some(
    ([parameter, target]) =>
      isSame(parameter, clause.parameter) &&
      clause.branches.some(
        (branch) => branch.type === target.resourceType && holds(branch.clause, target, world, { container, searched: false }),
      ),
  );

/** Only its container can point to what is contained. */
const containerPoints = (
  { parameter, clause }: Extract<Clause, { kind: 'has' }>,
  to: Resource,
  world: World,
  container: Resource,
): boolean =>
  [...world.all(parameter.base)].includes(container) &&
  insideReferences(container, namesOf(containedIn(container))).some(([by, target]) => target === to && isSame(by, parameter)) &&
  holds(clause, container, world);

const isSame = (a: SearchParameter, b: SearchParameter): boolean => a.base === b.base && a.code === b.code;

const pointsTo = (parameter: SearchParameter, from: Resource, type: string, id: string | undefined): boolean =>
  id !== undefined && parameter.extract(from).some((value) => value.kind === 'reference' && value.type === type && value.id === id);

/**
 * The values asked for are alternatives; one value in the resource has to match one of them. :not and :not-in turn the
 * whole round: no value in the resource matches any of them, which is true also where there is no value.
 */
function valueHolds(
  parameter: SearchParameter,
  modifier: Modifier | undefined,
  asked: QueryValue[],
  resource: Resource,
  world: World,
): boolean {
  const found = parameter.extract(resource);
  const positive = modifier === 'not' ? undefined : modifier === 'not-in' ? 'in' : modifier;
  const any = asked.some((one) => found.some((value) => valueMatches(parameter, positive, one, value, world)));
  return modifier === 'not' || modifier === 'not-in' ? !any : any;
}

function valueMatches(
  parameter: SearchParameter,
  modifier: Modifier | undefined,
  asked: QueryValue,
  found: IndexValue,
  world: World,
): boolean {
  switch (asked.kind) {
    case 'string':
      return found.kind === 'string' && stringMatches(parameter, modifier, asked.text, found.text);
    case 'token':
      if (found.kind === 'reference') return modifier === 'identifier' && identifierMatches(asked, found);
      return found.kind === 'token' && tokenMatches(modifier, asked, found, world);
    case 'of-type':
      return found.kind === 'token' && ofTypeMatches(asked, found);
    case 'reference':
      return found.kind === 'reference' && referenceMatches(parameter, asked, found);
    case 'date':
      return found.kind === 'date' && compareDate(asked.prefix, asked, found);
    case 'number':
      return found.kind === 'number' && compareNumber(asked.prefix, asked, found);
    case 'quantity':
      return found.kind === 'quantity' && quantityMatches(asked, found);
    case 'near':
      return found.kind === 'position' && distanceKm(asked, found) <= asked.km;
    case 'uri':
      return found.kind === 'uri' && uriMatches(modifier, asked.uri, found.uri);
    // All parts within one element: http://hl7.org/fhir/R4/search.html#composite
    case 'composite':
      return (
        found.kind === 'composite' &&
        asked.parts.every((part, i) => {
          const partParameter = parameter.composite?.parts[i];
          return (
            partParameter !== undefined &&
            (found.parts[i] ?? []).some((value) => valueMatches(partParameter, undefined, part, value, world))
          );
        })
      );
  }
}

/**
 * http://hl7.org/fhir/R4/search.html#string: "a field matches a string query if the value of the field equals or starts with
 * the supplied parameter value, after both have been normalized by case and accent"; :contains anywhere; :exact as it is.
 */
function stringMatches(parameter: SearchParameter, modifier: Modifier | undefined, asked: string, found: string): boolean {
  if (modifier === 'exact') return found === asked;
  if (modifier === 'whole') return foldText(found) === foldText(asked);
  if (modifier === 'ends') return foldText(found).endsWith(foldText(asked));
  if (modifier === 'contains') return foldText(found).includes(foldText(asked));
  if (parameter.phonetic) return phoneticKey(found) === phoneticKey(asked);
  return foldText(found).startsWith(foldText(asked));
}

/** http://hl7.org/fhir/R4/search.html#token */
function tokenMatches(modifier: Modifier | undefined, asked: Asked<'token'>, found: Found<'token'>, world: World): boolean {
  const { system, code } = asked;
  switch (modifier) {
    case 'text':
      return found.text !== undefined && foldText(found.text).startsWith(foldText(code ?? ''));
    case 'in':
      for (const member of world.valueSet?.(code ?? '') ?? []) {
        if (tokenMatches(undefined, { kind: 'token', system: member.system ?? '', code: member.code }, found, world)) return true;
      }
      return false;
    // :below finds what the given code subsumes; :above what subsumes it; the code itself is among both.
    case 'below':
    case 'above': {
      if (code === undefined || found.code === undefined || found.system === undefined) return false;
      if (system !== undefined && system !== found.system) return false;
      const [ancestor, descendant] = modifier === 'below' ? [code, found.code] : [found.code, code];
      return world.subsumes?.(found.system, ancestor, descendant) === true;
    }
    // `code`: any system; `|code`: no system; `system|`: any code of it.
    default:
      if (system !== undefined && system !== (found.system ?? '')) return false;
      return code === undefined || (found.code !== undefined && foldToken(found.code) === foldToken(code));
  }
}

/** `system|code|value`: the type of the identifier and its value (http://hl7.org/fhir/R4/search.html#modifiers, :of-type). */
function ofTypeMatches(asked: Asked<'of-type'>, found: Found<'token'>): boolean {
  if (found.code === undefined || foldToken(found.code) !== foldToken(asked.value)) return false;
  return (found.ofType ?? []).some(
    (type) => (asked.system === undefined || type.system === asked.system) && foldToken(type.code) === foldToken(asked.code),
  );
}

/** :identifier searches Reference.identifier as a token. */
function identifierMatches({ system, code }: Asked<'token'>, { identifier }: Found<'reference'>): boolean {
  if (!identifier || (system !== undefined && system !== (identifier.system ?? ''))) return false;
  return code === undefined || (identifier.value !== undefined && foldToken(identifier.value) === foldToken(code));
}

/**
 * http://hl7.org/fhir/R4/search.html#reference. An id alone may be of any type that the parameter points to. A canonical
 * URL without a version finds every version of it.
 */
function referenceMatches(parameter: SearchParameter, asked: Asked<'reference'>, found: Found<'reference'>): boolean {
  if (asked.url !== undefined && found.url !== undefined) return found.url === asked.url || found.url.split('|')[0] === asked.url;
  if (found.id === undefined || found.id !== asked.id) return false;
  if (asked.type !== undefined) return found.type === asked.type;
  return parameter.targets.length === 0 || parameter.targets.some((target) => target === found.type);
}

/**
 * http://hl7.org/fhir/R4/search.html#quantity: without a unit only the number counts; `||code` means the code or the text of
 * the unit; with a UCUM unit amounts are compared in base units, so 5400 mg is 5.4 g.
 */
function quantityMatches(asked: Asked<'quantity'>, found: Found<'quantity'>): boolean {
  if (asked.canonical)
    return found.canonical?.unit === asked.canonical.unit && compareNumber(asked.prefix, asked.canonical, found.canonical);
  if (asked.system !== undefined && (found.system !== asked.system || found.code !== asked.code)) return false;
  if (asked.system === undefined && asked.code !== undefined && found.code !== asked.code && found.unit !== asked.code) return false;
  return compareNumber(asked.prefix, asked, found);
}

/** http://hl7.org/fhir/R4/search.html#uri: equal to the last character; :below what it is a path prefix of, :above the reverse. */
function uriMatches(modifier: Modifier | undefined, asked: string, found: string): boolean {
  if (modifier === 'below') return isPathPrefix(asked, found);
  if (modifier === 'above') return isPathPrefix(found, asked);
  return asked === found;
}

const isPathPrefix = (prefix: string, uri: string): boolean =>
  uri === prefix || uri.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);

/**
 * What a resource is sorted by: the smallest of its values, or the largest in descending order. Text is folded, intervals and
 * ranges count from their beginning. `undefined`: no value, which sorts last both ways.
 */
export function sortValue(resource: Resource, { by, descending }: SortKey): string | number | undefined {
  if (by === '_id') return resource.id;
  if (by === '_lastUpdated') return resource.meta?.lastUpdated === undefined ? undefined : Date.parse(resource.meta.lastUpdated);
  let best: string | number | undefined;
  for (const value of by.extract(resource)) {
    const one = sortable(by, value);
    if (one !== undefined && (best === undefined || compareKeys(one, best) * (descending ? -1 : 1) < 0)) best = one;
  }
  return best;
}

const compareKeys = (a: string | number, b: string | number): number =>
  typeof a === 'string' && typeof b === 'string' ? compareText(a, b) : a < b ? -1 : a > b ? 1 : 0;

function sortable(by: SearchParameter, value: IndexValue): string | number | undefined {
  switch (value.kind) {
    case 'string':
      return sortText(foldText(value.text));
    case 'token':
      return value.code === undefined ? undefined : sortText(isOfVocabulary(by) ? foldToken(value.code) : value.code);
    case 'reference':
      return value.id === undefined ? value.url && sortText(value.url) : sortText(`${value.type}/${value.id}`);
    case 'uri':
      return sortText(value.uri);
    case 'date':
      return value.fromMs;
    case 'number':
    case 'quantity':
      return value.low;
    case 'position':
    case 'composite':
      return undefined;
  }
}

/** Order of a query's matches; equal ones by id, so that the order is total. */
export function compareBy(sort: SortKey[]): (a: Resource, b: Resource) => number {
  return (a, b) => {
    for (const key of sort) {
      const x = sortValue(a, key);
      const y = sortValue(b, key);
      if (x === y) continue;
      if (x === undefined) return 1;
      if (y === undefined) return -1;
      return compareKeys(x, y) * (key.descending ? -1 : 1);
    }
    return (a.id ?? '') < (b.id ?? '') ? -1 : 1;
  };
}
