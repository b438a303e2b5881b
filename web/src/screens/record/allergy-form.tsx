// Recording, changing, ending an allergy, or taking back one that was never true.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AllergyIntolerance } from '../../../../src/fhir/generated/types.ts';
import { CodeField } from '../../parts/code-field.tsx';
import { allergiesQuery } from '../../parts/patient-banner.tsx';
import { conceptOf } from '../../parts/words.ts';
import { type AllergyTyped, allergyOf, allergyProblem, allergyRows, allergyTyped, newAllergy, noKnown } from './allergy.ts';
import { EntryFrame, type EntryKind, useEntry } from './entry.tsx';
import type { FormProps } from './record.tsx';

const kind: EntryKind<AllergyIntolerance, AllergyTyped> = {
  name: 'allergy',
  called: 'Allergy',
  record: 'Record an allergy',
  empty: newAllergy,
  typed: allergyTyped,
  problem: allergyProblem,
  made: allergyOf,
  rows: allergyRows,
};

export default function AllergyForm(form: FormProps<AllergyIntolerance>) {
  const { patient, before } = form;
  const entry = useEntry(kind, form);
  const { typed, set, send } = entry;
  const others = useQuery(allergiesQuery(patient));
  const standing = (others.data ?? []).filter(
    (one) => one.id !== before?.id && one.verificationStatus?.coding?.[0]?.code !== 'entered-in-error',
  );
  const same = standing.find((one) => conceptOf(one.code).trim().toLowerCase() === typed.substance.trim().toLowerCase());
  return (
    <EntryFrame
      kind={kind}
      entry={entry}
      form={form}
      buttons={
        before === undefined &&
        standing.length === 0 && (
          <Button variant="default" onClick={() => send({ ...newAllergy, substance: noKnown, category: '', criticality: '' })}>
            {noKnown}
          </Button>
        )
      }
    >
      <CodeField
        subject="allergen"
        label="What is not tolerated"
        placeholder="Penicillin, latex, peanuts"
        description={same === undefined ? undefined : `${conceptOf(same.code)} is recorded already`}
        text={typed.substance}
        coded={typed.coded}
        set={(substance, coded) => set({ substance, coded, ...(coded?.category === undefined ? {} : { category: coded.category }) })}
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
    </EntryFrame>
  );
}
