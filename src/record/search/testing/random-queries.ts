// Random searches as text, built around what a random resource of the type holds, so that most of them find something:
// every kind of parameter with its modifiers and prefixes, alternatives, chains, _has, order, pages and compartments.
import type { Resource, ResourceType } from '../../../fhir/generated/types.ts';
import { containedIn } from '../../../fhir/search/contained.ts';
import type { IndexValue, SearchParameter } from '../../../fhir/search/contract.ts';
import { compartmentParameters, parametersOf } from '../../../fhir/search/parameters.ts';
import { commonParameters } from '../../../fhir/search/wide.ts';
import type { Seeded } from './seeded.ts';
import { codes, dates, identifierValues, numbers, strings, systems, units, uris } from './words.ts';

export interface RandomQuery {
  type: ResourceType;
  pairs: [string, string][];
  compartment?: { type: ResourceType; id: string };
}

export interface Known {
  types: readonly ResourceType[];
  of(type: ResourceType): readonly Resource[];
  valueSets: readonly string[];
}

const prefixes = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'];

const escaped = (text: string): string => text.replace(/[\\,|$]/g, '\\$&');

export function makeQuery(random: Seeded, known: Known): RandomQuery {
  const type = random.pick(known.types);
  const query: RandomQuery = { type, pairs: [] };
  const count = random.pick([1, 1, 1, 1, 1, 2, 2, 3]);
  const example = random.chance(0.95) ? pickResource(random, known, type) : undefined;
  for (let i = 0; i < count; i++) query.pairs.push(makePair(random, known, type, example, 0));
  if (random.chance(0.1)) return inContained(random, known, query);
  if (random.chance(0.08)) addCompartment(random, known, query);
  if (random.chance(0.35)) query.pairs.push(['_sort', makeSort(random, type)]);
  return query;
}

/** The same asked of what is contained, mostly about something that is. */
function inContained(random: Seeded, known: Known, query: RandomQuery): RandomQuery {
  const examples = containedOf(known, query.type);
  const example = examples.length === 0 || random.chance(0.1) ? undefined : random.pick(examples);
  const pairs = example === undefined ? query.pairs : [makePair(random, known, query.type, example, 0)];
  pairs.push(['_contained', random.pick(['true', 'both'])]);
  if (random.chance(0.6)) pairs.push(['_containedType', random.pick(['container', 'contained', 'contained'])]);
  if (random.chance(0.35)) pairs.push(['_sort', random.pick(['_id', '-_id', '_lastUpdated', '-_lastUpdated'])]);
  return { ...query, pairs };
}

const containedOf = (known: Known, type: ResourceType): Resource[] =>
  known.types.flatMap((of) => known.of(of).flatMap(containedIn)).filter((one) => one.resourceType === type);

/** Parameters that all of these types have: what a search over several types may ask. */
export function makeCommonPairs(random: Seeded, known: Known, types: readonly ResourceType[]): [string, string][] {
  const common = commonParameters(types).map(({ code }) => code);
  return Array.from({ length: random.pick([0, 1, 1, 1, 2]) }, (): [string, string] => {
    const type = random.pick(types);
    const code = random.pick(common);
    if (random.chance(0.15)) return makeHas(random, known, type, 1) ?? ['_id', someIds(random, known, type)];
    if (code === '_id') return [random.chance(0.2) ? '_id:not' : '_id', someIds(random, known, type)];
    if (code === '_lastUpdated') return ['_lastUpdated', `${random.pick(prefixes)}${makeDate(random, undefined)}`];
    const parameter = parametersOf(type).get(code) as SearchParameter;
    const filled = known.of(type).filter((one) => parameter.extract(one).length > 0);
    return makePairOf(random, known, parameter, filled.length > 0 ? random.pick(filled) : undefined);
  });
}

const pickResource = (random: Seeded, known: Known, type: ResourceType): Resource | undefined => {
  const all = known.of(type);
  return all.length === 0 ? undefined : random.pick(all);
};

function addCompartment(random: Seeded, known: Known, query: RandomQuery): void {
  const holders = (['Patient', 'Encounter', 'Practitioner', 'RelatedPerson', 'Device'] as const).filter(
    (one) => one === query.type || compartmentParameters(one, query.type).length > 0,
  );
  if (holders.length === 0) return;
  const type = random.pick(holders);
  query.compartment = { type, id: pickResource(random, known, type)?.id ?? 'a' };
}

