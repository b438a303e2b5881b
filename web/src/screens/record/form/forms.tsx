// Choosing a questionnaire and filling it in. An administrator may load further ones here.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Coding, Questionnaire, QuestionnaireItem, QuestionnaireResponse, ValueSet } from '../../../../../src/fhir/generated/types.ts';
import { query, read, search } from '../../../api/fhir.ts';
import { ask } from '../../../api/http.ts';
import { useAsked } from '../../../app/go.tsx';
import { usePerson } from '../../../app/session.tsx';
import { OfferedQuestionnaires, questionnairesQuery } from '../../../parts/offered-questionnaires.tsx';
import { patientQuery } from '../../../parts/patient-banner.tsx';
import { Empty, Failure, Waiting } from '../../../parts/states.tsx';
import type { FormProps } from '../record.tsx';
import { Fill } from './fill.tsx';

export default function Forms(props: FormProps<QuestionnaireResponse> & { questionnaire: string | undefined }) {
  const { before, questionnaire } = props;
  const canonical = before?.questionnaire;
  if (questionnaire === undefined && canonical === undefined) return <Choose close={() => props.after(undefined)} />;
  return <Open {...props} canonical={canonical} />;
}

function Choose({ close }: { close(): void }) {
  const { role } = usePerson();
  const [, change] = useAsked();
  const all = useQuery(questionnairesQuery);
  if (all.isPending) return <Waiting what="The questionnaires" />;
  if (all.isError) return <Failure error={all.error} again={() => void all.refetch()} />;
  return (
    <section className="card record-form" aria-label="Fill in a form">
      <h2>Fill in a form</h2>
      {all.data.length === 0 ? (
        <Empty title="No questionnaire is in the record yet">
          Questionnaires come as FHIR resources: through the API, from files (lamplight load), or an administrator loads those that come
          with Lamplight.
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
      {role === 'administrator' ? (
        <OfferedQuestionnaires />
      ) : (
        <p className="beneath">Further ones are loaded by an administrator, under Administration.</p>
      )}
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
