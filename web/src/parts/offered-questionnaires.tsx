// Questionnaires that come with Lamplight or lie in the knowledge of the site, and that the record does not have, or has in another
// version: an administrator loads them with one press.
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Questionnaire } from '../../../src/fhir/generated/types.ts';
import { searchAll, update } from '../api/fhir.ts';
import { ask } from '../api/http.ts';
import { Empty, Failure, Waiting } from './states.tsx';

export const questionnairesQuery = {
  queryKey: ['Questionnaire', 'all'],
  queryFn: () => searchAll('Questionnaire', { status: 'active,draft', _sort: 'title' }, 500),
};

const offeredQuery = {
  queryKey: ['questionnaires'],
  queryFn: async () => (await ask<{ questionnaires: Questionnaire[] }>('/questionnaires')).questionnaires,
  staleTime: 600_000,
};

const called = ({ title, name, id }: Questionnaire): string => title ?? name ?? id ?? '';

/** `all`: what is loaded already stands there too. */
export function OfferedQuestionnaires({ all = false }: { all?: boolean }) {
  const client = useQueryClient();
  const offered = useQuery(offeredQuery);
  const there = useQuery(questionnairesQuery);
  const load = useMutation({
    // The version that is there is named, so that nobody's change is overwritten unseen.
    mutationFn: (one: Questionnaire) => {
      const before = there.data?.find(({ id }) => id === one.id);
      return update<Questionnaire>(before?.meta === undefined ? one : { ...one, meta: before.meta });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['Questionnaire'] }),
  });
  const error = offered.error ?? there.error;
  if (error !== null) return <Failure error={error} again={() => void Promise.all([offered.refetch(), there.refetch()])} />;
  if (offered.data === undefined || there.data === undefined) return <Waiting what="The questionnaires" rows={3} />;
  const rows = offered.data
    .map((one) => ({ one, before: there.data.find(({ id }) => id === one.id) }))
    .filter(({ one, before }) => all || before === undefined || before.version !== one.version);
  if (rows.length === 0)
    return all ? (
      <Empty title="No questionnaire lies in knowledge">
        Put FHIR Questionnaires as JSON files into the folder <code>questionnaires/</code> of a folder that LAMPLIGHT_KNOWLEDGE names, and
        start again.
      </Empty>
    ) : null;
  return (
    <>
      <ul className="rows" aria-label="Questionnaires to load">
        {rows.map(({ one, before }) => (
          <li key={one.id}>
            <span className="row-what" dir="auto">
              {called(one)}
            </span>
            <span className="row-beside" dir="auto">
              {one.version === undefined ? '' : `Version ${one.version} · `}
              {before === undefined
                ? 'not in the record'
                : before.version === one.version
                  ? '✓ in the record'
                  : `the record has version ${before.version ?? 'without a number'}`}
            </span>
            {before?.version === one.version && before !== undefined ? null : (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Load ${called(one)}`}
                loading={load.isPending && load.variables.id === one.id}
                onClick={() => load.mutate(one)}
              >
                Load
              </Button>
            )}
          </li>
        ))}
      </ul>
      {load.isError && <Failure title="It could not be loaded" error={load.error} />}
    </>
  );
}
