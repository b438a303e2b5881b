// "My patients" of an account: a List of the record with an id made from the account's, so that it is the same on every device
// (http://hl7.org/fhir/R4/list.html). A second one says when its owner last looked at new results.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { List } from '../../../src/fhir/generated/types.ts';
import { search, update } from '../api/fhir.ts';
import { usePerson } from '../app/session.tsx';

export const myPatientsId = (account: string): string => `my-patients-${account}`;
const seenId = (account: string): string => `results-seen-${account}`;

/** Searched, not read: that there is none yet is an answer, not a failure. */
const orNone = async (_id: string): Promise<List | null> => (await search('List', { _id })).resources[0] ?? null;

export const patientsOf = (list: List | null | undefined): string[] =>
  (list?.entry ?? []).flatMap(({ item, deleted }) => {
    const id = /^Patient\/([^/]+)$/.exec(item.reference ?? '')?.[1];
    return id === undefined || deleted === true ? [] : [id];
  });

export function useMyPatients() {
  const { id: account, name } = usePerson();
  const client = useQueryClient();
  const id = myPatientsId(account);
  const query = useQuery({ queryKey: ['List', id], queryFn: () => orNone(id) });
  const change = useMutation({
    mutationFn: async ({ patient, called, on }: { patient: string; called: string; on: boolean }) => {
      const list = await orNone(id);
      const others = (list?.entry ?? []).filter(({ item }) => item.reference !== `Patient/${patient}`);
      return update<List>({
        ...(list ?? { resourceType: 'List', id, title: `Patients of ${name}` }),
        status: 'current',
        mode: 'working',
        entry: on ? [...others, { item: { reference: `Patient/${patient}`, display: called }, date: new Date().toISOString() }] : others,
      });
    },
    onSuccess: (list) => client.setQueryData(['List', id], list),
  });
  return { query, patients: query.data === undefined ? undefined : patientsOf(query.data), change };
}

/** When this account last looked at the new results of each patient, and a way to say that it has. */
export function useResultsSeen() {
  const { id: account, name } = usePerson();
  const client = useQueryClient();
  const id = seenId(account);
  const query = useQuery({ queryKey: ['List', id], queryFn: () => orNone(id) });
  const look = useMutation({
    mutationFn: async ({ patients, at }: { patients: readonly string[]; at: string }) => {
      const list = await orNone(id);
      const looked = new Set(patients.map((patient) => `Patient/${patient}`));
      const others = (list?.entry ?? []).filter(({ item }) => !looked.has(item.reference ?? ''));
      return update<List>({
        ...(list ?? { resourceType: 'List', id, title: `Results seen by ${name}` }),
        status: 'current',
        mode: 'working',
        entry: [...others, ...[...looked].map((reference) => ({ item: { reference }, date: at }))],
      });
    },
    onSuccess: (list) => client.setQueryData(['List', id], list),
  });
  return { query, look };
}

const dayMs = 86_400_000;

/** Since when results of a patient are new: the last look, but no longer ago than two weeks; a day where there was none. */
export function seenSince(list: List | null | undefined, now: Date): (patient: string | undefined) => Date {
  const seen = new Map(
    (list?.entry ?? []).map(({ item, date }) => [item.reference ?? '', date === undefined ? Number.NaN : Date.parse(date)]),
  );
  // To the hour, so that the question stays the same for a while.
  const hour = Math.floor(now.getTime() / 3_600_000) * 3_600_000;
  return (patient) => {
    const last = seen.get(`Patient/${patient ?? ''}`);
    return new Date(last === undefined || Number.isNaN(last) ? hour - dayMs : Math.max(last, hour - 14 * dayMs));
  };
}
