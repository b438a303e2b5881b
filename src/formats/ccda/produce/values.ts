// FHIR data types as CDA data types: the way back of ../datatypes/.
import type {
  Address,
  CodeableConcept,
  Coding,
  ContactPoint,
  HumanName,
  Identifier,
  Period,
  Quantity,
  Range,
  Ratio,
  Resource,
} from '../../../fhir/generated/types.ts';
import { namedUuid } from '../../../methods/named-uuid.ts';
import { isUuid, oidOf, systemNames } from '../datatypes/systems.ts';
import { hl7Time } from '../datatypes/time.ts';
import { type Content, type Node, x } from './xml.ts';

/** The first key of each value. */
export const inverse = (table: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(table)
      .map(([from, to]) => [to, from] as const)
      .reverse(),
  );

const nullFlavorSystem = 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor';

const codeAttributes = ({ system, code, display }: Coding): Record<string, string | undefined> => ({
  code,
  codeSystem: system === undefined ? undefined : (oidOf(system) ?? system),
  codeSystemName: system === undefined ? undefined : systemNames[system],
  displayName: display,
});

/** CE or CD; `type` where the element may hold several (`value`). */
export function cd(name: string, concept: CodeableConcept | undefined, type?: string): Node {
  const [first, ...others] = concept?.coding ?? [];
  const xsi = type === undefined ? {} : { 'xsi:type': type };
  const words = concept?.text === undefined ? undefined : x('originalText', {}, concept.text);
  const translations = others.map((one) => x('translation', codeAttributes(one)));
  if (first?.code === undefined) return x(name, { ...xsi, nullFlavor: concept?.text === undefined ? 'NI' : 'OTH' }, words, translations);
  if (first.system === nullFlavorSystem) return x(name, { ...xsi, nullFlavor: first.code }, words, translations);
  return x(name, { ...xsi, ...codeAttributes(first) }, words, translations);
}

export const fixedCode = (name: string, code: string, system: string, display?: string): Node =>
  x(name, codeAttributes({ system, code, ...(display === undefined ? {} : { display }) }));

export const loinc = 'http://loinc.org';
export const snomed = 'http://snomed.info/sct';

/** Identifiers that CDA can hold; where there is none, one made of the resource's own id. */
export function ids(resource: Resource & { identifier?: Identifier[] | Identifier }): Node[] {
  const list = resource.identifier === undefined ? [] : Array.isArray(resource.identifier) ? resource.identifier : [resource.identifier];
  const made = list.flatMap((one) => ii(one));
  return made.length > 0 ? made : [x('id', { root: rootOf(resource) })];
}

/** A UUID for a resource: its id where that is one. */
export const rootOf = (resource: Resource): string =>
  resource.id !== undefined && isUuid(resource.id) ? resource.id : namedUuid('ccda', resource.resourceType, resource.id ?? '');

export function ii({ system, value, assigner }: Identifier): Node[] {
  const named = { assigningAuthorityName: assigner?.display };
  if (value === undefined) return [];
  if (system === 'urn:ietf:rfc:3986')
    return /^urn:(oid|uuid):/.test(value) ? [x('id', { root: value.replace(/^urn:(oid|uuid):/, ''), ...named })] : [];
  // A system without an OID becomes a root of its own, always the same.
  const root = system === undefined ? undefined : (oidOf(system) ?? namedUuid('identifier system', system));
  return [x('id', { root, extension: value, ...named })];
}

export const ts = (name: string, time: string | undefined, type?: string): Node =>
  x(name, {
    ...(type === undefined ? {} : { 'xsi:type': type }),
    ...(time === undefined ? { nullFlavor: 'UNK' } : { value: hl7Time(time) }),
  });

/** IVL_TS; ends that are not known are left out, but for a low, which templates ask for. */
export function ivl(name: string, low: string | undefined, high: string | undefined, type?: string): Node {
  return x(name, type === undefined ? {} : { 'xsi:type': type }, ts('low', low), high === undefined ? undefined : ts('high', high));
}

export const ivlOf = (name: string, period: Period | undefined, type?: string): Node => ivl(name, period?.start, period?.end, type);

/** effectiveTime of what has a moment or a period. */
export function moment(name: string, time: string | undefined, period: Period | undefined): Node {
  return period === undefined ? ts(name, time) : ivlOf(name, period);
}

export function pq(name: string, quantity: Quantity | undefined, type?: string): Node {
  const xsi = type === undefined ? {} : { 'xsi:type': type };
  if (quantity?.value === undefined) return x(name, { ...xsi, nullFlavor: 'UNK' });
  return x(name, { ...xsi, value: String(quantity.value), unit: quantity.code ?? quantity.unit ?? '1' });
}

