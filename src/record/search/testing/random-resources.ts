// Random resources of any type, made from the structure tables, with the values that searches are about. Not always sensible,
// always well-formed: elements that a search parameter looks at come often, everything can be missing.
import type { Resource, ResourceType } from '../../../fhir/generated/types.ts';
import { parametersOf, patientsOf } from '../../../fhir/search/parameters.ts';
import { type Field, rulesOf } from '../../../fhir/structure/rules.ts';
import { isShared } from '../../../policy/resource-classes.ts';
import type { Seeded } from './seeded.ts';
import { codes, dates, identifierValues, instants, numbers, strings, systems, units, uris } from './words.ts';

/** The ids that resources of each type have: references point to them. */
export type Ids = ReadonlyMap<ResourceType, readonly string[]>;

interface Making {
  random: Seeded;
  ids: Ids;
}

type Json = Record<string, unknown>;
type Maker = (making: Making, field: Field, depth: number) => unknown;

const depthMax = 5;

/** Same ids under several types on purpose: a key of one type must never find another. */
export function makeIds(random: Seeded, types: readonly ResourceType[], each: number): Ids {
  const shared = ['a', 'b-2', 'C.3'];
  const uuid = (): string => {
    const hex = Array.from({ length: 32 }, () => random.below(16).toString(16)).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  return new Map(types.map((type) => [type, [...shared, ...Array.from({ length: each - shared.length }, uuid)]]));
}

export function makeResource(random: Seeded, type: ResourceType, id: string, ids: Ids): Resource {
  const making = { random, ids };
  const made = makeObject(making, type, 0);
  // Of its own accord hardly a Location has both numbers.
  const position = type === 'Location' && random.chance(0.5) ? { position: makePlace(random) } : {};
  const resource = { ...made, ...position, ...makeContained(making, type), resourceType: type, id } as object as Resource;
  // A Schedule about a patient is refused (prepare.ts).
  return isShared(type) && patientsOf(resource).length > 0 ? makeResource(random, type, id, ids) : resource;
}

const makePlace = (random: Seeded): Json => ({ longitude: random.pick([7.5, -0.1, 179.9]), latitude: random.pick([51.5, -33.9, 0]) });

/** What `#inside` and `#b-2` mean in a resource, now and then; the second is also the id of resources of the record. */
function makeContained(making: Making, type: ResourceType): Json {
  const { random, ids } = making;
  if (!rulesOf(type).fields.has('contained') || !random.chance(0.3)) return {};
  const types = [...ids.keys()].filter((one) => rulesOf(one).fields.has('contained'));
  const names = random.pick([['inside'], ['inside'], ['inside', 'b-2']]);
  return {
    contained: names.map((id) => {
      const of = random.pick(types);
      return { ...makeObject(making, of, 1), resourceType: of, id };
    }),
  };
}

const searched = new Map<string, Set<string>>();

/** Top-level elements that some parameter of the type looks at. */
function searchedElements(type: ResourceType): Set<string> {
  let found = searched.get(type);
  if (found === undefined) {
    found = new Set(['meta']);
    for (const { expression } of parametersOf(type).values())
      for (const [, name] of expression.matchAll(/\b[A-Z]\w+\.(\w+)/g)) found.add(name as string);
    searched.set(type, found);
  }
  return found;
}

const never = new Set(['id', 'resourceType', 'extension', 'modifierExtension', 'implicitRules', 'language', 'text', 'contained']);

function makeObject(making: Making, type: string, depth: number): Json {
  const { random } = making;
  const { fields, isResource } = rulesOf(type);
  const elements = new Map<string, Field[]>();
  for (const field of fields.values()) {
    if (field.sibling || field.forbidden || (never.has(field.name) && (isResource || field.name !== 'text'))) continue;
    if (field.resource) continue;
    if (isResource && !searchedElements(type as ResourceType).has(field.element.replace('[x]', ''))) continue;
    elements.set(field.element, [...(elements.get(field.element) ?? []), field]);
  }
  const out: Json = {};
  for (const choices of elements.values()) {
    if (!random.chance(isResource ? 0.6 : depth > 3 ? 0.3 : 0.55)) continue;
    const field = random.pick(choices);
    if (!field.many) {
      const value = makeValue(making, field, depth);
      if (value !== undefined) out[field.name] = value;
      continue;
    }
    const values = Array.from({ length: 1 + random.below(3) }, () => makeValue(making, field, depth)).filter((one) => one !== undefined);
    if (values.length > 0) out[field.name] = values;
  }
  return out;
}

function makeValue(making: Making, field: Field, depth: number): unknown {
  const own = Object.hasOwn(makers, field.type) ? makers[field.type] : undefined;
  if (own) return own(making, field, depth);
  if (depth >= depthMax || field.check !== undefined) return undefined;
  const made = makeObject(making, field.type, depth + 1);
  return Object.keys(made).length > 0 ? made : undefined;
}

const text: Maker = ({ random }) => random.pick(strings);
const dateOf =
  (from: readonly string[]): Maker =>
  ({ random }) =>
    random.pick(from);
const numberMaker: Maker = ({ random }) => random.pick(numbers);
const whole: Maker = ({ random }) => random.pick([0, 1, 2, 5, 100]);

function boundCode({ random }: Making, field: Field): string {
  const listed = field.binding?.codes ?? [];
  if (listed.length > 0) return random.pick(listed.slice(0, 4));
  const forms: Record<string, string[]> = {
    language: ['en', 'de', 'pt-BR'],
    'mime-type': ['text/plain', 'application/pdf'],
    currency: ['USD', 'EUR'],
  };
  return random.pick(forms[field.binding?.name ?? ''] ?? codes);
}

function some(random: Seeded, members: Json): Json | undefined {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined && random.chance(0.75));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** Often of the one system that has a hierarchy (known-terminology.ts). */
const coding: Maker = (making, field) => {
  const inHierarchy = making.random.chance(0.3);
  return some(making.random, {
    system: inHierarchy ? 'http://a.org/s' : making.random.pick(systems),
    code: field.binding ? boundCode(making, field) : making.random.pick(inHierarchy ? ['c0', 'c1', 'c2', 'c3', 'abc'] : codes),
    display: making.random.pick(strings),
  });
};

const concept: Maker = (making, field, depth) =>
  some(making.random, {
    coding: Array.from({ length: 1 + making.random.below(2) }, () => coding(making, field, depth)).filter((one) => one !== undefined),
    text: making.random.chance(0.5) ? making.random.pick(strings) : undefined,
  });

const identifier: Maker = ({ random }, field) =>
  some(random, {
    system: random.pick(systems),
    value: random.pick(identifierValues),
    type: random.chance(0.5) ? concept({ random, ids: new Map() }, { ...field, binding: undefined }, 0) : undefined,
  });

const quantity: Maker = ({ random }) => {
  const value = random.chance(0.95) ? { value: random.pick(numbers) } : {};
  const comparator = random.chance(0.2) ? { comparator: random.pick(['<', '<=', '>', '>=']) } : {};
  return { ...value, ...comparator, ...random.pick(units) };
};
const simpleQuantity: Maker = ({ random }) => ({ value: random.pick(numbers), ...random.pick(units) });

const reference: Maker = ({ random, ids }, field) => {
  const known = [...ids.keys()].filter((type) => field.targets === undefined || field.targets.has(type));
  const type = random.chance(0.9) && known.length > 0 ? random.pick(known) : random.pick(['Patient', 'Medication', 'Group'] as const);
  const id = random.chance(0.9) ? random.pick(ids.get(type) ?? ['a', 'none']) : 'none';
  const form = random.below(22);
  const who = random.chance(0.2) ? { identifier: { system: random.pick(systems), value: random.pick(identifierValues) } } : {};
  const told = random.chance(0.1) ? { type: random.pick(['Patient', 'Group', 'Device', type]) } : {};
  if (form < 12) return { reference: `${type}/${id}`, ...who, ...told };
  if (form < 13) return { reference: `${type}/${id}/_history/2` };
  if (form < 14) return { reference: `http://other.org/fhir/${type}/${id}`, ...told };
  if (form < 15) return { reference: 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7', ...told };
  if (form < 16) return { reference: random.pick(['#inside', '#b-2']), ...told };
  if (form >= 20) return { reference: '#inside' };
  if (form < 17) return { display: random.pick(strings) };
  return { identifier: some(random, { system: random.pick(systems), value: random.pick(identifierValues) }), ...told };
};

const canonical: Maker = ({ random, ids }) => {
  if (random.chance(0.7)) return random.pick(uris);
  const type = random.pick([...ids.keys()]);
  return `${type}/${random.pick(ids.get(type) as string[])}`;
};

const makers: Record<string, Maker> = {
  string: text,
  markdown: text,
  boolean: ({ random }) => random.chance(0.5),
  code: boundCode,
  uri: ({ random }) => random.pick(uris),
  url: ({ random }) => random.pick(uris),
  oid: () => 'urn:oid:1.2.3',
  uuid: () => 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7',
  id: ({ random }) => random.pick(codes.slice(0, 4)),
  canonical,
  date: dateOf(dates.filter((date) => !date.includes('T'))),
  dateTime: dateOf(dates),
  instant: dateOf(instants),
  time: () => '12:00:00',
  decimal: numberMaker,
  integer: whole,
  unsignedInt: whole,
  positiveInt: whole,
  base64Binary: () => 'AAAA',
  Coding: coding,
  CodeableConcept: concept,
  Identifier: identifier,
  Quantity: quantity,
  SimpleQuantity: simpleQuantity,
  Age: quantity,
  Duration: quantity,
  Count: quantity,
  Distance: quantity,
  Reference: reference,
  Range: ({ random }) => {
    const unit = random.pick(units);
    return some(random, { low: { value: random.pick(numbers), ...unit }, high: { value: random.pick(numbers), ...unit } });
  },
  Period: ({ random }) => some(random, { start: random.pick(dates), end: random.pick(dates) }),
  SampledData: ({ random }) => ({
    origin: { value: random.pick(numbers), ...random.pick(units) },
    period: 1,
    dimensions: 1,
    data: random.pick(['1 2 3', 'E', 'U L 5', '5.4']),
    ...some(random, { lowerLimit: -1, upperLimit: 1000, factor: 2 }),
  }),
  Money: ({ random }) => some(random, { value: random.pick(numbers), currency: random.pick(['USD', 'EUR']) }),
  Meta: (making, field, depth) =>
    making.random.chance(0.6)
      ? some(making.random, {
          profile: [making.random.pick(uris)],
          source: making.random.pick(uris),
          tag: [coding(making, { ...field, binding: undefined }, depth)].filter((one) => one !== undefined),
          security: [coding(making, { ...field, binding: undefined }, depth)].filter((one) => one !== undefined),
        })
      : undefined,
  Extension: () => undefined,
  Narrative: () => undefined,
};
