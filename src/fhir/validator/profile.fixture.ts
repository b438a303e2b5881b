// StructureDefinitions in few words, for tests: a profile or extension of a site with its differential.
import type { Json } from '../json.ts';
import type { Members } from './definition.ts';
import { ProfileSet } from './profiles.ts';

export const site = (name: string): string => `http://site.example/StructureDefinition/${name}`;

/** `elements`: by path, with `:slice` at its end where it is one; what R4 asks for besides is added. */
export function profile(name: string, type: string, elements: Record<string, Members>, more: Members = {}): Members {
  return {
    resourceType: 'StructureDefinition',
    url: site(name),
    name,
    status: 'active',
    kind: type === 'Extension' ? 'complex-type' : 'resource',
    abstract: false,
    type,
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    derivation: 'constraint',
    differential: { element: Object.entries({ [type]: {}, ...elements }).map(([id, element]) => elementOf(id, element)) },
    ...more,
  };
}

function elementOf(id: string, element: Members): Json {
  const path = id.replace(/:[^.]+/g, '');
  const last = id.slice(id.lastIndexOf('.') + 1);
  const sliceName = last.includes(':') ? last.slice(last.indexOf(':') + 1) : undefined;
  return { id, path, ...(sliceName === undefined ? {} : { sliceName }), ...element };
}

/** Throws where one cannot be compiled. */
export function profilesOf(...definitions: Members[]): ProfileSet {
  const profiles = new ProfileSet();
  const [problem] = profiles.add(definitions);
  if (problem) throw new Error(problem.message);
  return profiles;
}

export const slicing = (type: string, path: string, more: Members = {}): Members => ({
  slicing: { discriminator: [{ type, path }], rules: 'open', ...more },
});