function makeSort(random: Seeded, type: ResourceType): string {
  const sortable = [...parametersOf(type).values()].filter((one) => one.type !== 'composite' && one.type !== 'special');
  const keys = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => random.pick(sortable).code);
  if (random.chance(0.2)) keys[0] = random.pick(['_id', '_lastUpdated']);
  return [...new Set(keys)].map((key) => (random.chance(0.4) ? `-${key}` : key)).join(',');
}

function makePair(random: Seeded, known: Known, type: ResourceType, example: Resource | undefined, depth: number): [string, string] {
  const kind = random.next();
  if (depth < 2 && kind < 0.13) {
    const made = makeChain(random, known, type, example, depth);
    if (made) return made;
  }
  if (depth < 2 && kind < 0.22) {
    const made = makeHas(random, known, type, depth);
    if (made) return made;
  }
  if (depth === 0 && kind < 0.24) return ['_list', makeList(random, known, type)];
  if (type === 'Location' && random.chance(0.25)) return makePairOf(random, known, parametersOf(type).get('near')!, example);
  if (kind < 0.28) return ['_filter', makeFilter(random, known, type, 0)];
  if (kind < 0.31) return [random.chance(0.2) ? '_id:not' : '_id', someIds(random, known, type)];
  if (kind < 0.36) return ['_lastUpdated', someOf(random, () => `${random.pick(prefixes)}${makeDate(random, undefined)}`)];
  return makeValuePair(random, known, type, example);
}

function makeValuePair(random: Seeded, known: Known, type: ResourceType, example: Resource | undefined): [string, string] {
  const all = [...parametersOf(type).values()].filter((one) => one.code !== '_id' && one.code !== '_lastUpdated');
  const filled = example && random.chance(0.95) ? all.filter((one) => one.extract(example).length > 0) : all;
  // Each kind as often as the other, whatever the type has most of.
  const kinds = [...new Set(filled.map((one) => one.type))];
  const kind = random.pick(kinds.length > 0 ? kinds : (['token'] as const));
  return makePairOf(
    random,
    known,
    random.pick(filled.some((one) => one.type === kind) ? filled.filter((one) => one.type === kind) : all),
    example,
  );
}

function makePairOf(random: Seeded, known: Known, parameter: SearchParameter, example: Resource | undefined): [string, string] {
  if (random.chance(0.06)) return [`${parameter.code}:missing`, random.pick(['true', 'false'])];
  const values = example ? parameter.extract(example) : [];
  const modifier = makeModifier(random, parameter, values);
  const literal = (): string =>
    makeLiteral(random, known, parameter, modifier, values.length > 0 && random.chance(0.92) ? random.pick(values) : undefined);
  return [modifier === '' ? parameter.code : `${parameter.code}:${modifier}`, someOf(random, literal)];
}

function someOf(random: Seeded, literal: () => string): string {
  return Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, literal).join(',');
}

const someIds = (random: Seeded, known: Known, type: ResourceType): string =>
  someOf(random, () => pickResource(random, known, type)?.id ?? 'none');

function makeModifier(random: Seeded, parameter: SearchParameter, values: readonly IndexValue[]): string {
  if (random.chance(0.45)) return '';
  switch (parameter.type) {
    case 'string':
      return random.pick(['exact', 'contains']);
    case 'token':
      return random.pick([
        'not',
        'text',
        'text',
        'in',
        'not-in',
        'above',
        'below',
        'of-type',
        ...(values.some((v) => v.kind === 'token' && v.ofType) ? ['of-type', 'of-type'] : []),
      ]);
    case 'reference': {
      const types = values.flatMap((value) => (value.kind === 'reference' && value.type !== undefined ? [value.type] : []));
      return random.pick(['identifier', ...(types.length > 0 ? types : parameter.targets.length > 0 ? parameter.targets : ['Patient'])]);
    }
    case 'uri':
      return random.pick(['above', 'below']);
    default:
      return '';
  }
}

/** A chain to a type that the reference can point to, with a parameter of that type. */
function makeChain(
  random: Seeded,
  known: Known,
  type: ResourceType,
  example: Resource | undefined,
  depth: number,
): [string, string] | undefined {
  const references = [...parametersOf(type).values()].filter((one) => one.type === 'reference' && !one.canonical);
  const filled = references.filter(
    (one) => example && one.extract(example).some((value) => value.kind === 'reference' && value.id !== undefined),
  );
  if (references.length === 0) return undefined;
  const parameter = random.pick(filled.length > 0 && random.chance(0.9) ? filled : references);
  const pointers = example
    ? parameter.extract(example).flatMap((value) => (value.kind === 'reference' && value.type !== undefined ? [value] : []))
    : [];
  const pointer = pointers.length > 0 ? random.pick(pointers) : undefined;
  const possible = known.types.filter((one) => parameter.targets.length === 0 || parameter.targets.includes(one));
  const target = (pointer?.type as ResourceType | undefined) ?? (possible.length > 0 ? random.pick(possible) : undefined);
  if (target === undefined || !known.types.includes(target)) return undefined;
  const there = known.of(target).find((one) => one.id === pointer?.id) ?? pickResource(random, known, target);
  const [name, value] = makePair(random, known, target, there, depth + 1);
  const typed = parameter.targets.length === 0 || random.chance(0.6);
  return [`${parameter.code}${typed ? `:${target}` : ''}.${name}`, value];
}

