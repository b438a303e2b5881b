// A StructureDefinition (http://hl7.org/fhir/R4/structuredefinition.html) read from JSON into what the compiler needs of it. Reading
// is tolerant: what has another form than R4 says is passed over, and only what nothing can be made of is refused.
import { Decimal } from '../decimal.ts';
import type { Json } from '../json.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Binding, Constraint, Discriminator, Slicing, TypeRule } from './compiled.ts';

export type Members = { [name: string]: Json };

export interface ElementDefinition {
  path: string;
  sliceName?: string;
  min?: number;
  /** Infinity for `*`. */
  max?: number;
  types?: TypeRule[];
  contentReference?: string;
  fixed?: Json;
  pattern?: Json;
  binding?: Binding;
  constraints: Constraint[];
  slicing?: Slicing;
  minValue?: Json;
  maxValue?: Json;
  maxLength?: number;
  isModifier?: boolean;
}

export interface StructureDefinition {
  url: string;
  version?: string;
  kind: string;
  type: string;
  abstract: boolean;
  derivation?: string;
  baseDefinition?: string;
  context: { type: string; expression: string }[];
  contextInvariants: string[];
  snapshot?: ElementDefinition[];
  differential?: ElementDefinition[];
}

const maxValueSet = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';
const minValueSet = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-minValueSet';
const bestPractice = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice';

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const whole = (value: Json | undefined): number | undefined => (typeof value === 'number' && value >= 0 ? value : undefined);
const list = (value: Json | undefined): Members[] => (Array.isArray(value) ? value.filter(isMembers) : []);
const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
const extensionOf = (element: Members, url: string): Members | undefined => list(element['extension']).find((one) => one['url'] === url);

/** `address|1.0` → `address`. */
export const withoutVersion = (canonical: string): string => {
  const bar = canonical.indexOf('|');
  return bar < 0 ? canonical : canonical.slice(0, bar);
};

/** Refused: another resource, no address, neither snapshot nor differential. */
export function readDefinition(value: Json): Result<StructureDefinition> {
  if (!isMembers(value) || value['resourceType'] !== 'StructureDefinition') {
    return fail('invalid', 'This is no StructureDefinition; give a JSON object with "resourceType": "StructureDefinition".');
  }
  const url = text(value['url']);
  const type = text(value['type']);
  if (url === undefined || type === undefined) return fail('invalid', 'Give the StructureDefinition its "url" and "type".');
  const snapshot = elementsOf(value['snapshot']);
  const differential = elementsOf(value['differential']);
  if (!snapshot && !differential) return fail('invalid', `Give ${url} a snapshot or a differential with elements.`);
  return ok({
    url: withoutVersion(url),
    version: text(value['version']),
    kind: text(value['kind']) ?? 'resource',
    type: type.replace('http://hl7.org/fhir/StructureDefinition/', ''),
    abstract: value['abstract'] === true,
    derivation: text(value['derivation']),
    baseDefinition: text(value['baseDefinition']),
    context: list(value['context']).flatMap((one) => {
      const expression = text(one['expression']);
      return expression === undefined ? [] : [{ type: text(one['type']) ?? 'element', expression }];
    }),
    contextInvariants: texts(value['contextInvariant']),
    snapshot,
    differential,
  });
}

function elementsOf(value: Json | undefined): ElementDefinition[] | undefined {
  const elements = isMembers(value) ? list(value['element']).flatMap(elementOf) : [];
  return elements.length === 0 ? undefined : elements;
}

function elementOf(from: Members): ElementDefinition[] {
  const path = text(from['path']);
  if (path === undefined) return [];
  const max = text(from['max']);
  const element: ElementDefinition = { path, constraints: list(from['constraint']).flatMap(constraintOf) };
  element.sliceName = text(from['sliceName']);
  element.min = whole(from['min']);
  if (max !== undefined) element.max = max === '*' ? Number.POSITIVE_INFINITY : Number(max);
  if (Array.isArray(from['type'])) element.types = list(from['type']).flatMap(typeOf);
  element.contentReference = text(from['contentReference']);
  for (const name in from) {
    if (name.startsWith('fixed')) element.fixed = from[name];
    else if (name.startsWith('pattern')) element.pattern = from[name];
    else if (name.startsWith('minValue')) element.minValue = from[name];
    else if (name.startsWith('maxValue')) element.maxValue = from[name];
  }
  element.binding = bindingOf(from['binding']);
  element.slicing = slicingOf(from['slicing']);
  element.maxLength = whole(from['maxLength']);
  if (from['isModifier'] === true) element.isModifier = true;
  return [element];
}

function typeOf(from: Members): TypeRule[] {
  const code = text(from['code']);
  if (code === undefined) return [];
  const rule: TypeRule = { code };
  const profiles = texts(from['profile']).map(withoutVersion);
  const targets = texts(from['targetProfile']).map(withoutVersion);
  if (profiles.length > 0) rule.profiles = profiles;
  if (targets.length > 0) rule.targets = targets;
  const aggregation = texts(from['aggregation']);
  if (aggregation.length > 0) rule.aggregation = aggregation;
  return [rule];
}

const strengths = ['required', 'extensible', 'preferred'] as const;

function bindingOf(from: Json | undefined): Binding | undefined {
  if (!isMembers(from)) return undefined;
  const strength = strengths.find((one) => one === from['strength']);
  const max = extendedBy(from, maxValueSet);
  const min = extendedBy(from, minValueSet);
  const valueSet = text(from['valueSet']);
  const ends = { ...(max === undefined ? {} : { max }), ...(min === undefined ? {} : { min }) };
  if (strength !== undefined && valueSet !== undefined) return { strength, valueSet, ...ends };
  const one = max ?? min;
  return one === undefined ? undefined : { strength: 'example', valueSet: one, ...ends };
}

/** The value set that an extension names: a canonical, or a uri as before R4. */
function extendedBy(binding: Members, url: string): string | undefined {
  const found = extensionOf(binding, url);
  return text(found?.['valueCanonical']) ?? text(found?.['valueUri']);
}

const rules = ['open', 'closed', 'openAtEnd'] as const;

function slicingOf(from: Json | undefined): Slicing | undefined {
  if (!isMembers(from)) return undefined;
  return {
    discriminators: list(from['discriminator']).map(
      (one): Discriminator => ({ type: text(one['type']) ?? 'value', path: text(one['path']) ?? '$this' }),
    ),
    rules: rules.find((one) => one === from['rules']) ?? 'open',
    ordered: from['ordered'] === true,
  };
}

function constraintOf(from: Members): Constraint[] {
  const key = text(from['key']);
  const expression = text(from['expression']);
  // Constraints in XPath alone cannot be checked, here or elsewhere today (R4 calls XPath deprecated).
  if (key === undefined || expression === undefined) return [];
  const constraint: Constraint = {
    key,
    severity: from['severity'] === 'warning' ? 'warning' : 'error',
    human: text(from['human']) ?? key,
    expression,
  };
  if (extensionOf(from, bestPractice)?.['valueBoolean'] === true) constraint.best = true;
  return [constraint];
}
