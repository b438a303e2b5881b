// How a form saves: by the outbox, so that nothing is lost while the server is away and nothing is there twice.
import { useQueryClient } from '@tanstack/react-query';
import type { Encounter, Reference, Resource } from '../../../../src/fhir/generated/types.ts';
import { search } from '../../api/fhir.ts';
import { Refusal, writeJson } from '../../api/http.ts';
import { about } from '../../api/touched.ts';
import { keptFor } from '../../app/keeping.ts';
import { usePerson } from '../../app/session.tsx';

/** `waiting`: it is kept here and sent when the server is back. */
export type Saved = 'saved' | 'waiting';

export interface Named {
  label: string;
  address: string;
}

/** Throws a Refusal; 412: somebody has changed it since it was read. */
export function useSave(): {
  save(resource: Resource, named: Named): Promise<Saved>;
  saveAll(resources: readonly Resource[], named: Named): Promise<Saved>;
} {
  const { outbox } = keptFor(usePerson().id);
  const client = useQueryClient();
  const post = async (letter: Parameters<typeof outbox.post>[0]): Promise<Saved> => {
    const outcome = await outbox.post(letter);
    if (outcome.kind === 'refused') throw new Refusal(outcome.status, outcome.words);
    if (outcome.kind === 'away') return 'waiting';
    void client.invalidateQueries();
    return 'saved';
  };
  return {
    save(resource, named) {
      const version = resource.meta?.versionId;
      return post({
        ...named,
        method: 'PUT',
        path: `/fhir/${resource.resourceType}/${resource.id ?? ''}`,
        makes: `${resource.resourceType}/${resource.id ?? ''}`,
        body: writeJson(resource),
        headers: version === undefined ? { 'if-none-match': '*' } : { 'if-match': `W/"${version}"` },
      });
    },
    saveAll(resources, named) {
      const [first] = resources;
      return post({
        ...named,
        method: 'POST',
        path: '/fhir',
        makes: `${first?.resourceType ?? ''}/${first?.id ?? ''}`,
        body: writeJson({
          resourceType: 'Bundle',
          type: 'transaction',
          entry: resources.map((resource) => ({
            resource,
            request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}`, ifNoneMatch: '*' },
          })),
        }),
      });
    },
  };
}

/** Who writes, as the record names people that have an account and no Practitioner. */
export function useAuthor(): Reference {
  const { id, name } = usePerson();
  return { type: 'Practitioner', identifier: { system: 'http://lamplight.example/account', value: id }, display: name };
}

/** The stay or visit that goes on now: what is written belongs to it. */
export const openEncounterQuery = (patient: string) => ({
  queryKey: ['Encounter', patient, 'open'],
  meta: about(patient),
  queryFn: async (): Promise<Encounter | null> =>
    (await search('Encounter', { patient, status: 'in-progress,onleave,triaged,arrived', _sort: '-date', _count: 1 })).resources[0] ?? null,
});
