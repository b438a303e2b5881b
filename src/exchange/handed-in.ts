// Resources that somebody hands in for a message, as a Bundle.
import type { Resource } from '../fhir/generated/types.ts';
import { readJson } from '../fhir/json.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { resourceInSteps } from '../fhir/structure/validate.ts';
import { inSlices } from '../record/slices.ts';

const mostEntries = 5000;

/** The resources of a Bundle; references by `fullUrl` lead to them by `Type/id`. */
export async function resourcesOf(text: string): Promise<Result<Resource[]>> {
  const json = await readJson(text, { maxEntries: mostEntries });
  if (!json.ok) return json;
  const bundle = await inSlices(resourceInSteps(json.value, 'Bundle'));
  if (!bundle.ok) return bundle;
  if (bundle.value.resourceType !== 'Bundle') return fail('invalid', 'Send a Bundle with the resources', 'resourceType');
  const entries = (bundle.value.entry ?? []).flatMap(({ fullUrl, resource }) => (resource === undefined ? [] : [{ fullUrl, resource }]));
  const names = new Map<string, string>();
  const resources = entries.map(({ fullUrl, resource }, at): Resource => {
    const id = resource.id ?? /^urn:uuid:([0-9a-f-]{36})$/.exec(fullUrl ?? '')?.[1] ?? `entry-${at}`;
    if (fullUrl !== undefined) names.set(fullUrl, `${resource.resourceType}/${id}`);
    return resource.id === undefined ? ({ ...resource, id } as Resource) : resource;
  });
  return ok(resources.map((one) => led(one, names)));
}

/** References to what stands in the Bundle, by its name here. */
function led<T>(value: T, names: ReadonlyMap<string, string>): T {
  if (Array.isArray(value)) return value.map((one) => led(one, names)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const copy = Object.entries(value).map(([name, one]) =>
    name === 'reference' && typeof one === 'string' ? [name, names.get(one) ?? one] : [name, led(one, names)],
  );
  return Object.fromEntries(copy) as T;
}
