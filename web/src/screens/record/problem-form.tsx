// Recording, changing, resolving a problem, or taking back one that was never true.
import { NativeSelect, TextInput } from '@mantine/core';
import type { Condition } from '../../../../src/fhir/generated/types.ts';
import { CodeField } from '../../parts/code-field.tsx';
import { EntryFrame, type EntryKind, useEntry } from './entry.tsx';
import { newProblem, type ProblemTyped, problemOf, problemProblem, problemRows, problemTyped } from './problem.ts';
import type { FormProps } from './record.tsx';

const kind: EntryKind<Condition, ProblemTyped> = {
  name: 'problem',
  called: 'Problem',
  record: 'Record a problem',
  empty: newProblem,
  typed: problemTyped,
  problem: problemProblem,
  made: problemOf,
  rows: problemRows,
};

const words = (...list: string[]) => list.map((value) => ({ value, label: value === '' ? 'Not said' : value }));

export default function ProblemForm(form: FormProps<Condition>) {
  const entry = useEntry(kind, form);
  const { typed, set } = entry;
  return (
    <EntryFrame
      kind={kind}
      entry={entry}
      form={form}
      below={
        typed.change === 'resolved' && (
          <TextInput
            label="Ended"
            description="Empty: today"
            value={typed.ended}
            onChange={(event) => set({ ended: event.currentTarget.value })}
          />
        )
      }
    >
      <CodeField
        subject="problem"
        label="Problem or diagnosis"
        placeholder="Pneumonia, atrial fibrillation"
        text={typed.name}
        coded={typed.coded}
        set={(name, coded) => set({ name, coded })}
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
    </EntryFrame>
  );
}
