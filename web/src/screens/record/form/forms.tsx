// Choosing a questionnaire and filling it in. Those that come with Lamplight can be loaded by an administrator.
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Coding, Questionnaire, QuestionnaireItem, QuestionnaireResponse, ValueSet } from '../../../../../src/fhir/generated/types.ts';
import { query, read, search, searchAll, update } from '../../../api/fhir.ts';
import { ask } from '../../../api/http.ts';
import { useAsked } from '../../../app/go.tsx';
import { usePerson } from '../../../app/session.tsx';
import { patientQuery } from '../../../parts/patient-banner.tsx';
import { Empty, Failure, Waiting } from '../../../parts/states.tsx';
import type { FormProps } from '../record.tsx';
import { Fill } from './fill.tsx';

// Data, not code: each is a file of its own that is fetched when somebody asks for it.
const shipped = import.meta.glob<{ default: Questionnaire }>('../../../../../knowledge/questionnaires/*.json');
const nameOf = (path: string): string => (path.split('/').at(-1) ?? '').replace('.json', '');

const questionnairesQuery = {
  queryKey: ['Questionnaire', 'all'],
  queryFn: () => searchAll('Questionnaire', { status: 'active,draft', _sort: 'title' }, 500),
};

export default function Forms(props: FormProps<QuestionnaireResponse> & { questionnaire: string | undefined }) {
  const { before, questionnaire } = props;
  const canonical = before?.questionnaire;
  if (questionnaire === undefined && canonical === undefined) return <Choose close={() => props.after(undefined)} />;
  return <Open {...props} canonical={canonical} />;
}

function Choose({ close }: { close(): void }) {
  const { role } = usePerson();
  const [, change] = useAsked();
  const client = useQueryClient();
  const all = useQuery(questionnairesQuery);
  const load = useMutation({
    mutationFn: async (path: string) => {
      const file = await shipped[path]?.();
      if (file === undefined) throw new Error(`${nameOf(path)} did not come with this Lamplight`);
      return update(file.default);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['Questionnaire'] }),
  });
  if (all.isPending) return <Waiting what="The questionnaires" />;
  if (all.isError) return <Failure error={all.error} again={() => void all.refetch()} />;
  const missing = Object.keys(shipped).filter((path) => !all.data.some(({ id }) => id === nameOf(path)));
  return (
    <section className="card record-form" aria-label="Fill in a form">
      <h2>Fill in a form</h2>
      {all.data.length === 0 ? (
        <Empty title="No questionnaire is in the record yet">
          Questionnaires come as FHIR resources: through the API, from files (lamplight load), or those below, which an administrator may
          load.
        </Empty>
      ) : (
        <ul className="rows">
          {all.data.map(({ id, title, name, description }) => (
            <li key={id}>
              <button type="button" className="row-open" dir="auto" onClick={() => change({ with: id })}>
                {title ?? name ?? id}
              </button>
              <span className="row-beside" dir="auto">
                {description}
              </span>
            </li>
          ))}
        </ul>
      )}
      {missing.length > 0 && (
        <p className="beneath">
          Free instruments that come with Lamplight:{' '}
          {missing.map((path) =>
            role === 'administrator' ? (
              <Button key={path} size="compact-sm" variant="default" mr="xs" loading={load.isPending} onClick={() => load.mutate(path)}>
                Load {nameOf(path).toUpperCase()}
              </Button>
            ) : (
              <span key={path}>{nameOf(path).toUpperCase()} </span>
            ),
          )}
          {role === 'administrator' ? '' : '– an administrator loads them here.'}
        </p>
      )}
      {load.isError && <Failure title="It could not be loaded" error={load.error} />}
      <Button variant="default" onClick={close}>
        Close
      </Button>
    </section>
  );
}

function Open({
  questionnaire: id,
  canonical,
  ...props
}: FormProps<QuestionnaireResponse> & { questionnaire: string | undefined; canonical: string | undefined }) {
  const found = useQuery({
    queryKey: ['editing', 'Questionnaire', id ?? canonical],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<Questionnaire> => {
      if (id !== undefined) return read('Questionnaire', id);
      const [url = '', version] = (canonical ?? '').split('|');
      const { resources } = await search('Questionnaire', { url, version, _sort: '-_lastUpdated', _count: 1 });
      if (resources[0] === undefined)
        throw new Error('The questionnaire of these answers is not in the record any more: they can be read in the chart.');
      return resources[0];
    },
  });
  const questionnaire = found.data;
  const patient = useQuery(patientQuery(props.patient));
  const sets = useQuery({
    queryKey: ['ValueSet', 'of', questionnaire?.id],
    enabled: questionnaire !== undefined,
    queryFn: () => expansions(questionnaire?.item ?? []),
  });
  if (found.isError) return <Failure title="This form could not be opened" error={found.error} again={() => void found.refetch()} />;
  if (questionnaire === undefined || patient.data === undefined || sets.isPending) return <Waiting what="The form" />;
  if (sets.isError)
    return <Failure title="The answers that can be chosen could not be fetched" error={sets.error} again={() => void sets.refetch()} />;
  const form = { questionnaire, patient: patient.data, expanded: sets.data, today: new Date().toISOString().slice(0, 10) };
  return <Fill {...props} form={form} />;
}

/** What can be chosen where a question names a value set, by linkId; contained ones as they stand. */
async function expansions(items: readonly QuestionnaireItem[]): Promise<Map<string, readonly Coding[]>> {
  const found = new Map<string, readonly Coding[]>();
  for (const item of items.flatMap(function all(one): QuestionnaireItem[] {
    return [one, ...(one.item ?? []).flatMap(all)];
  })) {
    if (item.answerValueSet === undefined) continue;
    const set = await ask<ValueSet>(`/fhir/ValueSet/$expand${query({ url: item.answerValueSet, count: 200 })}`);
    found.set(
      item.linkId,
      (set.expansion?.contains ?? []).map(({ system, code, display }) => ({ system, code, display })),
    );
  }
  return found;
}
