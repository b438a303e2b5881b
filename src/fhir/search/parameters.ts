// The search parameters of each resource type, their values in a resource, and the compartments that they make.
// Compiled at build time from the R4 definitions: no FHIRPath is read while the program runs.
import { compartments, elementNames, tables } from '../generated/search.ts';
import type { Resource, ResourceType } from '../generated/types.ts';
import type { IndexValue, SearchParameter } from './contract.ts';
import { near } from './near.ts';
import { resolveParts } from './parameter.ts';
import { patientLinks } from './patient-links.ts';

const standard = new Map<ResourceType, ReadonlyMap<string, SearchParameter>>();
const byType = new Map<ResourceType, ReadonlyMap<string, SearchParameter>>();
const none: ReadonlyMap<string, SearchParameter> = new Map();

/** Those of R4 by code, `_id` and `_lastUpdated` among them. Made when a type is first asked for. */
export function standardParametersOf(type: ResourceType): ReadonlyMap<string, SearchParameter> {
  const known = standard.get(type);
  if (known) return known;
  if (!Object.hasOwn(tables, type)) return none;
  const made = new Map(tables[type]().map((parameter) => [parameter.code, parameter]));
  if (type === 'Location') made.set(near.code, near);
  resolveParts(made);
  standard.set(type, made);
  return made;
}

/** All parameters of a type by code: those of R4 and those that the site has defined. */
export function parametersOf(type: ResourceType): ReadonlyMap<string, SearchParameter> {
  let known = byType.get(type);
  if (known === undefined) {
    const own = custom.filter(({ base }) => base === type);
    const ofStandard = standardParametersOf(type);
    known = own.length === 0 ? ofStandard : new Map([...ofStandard, ...own.map((one): [string, SearchParameter] => [one.code, one])]);
    byType.set(type, known);
  }
  return known;
}

let custom: readonly SearchParameter[] = [];
let generation = 0;

/**
 * Puts these in the place of all that the site had defined. One set for the whole program, as there is one database: what is
 * indexed, searched and described must never differ between its parts (record/parameters/registry.ts keeps it).
 */
export function setCustomParameters(parameters: readonly SearchParameter[]): void {
  custom = parameters;
  generation += 1;
  byType.clear();
  indexed.clear();
}

/** Grows with every change of the set: for what is made from all parameters and kept. */
export const parameterGeneration = (): number => generation;

const indexed = new Map<ResourceType, SearchParameter[]>();

/** The parameters that an index has to hold: `_id` and `_lastUpdated` are the record's own columns. */
export function indexedParameters(type: ResourceType): SearchParameter[] {
  const known = indexed.get(type);
  if (known) return known;
  const made = [...parametersOf(type).values()].filter(({ code }) => code !== '_id' && code !== '_lastUpdated');
  indexed.set(type, made);
  return made;
}

/** Every parameter that has values in the resource, with them. `_id` and `_lastUpdated` are left out. */
export function extractAll(resource: Resource): [SearchParameter, IndexValue[]][] {
  const found: [SearchParameter, IndexValue[]][] = [];
  for (const parameter of indexedParameters(resource.resourceType)) {
    const values = parameter.extract(resource);
    if (values.length > 0) found.push([parameter, values]);
  }
  return found;
}

/** The parameters through which a resource of `type` belongs to a compartment; empty where the definition names none. */
export function compartmentParameters(compartment: ResourceType, type: ResourceType): SearchParameter[] {
  const codes = (Object.hasOwn(compartments, compartment) && compartments[compartment]?.[type]) || [];
  const parameters = parametersOf(type);
  return codes.map((code) => parameters.get(code)).filter((parameter) => parameter !== undefined);
}

/** Most telling first: the first patient found is the one that the resource is kept with. */
const rank = ['subject', 'patient', 'beneficiary', 'individual'];
const rankOf = (parameter: SearchParameter): number => rank.indexOf(parameter.code) + 1 || rank.length + 1;

const patientParameters = new Map<ResourceType, SearchParameter[]>();

function patientParametersOf(type: ResourceType): SearchParameter[] {
  const known = patientParameters.get(type);
  if (known) return known;
  const parameters = parametersOf(type);
  const more = patientLinks.flatMap((link) => (link.type === type ? [parameters.get(link.parameter)] : []));
  const made = [...compartmentParameters('Patient', type), ...more.filter((parameter) => parameter !== undefined)];
  made.sort((a, b) => rankOf(a) - rankOf(b));
  patientParameters.set(type, made);
  return made;
}

/**
 * Ids of the patients whose compartment the resource belongs to, the one whom it is about first: through the parameters of
 * the R4 Patient compartment and those of `patientLinks`. A Patient belongs to its own.
 */
export function patientsOf(resource: Resource): string[] {
  const ids: string[] = [];
  if (resource.resourceType === 'Patient' && resource.id !== undefined) ids.push(resource.id);
  for (const parameter of patientParametersOf(resource.resourceType)) {
    for (const value of parameter.extract(resource)) {
      if (value.kind === 'reference' && value.type === 'Patient' && value.id !== undefined && !ids.includes(value.id)) ids.push(value.id);
    }
  }
  return ids;
}

export const compartmentTypes: ReadonlySet<string> = new Set(Object.keys(compartments));

/** Top-level element names of a type: what `_elements` may name. */
export const elementsOfType = (type: ResourceType): ReadonlySet<string> => new Set(elementNames[type].split(' '));
