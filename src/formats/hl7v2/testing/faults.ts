// What is wrong with resources that a format has made, for tests: by the whole validator with base R4, and references that lead nowhere.
import type { Resource } from '../../../fhir/generated/types.ts';
import type { Json } from '../../../fhir/json.ts';
import { codesAtHand } from '../../../fhir/validator/codes-at-hand.ts';
import { ProfileSet } from '../../../fhir/validator/profiles.ts';
import { validate } from '../../../fhir/validator/validate.ts';

const profiles = new ProfileSet();

export function faultsOf(resources: readonly Resource[]): string[] {
  const names = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id ?? ''}`));
  return resources.flatMap((resource) => {
    const json: Json = JSON.parse(JSON.stringify(resource));
    const faults = validate(json, profiles, { codes: codesAtHand })
      .findings.filter(({ severity }) => severity === 'error' || severity === 'fatal')
      .map(({ message, where }) => `${where}: ${message}`);
    const dangling = [...JSON.stringify(resource).matchAll(/"reference":"([A-Z]\w+\/[^"]+)"/g)]
      .map((found) => found[1] ?? '')
      .filter((reference) => !names.has(reference))
      .map((reference) => `${resource.resourceType}: nothing is at ${reference}`);
    return [...faults, ...dangling];
  });
}