/** A dose is measured in units of UCUM; what it is counted in, in another system, stands in administrationUnitCode. */
const isCounted = ({ system, code }: Quantity): boolean =>
  code !== undefined && system !== undefined && system !== 'http://unitsofmeasure.org';
export const dose = (quantity: Quantity): Node =>
  quantity.value !== undefined && isCounted(quantity) ? x('doseQuantity', { value: String(quantity.value) }) : pq('doseQuantity', quantity);
export function countedIn(quantity: Quantity | undefined): Node | undefined {
  if (quantity === undefined || !isCounted(quantity)) return undefined;
  const { system, code, unit } = quantity;
  return cd('administrationUnitCode', { coding: [{ ...(system && { system }), ...(code && { code }), ...(unit && { display: unit }) }] });
}

export function ivlPq(name: string, { low, high }: Range, type?: string): Node {
  return x(
    name,
    type === undefined ? {} : { 'xsi:type': type },
    low === undefined ? undefined : pq('low', low),
    high === undefined ? undefined : pq('high', high),
  );
}

/** `< 5`: an interval with one end. */
export function openPq(name: string, quantity: Quantity, type: string): Node {
  const { comparator } = quantity;
  const end = comparator?.startsWith('<') ? 'high' : 'low';
  const bound = pq(end, quantity);
  bound.attributes['inclusive'] = String(comparator?.endsWith('=') ?? true);
  return x(name, { 'xsi:type': type }, bound);
}

export const rto = (name: string, { numerator, denominator }: Ratio, type?: string): Node =>
  x(name, type === undefined ? {} : { 'xsi:type': type }, pq('numerator', numerator, 'PQ'), pq('denominator', denominator, 'PQ'));

const nameUse: Record<string, string> = { usual: 'L', official: 'C', nickname: 'P', maiden: 'L', temp: 'ASGN' };

export function nameOf({ use, family, given = [], prefix = [], suffix = [], text }: HumanName): Node {
  const several = (name: string, all: readonly string[]): Node[] => all.map((one) => x(name, {}, one));
  const attributes = { use: use === undefined ? undefined : nameUse[use] };
  if (family === undefined && given.length === 0) return x('name', attributes, text);
  return x(
    'name',
    attributes,
    several('prefix', prefix),
    several('given', given),
    family === undefined ? undefined : x('family', {}, family),
    several('suffix', suffix),
  );
}

const addressUse: Record<string, string> = { home: 'HP', work: 'WP', temp: 'TMP', old: 'BAD' };

export function addr({ use, line = [], city, district, state, postalCode, country, text }: Address): Node {
  const part = (name: string, value: string | undefined): Content => (value === undefined ? undefined : x(name, {}, value));
  const attributes = { use: use === undefined ? undefined : addressUse[use] };
  if (line.length === 0 && city === undefined && text !== undefined) return x('addr', attributes, text);
  return x(
    'addr',
    attributes,
    line.map((one) => x('streetAddressLine', {}, one)),
    part('city', city),
    part('county', district),
    part('state', state),
    part('postalCode', postalCode),
    part('country', country),
  );
}

const telecomUse: Record<string, string> = { home: 'HP', work: 'WP', temp: 'TMP', old: 'BAD', mobile: 'MC' };
const schemes: Record<string, string> = { phone: 'tel:', fax: 'fax:', email: 'mailto:', sms: 'sms:', pager: 'pager:' };

export const telecom = ({ system, value, use }: ContactPoint): Node =>
  x('telecom', {
    use: use === undefined ? undefined : telecomUse[use],
    value: value === undefined ? undefined : (schemes[system ?? ''] ?? '') + value,
  });

/** Where a party's address or telephone is required and not known. */
export const orUnknown = (name: string, nodes: Node[]): Node[] => (nodes.length > 0 ? nodes : [x(name, { nullFlavor: 'UNK' })]);

/** Words for a reader: the text, or the display, or the code. */
export function words(concept: CodeableConcept | undefined): string {
  const { text, coding = [] } = concept ?? {};
  return text ?? coding.find(({ display }) => display !== undefined)?.display ?? coding[0]?.code ?? '';
}

export function quantityWords(quantity: Quantity | undefined): string {
  if (quantity?.value === undefined) return '';
  return `${quantity.comparator ?? ''}${String(quantity.value)} ${quantity.unit ?? quantity.code ?? ''}`.trim();
}

export const day = (time: string | undefined): string => time?.slice(0, 10) ?? '';
