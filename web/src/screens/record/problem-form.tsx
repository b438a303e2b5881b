// Recording, changing, resolving a problem, or taking back one that was never true.
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Condition } from '../../../../src/fhir/generated/types.ts';
import { newId } from '../../api/ids.ts';
import { useDraft } from '../../app/use-draft.ts';
import { conceptOf } from '../../parts/words.ts';
import { newProblem, problemOf, problemProblem, problemRows, problemTyped } from './problem.ts';
import type { FormProps } from './record.tsx';
import { useAuthor } from './save.ts';
import { ChangeOf, FormFrame, useSubmit } from './submit.tsx';
import { localTime } from './vital-signs.ts';

const words = (...list: string[]) => list.map((value) => ({ value, label: value === '' ? 'Not said' : value }));

export default function ProblemForm({ patient, name, before, after }: FormProps<Condition>) {
  const label = `Problem of ${name}`;
  const address = `/app/record/${patient}?do=problem${before?.id === undefined ? '' : `&of=${before.id}`}`;
  const draft = useDraft(
    patient,
    `problem:${before?.id ?? 'new'}`,
    label,
    address,
    before === undefined ? newProblem : problemTyped(before),
  );
  const { value: typed, set } = draft;
  const [id] = useState(newId);
  const author = useAuthor();
  const submit = useSubmit<Condition>({ label, address }, (how) => {
    draft.done();
    after(how);
  });
  const send = (): void => {
    const problem = problemProblem(typed);
    if (problem !== undefined) return submit.say(problem);
    void submit.submit(problemOf(typed, { id, patient, at: localTime(new Date()), author }, before));
  };
  return (
    <FormFrame
      title={before === undefined ? 'Record a problem' : `Problem: ${conceptOf(before.code)}`}
      draft={draft}
      submit={submit}
      rows={problemRows}
      onSubmit={send}
      onCancel={() => after(undefined)}
    >
      <TextInput
        label="Problem or diagnosis"
        autoFocus
        required
        withAsterisk={false}
        dir="auto"
        value={typed.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <TextInput
        label="Since"
        description="2024, 2024-05 or 2024-05-12: as exactly as it is known"
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={typed.since}
        onChange={(event) => set({ since: event.currentTarget.value })}
      />
      <NativeSelect
        label="Certainty"
        value={typed.certainty}
        data={words('confirmed', 'provisional', 'differential', 'unconfirmed', 'refuted')}
        onChange={(event) => set({ certainty: event.currentTarget.value })}
      />
      <NativeSelect
        label="Severity"
        value={typed.severity}
        data={words(...new Set(['', 'Mild', 'Moderate', 'Severe', typed.severity]))}
        onChange={(event) => set({ severity: event.currentTarget.value })}
      />
      <Textarea
        label="Note"
        autosize
        minRows={2}
        dir="auto"
        value={typed.comment}
        onChange={(event) => set({ comment: event.currentTarget.value })}
      />
      {before !== undefined && (
        <ChangeOf change={typed.change} reason={typed.reason} ended={before.clinicalStatus?.coding?.[0]?.code === 'resolved'} set={set} />
      )}
      {typed.change === 'resolved' && (
        <TextInput
          label="Ended"
          description="Empty: today"
          value={typed.ended}
          onChange={(event) => set({ ended: event.currentTarget.value })}
        />
      )}
    </FormFrame>
  );
}
