// Searches as the explorer asks them: by their text, as it stands in the address.
import type { Bundle, Resource } from '../../../../src/fhir/generated/types.ts';
import type { Found } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

const joined = (search: string, more: string): string => `/fhir/${search}${search.includes('?') ? '&' : '?'}${more}`;

export async function searchFirst(search: string, count: number, signal: AbortSignal): Promise<Found<Resource>> {
  const bundle = await ask<Bundle>(joined(search, `_count=${count}`), { signal });
  const entries = bundle.entry ?? [];
  return {
    resources: entries.flatMap(({ resource, search: mode }) => (resource === undefined || mode?.mode === 'outcome' ? [] : [resource])),
    included: new Map(),
    total: bundle.total,
    next: bundle.link?.find(({ relation }) => relation === 'next')?.url,
  };
}

export const totalOf = async (search: string, signal: AbortSignal): Promise<number> =>
  (await ask<Bundle>(joined(search, '_summary=count'), { signal })).total ?? 0;

/** The first that a sorted search finds. */
export const firstOf = async (search: string, sort: string, signal: AbortSignal): Promise<Resource | undefined> =>
  (await ask<Bundle>(joined(search, `_sort=${encodeURIComponent(sort)}&_count=1`), { signal })).entry?.[0]?.resource;