function makeHas(random: Seeded, known: Known, type: ResourceType, depth: number): [string, string] | undefined {
  const pointing = known.types.flatMap((base) =>
    [...parametersOf(base).values()].filter(
      (one) => one.type === 'reference' && !one.canonical && (one.targets.length === 0 || one.targets.includes(type)),
    ),
  );
  if (pointing.length === 0) return undefined;
  const parameter = random.pick(pointing);
  const there = known
    .of(parameter.base)
    .filter((one) => parameter.extract(one).some((value) => value.kind === 'reference' && value.type === type));
  const [name, value] = makePair(random, known, parameter.base, there.length > 0 ? random.pick(there) : undefined, depth + 1);
  return [`_has:${parameter.base}:${parameter.code}:${name}`, value];
}

function makeLiteral(random: Seeded, known: Known, parameter: SearchParameter, modifier: string, value: IndexValue | undefined): string {
  if (modifier === 'in' || modifier === 'not-in') return escaped(random.pick(known.valueSets));
  if (modifier === 'text') return makeString(random, value?.kind === 'token' ? value.text : undefined);
  if (modifier === 'of-type') return makeOfType(random, value);
  if (modifier === 'identifier') return makeIdentifier(random, value);
  switch (parameter.type) {
    case 'string':
      return makeString(random, value?.kind === 'string' ? value.text : undefined);
    case 'token':
      return makeToken(random, parameter, modifier, value?.kind === 'token' ? value : {});
    case 'reference':
      return makeReference(random, modifier, value);
    case 'date':
      return `${random.pick(prefixes)}${makeDate(random, value?.kind === 'date' ? value : undefined)}`;
    case 'number':
      return `${random.pick(prefixes)}${makeNumber(random, value?.kind === 'number' ? value : undefined)}`;
    case 'quantity':
      return makeQuantity(random, value?.kind === 'quantity' ? value : undefined);
    case 'uri':
      return makeUri(random, value?.kind === 'uri' ? value.uri : undefined);
    case 'special':
      return makeNear(random, value?.kind === 'position' ? value : undefined);
    case 'composite':
      return (parameter.composite?.parts ?? [])
        .map((part, i) => {
          const here = value?.kind === 'composite' ? (value.parts[i] ?? []) : [];
          return makeLiteral(random, known, part, '', here.length > 0 ? random.pick(here) : undefined);
        })
        .join('$');
  }
}

function makeString(random: Seeded, found: string | undefined): string {
  const text = found ?? random.pick(strings);
  const from = random.below(Math.max(1, text.length - 1));
  const shape = random.pick([
    text,
    text.toUpperCase(),
    text.toLowerCase(),
    text.slice(0, 1 + random.below(text.length)),
    text.slice(from, from + 1 + random.below(8)),
    random.pick(strings),
  ]);
  // A cut may leave half of a surrogate pair.
  return escaped(shape.replace(/\p{Surrogate}/gu, ''));
}

function makeToken(
  random: Seeded,
  parameter: SearchParameter,
  modifier: string,
  { system, code }: { system?: string; code?: string },
): string {
  if (modifier !== '' && modifier !== 'not' && random.chance(0.8))
    return `http://a.org/s|${random.pick(['c0', 'c1', 'C1', 'c2', 'c3', 'abc', 'other'])}`;
  const of = system ?? parameter.impliedSystem ?? random.pick(systems);
  const one = code ?? random.pick(codes);
  const cased = random.chance(0.25) ? random.pick([one.toUpperCase(), one.toLowerCase()]) : one;
  const forms = [cased, cased, `${escaped(of)}|${cased === one ? escaped(one) : escaped(cased)}`, `${escaped(of)}|`, `|${escaped(cased)}`];
  const form = parameter.systemless ? cased : random.pick(forms);
  return form === cased ? escaped(cased) : form;
}

