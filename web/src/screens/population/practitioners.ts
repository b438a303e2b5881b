// Practitioners by name: the tables know them by id, people do not.
import { useQuery } from '@tanstack/react-query';
import { searchAll } from '../../api/fhir.ts';
import { wordsOf } from './shape.ts';

export interface Practitioners {
  /** By name. */
  all: { id: string; name: string }[];
  /** The id where nobody of that id is known, or they have no name. */
  nameOf(id: string): string;
}

/** Asked for where they are `wanted`. */
export function usePractitioners(wanted: boolean): Practitioners {
  const found = useQuery({
    queryKey: ['Practitioner', 'population'],
    queryFn: () => searchAll('Practitioner', {}),
    enabled: wanted,
    staleTime: 600_000,
  });
  const all = (found.data ?? []).map(({ id = '', name }) => ({ id, name: wordsOf(name?.[0]) || id }));
  const names = new Map(all.map(({ id, name }) => [id, name]));
  return { all: all.sort((a, b) => a.name.localeCompare(b.name)), nameOf: (id) => names.get(id) ?? id };
}
