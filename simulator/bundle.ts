// Transaction Bundles that can be loaded again and again: every entry is a PUT to an id of its own.
import type { Bundle, Resource } from '../src/fhir/generated/types.ts';

export const bundleOf = (resources: Resource[]): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({
    fullUrl: `http://lamplight.example/fhir/${resource.resourceType}/${resource.id}`,
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  })),
});