function makeOfType(random: Seeded, value: IndexValue | undefined): string {
  const token = value?.kind === 'token' ? value : undefined;
  const type =
    token?.ofType && token.ofType.length > 0 ? random.pick(token.ofType) : { system: random.pick(systems), code: random.pick(codes) };
  const system = random.chance(0.7) ? (type.system ?? '') : random.pick(['', '*', ...systems]);
  return [system, type.code, token?.code ?? random.pick(identifierValues)].map(escaped).join('|');
}

function makeIdentifier(random: Seeded, value: IndexValue | undefined): string {
  const found = value?.kind === 'reference' ? value.identifier : undefined;
  const system = escaped(found?.system ?? random.pick(systems));
  const code = escaped(found?.value ?? random.pick(identifierValues));
  return random.pick([code, code.toUpperCase(), `${system}|${code}`, `${system}|`, `|${code}`]);
}

function makeReference(random: Seeded, modifier: string, value: IndexValue | undefined): string {
  const found = value?.kind === 'reference' ? value : undefined;
  const id = found?.id ?? random.pick(['a', 'b-2', 'none']);
  const type = found?.type ?? (modifier !== '' ? modifier : 'Patient');
  if (modifier !== '') return random.pick([id, `${type}/${id}`]);
  if (found?.url !== undefined) return escaped(random.pick([found.url, found.url, found.url.split('|')[0] as string, `${found.url}|1.0`]));
  return random.pick([id, `${type}/${id}`, `${type}/${id}`, `http://me.org/fhir/${type}/${id}`, `http://other.org/fhir/${type}/${id}`]);
}

function makeDate(random: Seeded, found: { fromMs: number; toMs: number } | undefined): string {
  const at = found && random.pick([found.fromMs, found.toMs, found.toMs - 1, found.fromMs - 1]);
  if (at === undefined || !Number.isFinite(at) || at < -62_135_596_800_000 || at >= 253_402_300_800_000 || random.chance(0.2))
    return random.pick(dates);
  const iso = new Date(at).toISOString();
  return random.pick([
    iso,
    iso.slice(0, 10),
    iso.slice(0, 7),
    iso.slice(0, 4),
    `${iso.slice(0, 16)}Z`,
    `${iso.slice(0, 19)}Z`,
    iso.slice(0, 19),
  ]);
}

function makeNumber(random: Seeded, found: { low: number; high: number } | undefined): string {
  const base = found === undefined || random.chance(0.15) ? random.pick(numbers) : random.pick([found.low, found.high]);
  const n = Number.isFinite(base) ? base : random.pick(numbers);
  return random.pick([String(n), String(n), n.toFixed(1), n.toFixed(3), String(n * 1.05), String(Math.round(n)), n.toExponential(1)]);
}

function makeQuantity(random: Seeded, found: Extract<IndexValue, { kind: 'quantity' }> | undefined): string {
  const unit = random.chance(0.15) || found === undefined ? random.pick(units) : found;
  const number = `${random.pick(prefixes)}${makeNumber(random, found)}`;
  const code = unit.code ?? unit.unit;
  if (code === undefined || random.chance(0.2)) return number;
  if (random.chance(0.3)) return `${number}||${escaped(unit.unit !== undefined && random.chance(0.5) ? unit.unit : code)}`;
  // The same amount in another unit of the same kind.
  if (code === 'mg' && random.chance(0.3))
    return `${random.pick(prefixes)}${(found && Number.isFinite(found.low) ? found.low : 5400) / 1000}|http://unitsofmeasure.org|g`;
  return `${number}|${escaped(unit.system ?? random.pick(systems))}|${escaped(code)}`;
}

/** A List that names some of the type, where there is one. */
function makeList(random: Seeded, known: Known, type: ResourceType): string {
  const item = parametersOf('List').get('item')!;
  const naming = known.of('List').filter((one) => item.extract(one).some((value) => value.kind === 'reference' && value.type === type));
  return (naming.length > 0 && random.chance(0.9) ? random.pick(naming) : pickResource(random, known, 'List'))?.id ?? 'none';
}

function makeNear(random: Seeded, found: { latitude: number; longitude: number } | undefined): string {
  const { latitude, longitude } = found ?? { latitude: random.below(180) - 90, longitude: random.below(360) - 180 };
  const moved = (degrees: number, most: number): string =>
    String(Math.max(-most, Math.min(most, degrees + random.pick([0, 0.1, -2, 5, 40]))));
  const far = random.pick(['', '|0.5|km', '|300', '|800|[mi_i]', '|9000000|m', '|12000|km']);
  return `${moved(latitude, 90)}|${moved(longitude, 180)}${far}`;
}

