// What the forms of allergies and problems have in common: an entry of a list that is recorded, changed, ended, or taken back because it
// was never true.
import { Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { AllergyIntolerance, Condition } from '../../../../src/fhir/generated/types.ts';
import { newId } from '../../api/ids.ts';
import { useDraft } from '../../app/use-draft.ts';
import { conceptOf } from '../../parts/words.ts';
import type { Written } from './allergy.ts';
import type { FormProps } from './record.tsx';
import { useAuthor } from './save.ts';
import { ChangeOf, FormFrame, useSubmit } from './submit.tsx';
import { localTime } from './vital-signs.ts';

type Entry = AllergyIntolerance | Condition;

/** What every entry has beside what it is about. */
interface Typed {
  comment: string;
  change: string;
  reason: string;
}

/** How one kind of entry is typed and written. */
export interface EntryKind<R extends Entry, T extends Typed> {
  /** In addresses and drafts: `allergy`. */
  name: 'allergy' | 'problem';
  /** `Allergy`, before the name of one. */
  called: string;
  record: string;
  empty: T;
  typed(entry: R): T;
  /** What must be mended before it can be saved. */
  problem(typed: T): string | undefined;
  made(typed: T, written: Written, before?: R): R;
  rows(entry: R): readonly [string, string][];
}

export function useEntry<R extends Entry, T extends Typed>(kind: EntryKind<R, T>, { patient, name, before, after }: FormProps<R>) {
  const label = `${kind.called} of ${name}`;
  const address = `/app/record/${patient}?do=${kind.name}${before?.id === undefined ? '' : `&of=${before.id}`}`;
  const first = before === undefined ? kind.empty : kind.typed(before);
  const draft = useDraft<T>(patient, `${kind.name}:${before?.id ?? 'new'}`, label, address, first);
  const [id] = useState(newId);
  const author = useAuthor();
  const submit = useSubmit<R>({ label, address }, (how) => {
    draft.done();
    after(how);
  });
  const send = (typed: T = draft.value): void => {
    const problem = kind.problem(typed);
    if (problem !== undefined) return submit.say(problem);
    void submit.submit(kind.made(typed, { id, patient, at: localTime(new Date()), author }, before));
  };
  return { draft, typed: draft.value, set: draft.set, submit, send };
}

export function EntryFrame<R extends Entry, T extends Typed>({
  kind,
  entry: { draft, typed, set, submit, send },
  form: { before, after },
  buttons,
  children,
  below,
}: {
  kind: EntryKind<R, T>;
  entry: ReturnType<typeof useEntry<R, T>>;
  form: FormProps<R>;
  buttons?: ReactNode;
  children: ReactNode;
  /** Asked for after what is changed. */
  below?: ReactNode;
}) {
  const put = (change: Partial<Typed>): void => set(change as Partial<T>);
  return (
    <FormFrame
      title={before === undefined ? kind.record : `${kind.called}: ${conceptOf(before.code)}`}
      draft={draft}
      submit={submit}
      rows={kind.rows}
      onSubmit={() => send()}
      onCancel={() => after(undefined)}
      buttons={buttons}
    >
      {children}
      <Textarea
        label="Note"
        autosize
        minRows={2}
        dir="auto"
        value={typed.comment}
        onChange={(event) => put({ comment: event.currentTarget.value })}
      />
      {before !== undefined && (
        <ChangeOf change={typed.change} reason={typed.reason} ended={before.clinicalStatus?.coding?.[0]?.code === 'resolved'} set={put} />
      )}
      {below}
    </FormFrame>
  );
}
