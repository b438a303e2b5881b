// FHIR as the screens ask for it.
import type { Bundle, Resource, ResourceType } from '../../../src/fhir/generated/types.ts';
import { ask, askText, readJson } from './http.ts';

type Of<T extends ResourceType> = Extract<Resource, { resourceType: T }>;

/** What a search found, and how to go on. */
export interface Found<R> {
  resources: R[];
  /** Resources that were included, by `Type/id`. */
  included: Map<string, Resource>;
  total: number | undefined;
  /** Address of the next page. */
  next: string | undefined;
}

export type Criteria = Record<string, string | readonly string[] | number | undefined>;

export function query(criteria: Criteria): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(criteria))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== '') parameters.append(name, String(one));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

export async function search<T extends ResourceType>(type: T, criteria: Criteria, signal?: AbortSignal): Promise<Found<Of<T>>> {
  return foundOf<T>(await ask<Bundle>(`/fhir/${type}${query(criteria)}`, signal === undefined ? {} : { signal }));
}

export async function nextPage<T extends ResourceType>(address: string): Promise<Found<Of<T>>> {
  return foundOf<T>(await ask<Bundle>(within(address)));
}

/** The address of the next page stands before what was found, so that it is known before that is read. */
const nextLink = /"relation":\s*"next",\s*"url":\s*("[^"]+")/;
const headLength = 4000;

/**
 * Page after page; the next one is asked for before this one is read, so that the server works while the browser does. `rest`: where one
 * page does not hold everything, what follows is asked for by these criteria instead, from their beginning.
 */
export async function* pagesOf<T extends ResourceType>(
  type: T,
  criteria: Criteria,
  signal: AbortSignal,
  rest?: Criteria,
): AsyncGenerator<Found<Of<T>>> {
  const others = rest === undefined ? undefined : `/fhir/${type}${query(rest)}`;
  let first = true;
  const fetched = (path: string): Promise<string> => askText(path, 'application/fhir+json', signal);
  let coming: Promise<string> | undefined = fetched(`/fhir/${type}${query(criteria)}`);
  while (coming !== undefined) {
    const text: string = await coming;
    const head = text.slice(0, headLength);
    // Behind the first entry a stranger's text may say anything.
    const link = nextLink.exec(head.slice(0, head.includes('"entry"') ? head.indexOf('"entry"') : headLength))?.[1];
    const following = (address: string): string => (first ? (others ?? within(address)) : within(address));
    const early = link === undefined ? undefined : following(JSON.parse(link) as string);
    coming = early === undefined ? undefined : fetched(early);
    // Refused while this one is still read: it is told when it is waited for.
    coming?.catch(() => undefined);
    const found = foundOf<T>(readJson(text) as Bundle);
    if (early === undefined && found.next !== undefined) coming = fetched(following(found.next));
    first = false;
    yield found;
  }
}

const within = (address: string): string => {
  const url = new URL(address, window.location.origin);
  return `${url.pathname}${url.search}`;
};

/** All that a search finds, page by page, up to `most`. */
export async function searchAll<T extends ResourceType>(type: T, criteria: Criteria, most = 2000): Promise<Of<T>[]> {
  let page = await search(type, { _count: 500, ...criteria });
  const all = [...page.resources];
  while (page.next !== undefined && all.length < most) {
    page = await nextPage<T>(page.next);
    all.push(...page.resources);
  }
  return all;
}

function foundOf<T extends ResourceType>(bundle: Bundle): Found<Of<T>> {
  const entries = bundle.entry ?? [];
  const included = new Map<string, Resource>();
  const resources: Of<T>[] = [];
  for (const { resource, search: mode } of entries) {
    if (resource === undefined) continue;
    if (mode?.mode === 'include') included.set(`${resource.resourceType}/${resource.id ?? ''}`, resource);
    else if (mode?.mode !== 'outcome') resources.push(resource as Of<T>);
  }
  return { resources, included, total: bundle.total, next: bundle.link?.find(({ relation }) => relation === 'next')?.url };
}

export const read = <T extends ResourceType>(type: T, id: string): Promise<Of<T>> => ask(`/fhir/${type}/${encodeURIComponent(id)}`);

export const create = <R extends Resource>(resource: R): Promise<R> =>
  ask(`/fhir/${resource.resourceType}`, { method: 'POST', body: resource });

/** Refused with 412 where somebody has changed it since it was read. */
export const update = <R extends Resource>(resource: R): Promise<R> =>
  ask(`/fhir/${resource.resourceType}/${encodeURIComponent(resource.id ?? '')}`, {
    method: 'PUT',
    body: resource,
    ...(resource.meta?.versionId === undefined ? {} : { headers: { 'if-match': `W/"${resource.meta.versionId}"` } }),
  });

/** All or nothing. */
export const transaction = (resources: readonly Resource[]): Promise<Bundle> =>
  ask('/fhir', {
    method: 'POST',
    body: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: resources.map((resource) => ({ resource, request: { method: 'POST', url: resource.resourceType } })),
    },
  });