function makeUri(random: Seeded, found: string | undefined): string {
  const uri = found ?? random.pick(uris);
  const parent = uri.slice(0, Math.max(1, uri.lastIndexOf('/')));
  return escaped(random.pick([uri, uri, parent, `${uri}/z`, `${parent}/`, random.pick(uris)]));
}

/** A filter in words, around what a random resource of the type holds. */
export function makeFilter(random: Seeded, known: Known, type: ResourceType, depth: number): string {
  const kind = random.next();
  if (depth < 3 && kind < 0.25)
    return `${makeFilter(random, known, type, depth + 1)} ${random.pick(['and', 'or'])} ${makeFilter(random, known, type, depth + 1)}`;
  if (depth < 3 && kind < 0.35) return `not (${makeFilter(random, known, type, depth + 1)})`;
  if (depth < 3 && kind < 0.45) return `(${makeFilter(random, known, type, depth + 1)})`;
  const resource = pickResource(random, known, type);
  const all = [...parametersOf(type).values()].filter((one) => one.code !== '_id' && one.code !== '_lastUpdated');
  const filled = resource ? all.filter((one) => one.extract(resource).length > 0) : all;
  const kinds = [...new Set(filled.map((one) => one.type))];
  const of = kinds.length > 0 ? random.pick(kinds) : 'token';
  const parameter = random.pick(filled.some((one) => one.type === of) ? filled.filter((one) => one.type === of) : all);
  if (depth < 3 && parameter.type === 'reference' && !parameter.canonical && random.chance(0.5)) {
    const found = resource
      ? parameter.extract(resource).find((value) => value.kind === 'reference' && value.type !== undefined)
      : undefined;
    const target = (found?.kind === 'reference' ? found.type : undefined) as ResourceType | undefined;
    if (target !== undefined && (parameter.targets.length === 0 || parameter.targets.includes(target)))
      return `${parameter.code}:${target}${random.chance(0.3) ? `[${makeTest(random, known, target)}]` : ''}.${makeTest(random, known, target)}`;
  }
  return makeTestOf(random, known, parameter, resource);
}

function makeTest(random: Seeded, known: Known, type: ResourceType): string {
  const resource = pickResource(random, known, type);
  const all = [...parametersOf(type).values()].filter((one) => one.code !== '_id' && one.code !== '_lastUpdated');
  const filled = resource ? all.filter((one) => one.extract(resource).length > 0) : all;
  return makeTestOf(random, known, random.pick(filled.length > 0 ? filled : all), resource);
}

const filterOperations: Record<SearchParameter['type'], readonly string[]> = {
  string: ['eq', 'ne', 'co', 'sw', 'ew'],
  token: ['eq', 'ne', 'in', 'ss', 'sb'],
  reference: ['eq', 'ne', 're'],
  uri: ['eq', 'ne', 'ss', 'sb'],
  composite: ['eq', 'ne'],
  special: ['eq', 'ne'],
  date: ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'ap', 'sa', 'eb', 'po'],
  number: ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'ap', 'sa', 'eb'],
  quantity: ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'ap', 'sa', 'eb'],
};

function makeTestOf(random: Seeded, known: Known, parameter: SearchParameter, resource: Resource | undefined): string {
  if (random.chance(0.1)) return `${parameter.code} pr ${random.pick(['true', 'false'])}`;
  const operation = random.pick(filterOperations[parameter.type]);
  const values = resource ? parameter.extract(resource) : [];
  const value = values.length > 0 && random.chance(0.9) ? random.pick(values) : undefined;
  if (parameter.type === 'string') {
    const text = (value?.kind === 'string' ? value.text : random.pick(strings)).replace(/\p{Surrogate}/gu, '');
    const from = random.below(Math.max(1, text.length - 1));
    const part =
      operation === 'ew'
        ? text.slice(from)
        : operation === 'co'
          ? text.slice(from, from + 5)
          : operation === 'sw'
            ? text.slice(0, 4)
            : text;
    return `${parameter.code} ${operation} ${JSON.stringify(part.replace(/\p{Surrogate}/gu, ''))}`;
  }
  const modifier = ({ in: 'in', ss: 'below', sb: 'above' } as const)[operation as 'in'] ?? '';
  const literal = makeLiteral(random, known, parameter, modifier, value).replace(/^(eq|ne|gt|lt|ge|le|ap|sa|eb)(?=[-+\d])/, '');
  return `${parameter.code} ${operation} ${JSON.stringify(literal)}`;
}
