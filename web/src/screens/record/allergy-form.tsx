// Recording, changing, ending an allergy, or taking back one that was never true.
import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AllergyIntolerance } from '../../../../src/fhir/generated/types.ts';
import { newId } from '../../api/ids.ts';
import { useDraft } from '../../app/use-draft.ts';
import { allergiesQuery } from '../../parts/patient-banner.tsx';
import { conceptOf } from '../../parts/words.ts';
import { allergyOf, allergyProblem, allergyRows, allergyTyped, newAllergy, noKnown } from './allergy.ts';
import type { FormProps } from './record.tsx';
import { useAuthor } from './save.ts';
import { ChangeOf, FormFrame, useSubmit } from './submit.tsx';
import { localTime } from './vital-signs.ts';

export default function AllergyForm({ patient, name, before, after }: FormProps<AllergyIntolerance>) {
  const label = `Allergy of ${name}`;
  const address = `/app/record/${patient}?do=allergy${before?.id === undefined ? '' : `&of=${before.id}`}`;
  const draft = useDraft(
    patient,
    `allergy:${before?.id ?? 'new'}`,
    label,
    address,
    before === undefined ? newAllergy : allergyTyped(before),
  );
  const { value: typed, set } = draft;
  const [id] = useState(newId);
  const author = useAuthor();
  const others = useQuery(allergiesQuery(patient));
  const submit = useSubmit<AllergyIntolerance>({ label, address }, (how) => {
    draft.done();
    after(how);
  });
  const send = (value = typed): void => {
    const problem = allergyProblem(value);
    if (problem !== undefined) return submit.say(problem);
    void submit.submit(allergyOf(value, { id, patient, at: localTime(new Date()), author }, before));
  };
  const standing = (others.data ?? []).filter(
    (one) => one.id !== before?.id && one.verificationStatus?.coding?.[0]?.code !== 'entered-in-error',
  );
  const same = standing.find((one) => conceptOf(one.code).trim().toLowerCase() === typed.substance.trim().toLowerCase());
  return (
    <FormFrame
      title={before === undefined ? 'Record an allergy' : `Allergy: ${conceptOf(before.code)}`}
      draft={draft}
      submit={submit}
      rows={allergyRows}
      onSubmit={send}
      onCancel={() => after(undefined)}
      buttons={
        before === undefined &&
        standing.length === 0 && (
          <Button variant="default" onClick={() => send({ ...newAllergy, substance: noKnown, category: '', criticality: '' })}>
            {noKnown}
          </Button>
        )
      }
    >
      <TextInput
        label="What is not tolerated"
        placeholder="Penicillin, latex, peanuts"
        autoFocus
        required
        withAsterisk={false}
        dir="auto"
        value={typed.substance}
        description={same === undefined ? undefined : `${conceptOf(same.code)} is recorded already`}
        onChange={(event) => set({ substance: event.currentTarget.value })}
      />
      <NativeSelect
        label="Kind"
        value={typed.category}
        data={[
          { value: 'medication', label: 'Medication' },
          { value: 'food', label: 'Food' },
          { value: 'environment', label: 'Environment' },
          { value: 'biologic', label: 'Biologic' },
          { value: '', label: 'Not known' },
        ]}
        onChange={(event) => set({ category: event.currentTarget.value })}
      />
      <NativeSelect
        label="Risk"
        value={typed.criticality}
        data={[
          { value: 'unable-to-assess', label: 'Cannot be judged' },
          { value: 'low', label: 'Low' },
          { value: 'high', label: 'High: may be life-threatening' },
          { value: '', label: 'Not said' },
        ]}
        onChange={(event) => set({ criticality: event.currentTarget.value })}
      />
      <TextInput
        label="Reaction"
        placeholder="Rash, anaphylaxis"
        dir="auto"
        value={typed.reaction}
        onChange={(event) => set({ reaction: event.currentTarget.value })}
      />
      <NativeSelect
        label="How severe it was"
        value={typed.severity}
        data={[
          { value: '', label: 'Not known' },
          { value: 'mild', label: 'Mild' },
          { value: 'moderate', label: 'Moderate' },
          { value: 'severe', label: 'Severe' },
        ]}
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
    </FormFrame>
  );
}
