// A questionnaire as it is filled in: what is asked changes with the answers, what is calculated follows at once, the draft stays.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { QuestionnaireResponse } from '../../../../../src/fhir/generated/types.ts';
import { newId } from '../../../api/ids.ts';
import { useDraft } from '../../../app/use-draft.ts';
import type { FormProps } from '../record.tsx';
import { openEncounterQuery, useAuthor } from '../save.ts';
import { FormFrame, useSubmit } from '../submit.tsx';
import { localTime } from '../vital-signs.ts';
import { beginning, calculated, type Form, type FormTyped, findings, notUnderstood, responseItems, scoreOf, typedFrom } from './answers.ts';
import { Items } from './items.tsx';

export function Fill({ patient, name, before, after, form }: FormProps<QuestionnaireResponse> & { form: Form }) {
  const { questionnaire } = form;
  const title = questionnaire.title ?? questionnaire.name ?? 'Form';
  const label = `${title} of ${name}`;
  const address = `/app/record/${patient}?do=form&${before?.id === undefined ? `with=${questionnaire.id ?? ''}` : `of=${before.id}`}`;
  const [start] = useState(() => {
    if (before !== undefined) return { typed: typedFrom(before, form), prefilled: new Set<string>() };
    return beginning(form);
  });
  const [id] = useState(newId);
  const draft = useDraft<FormTyped>(patient, `form:${before?.id ?? questionnaire.id ?? ''}`, label, address, calculated(form, start.typed));
  const typed = draft.value;
  const encounter = useQuery(openEncounterQuery(patient));
  const author = useAuthor();
  const [shown, setShown] = useState<ReadonlyMap<string, string>>(new Map());
  const submit = useSubmit<QuestionnaireResponse>({ label, address }, (how) => {
    draft.done();
    after(how);
  });
  const send = (status: 'completed' | 'in-progress'): void => {
    const found = findings(form, typed);
    const wrong = [...found].filter(([, words]) => status === 'completed' || words !== 'This needs an answer');
    setShown(new Map(wrong));
    if (wrong.length > 0)
      return submit.say(
        wrong.length === 1 ? 'One answer is missing or cannot be right' : `${wrong.length} answers are missing or cannot be right`,
      );
    const item = responseItems(form, typed);
    const open = encounter.data?.id;
    const { item: _, ...rest }: QuestionnaireResponse = before ?? {
      resourceType: 'QuestionnaireResponse',
      id,
      status,
      questionnaire: canonicalOf(questionnaire),
      // What the form was called, for lists (http://hl7.org/fhir/R4/extension-display.html).
      _questionnaire: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/display', valueString: title }] },
      subject: { reference: `Patient/${patient}` },
      ...(open === undefined ? {} : { encounter: { reference: `Encounter/${open}` } }),
    };
    const done = before !== undefined && ['completed', 'amended'].includes(before.status);
    void submit.submit({
      ...rest,
      status: done ? 'amended' : status,
      authored: localTime(new Date()),
      author,
      ...(item.length === 0 ? {} : { item }),
    });
  };
  const score = scoreOf(form, typed);
  const byHand = notUnderstood(questionnaire);
  const finished = before !== undefined && before.status !== 'in-progress';
  return (
    <FormFrame<QuestionnaireResponse, FormTyped>
      title={title}
      draft={draft}
      submit={submit}
      rows={rows}
      onSubmit={() => send('completed')}
      onCancel={() => after(undefined)}
      save={finished ? 'Save as amended' : 'Complete'}
      buttons={
        !finished && (
          <Button variant="default" onClick={() => send('in-progress')}>
            Keep unfinished
          </Button>
        )
      }
    >
      {questionnaire.description !== undefined && <p className="beneath">{questionnaire.description}</p>}
      {byHand.length > 0 && <p className="beneath">Fill in by hand, their calculation is not understood here: {byHand.join(', ')}.</p>}
      <Items
        items={questionnaire.item ?? []}
        parent=""
        form={form}
        typed={typed}
        prefilled={start.prefilled}
        findings={shown}
        change={(next) => draft.set(calculated(form, next))}
      />
      {score !== undefined && (
        <p className="form-score" role="status">
          <strong>{score.points}</strong> points · {score.answered} of {score.of} answered
        </p>
      )}
      {questionnaire.copyright !== undefined && <p className="beneath">{questionnaire.copyright}</p>}
    </FormFrame>
  );
}

const canonicalOf = ({ url, version, id }: Form['questionnaire']): string =>
  url === undefined ? `Questionnaire/${id ?? ''}` : version === undefined ? url : `${url}|${version}`;

type Item = NonNullable<QuestionnaireResponse['item']>[number];
const words = (answer: object): string => {
  const value: unknown = Object.entries(answer).find(([name]) => name.startsWith('value'))?.[1];
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return String(Object.entries(value).find(([name]) => ['display', 'value', 'code', 'reference', 'title'].includes(name))?.[1] ?? '');
};
const flat = (items: readonly Item[]): [string, string][] =>
  items.flatMap((item) => [
    ...(item.answer === undefined ? [] : [[item.text ?? item.linkId, item.answer.map(words).join(', ')] satisfies [string, string]]),
    ...flat(item.item ?? []),
    ...(item.answer ?? []).flatMap((answer) => flat(answer.item ?? [])),
  ]);
const rows = (response: QuestionnaireResponse): [string, string][] => [['State', response.status], ...flat(response.item ?? [])];
