// What the forms of this screen share: loading what is changed, saving it, and what happens when somebody else was faster.
import { Button, Group, NativeSelect, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Resource, ResourceType } from '../../../../src/fhir/generated/types.ts';
import { read } from '../../api/fhir.ts';
import { Refusal } from '../../api/http.ts';
import type { Typed } from '../../app/use-draft.ts';
import { Conflict, type ConflictOf } from '../../parts/conflict.tsx';
import { DraftState } from './draft-state.tsx';
import { type Named, type Saved, useSave } from './save.ts';

export interface Submit<R extends Resource> {
  busy: boolean;
  problem: string | undefined;
  say(problem: string | undefined): void;
  submit(resource: R): Promise<void>;
  conflict: ConflictOf<R> | undefined;
  keepMine(): void;
  takeTheirs(): void;
}

/** `after` is called once it is saved, kept to be sent, or given up for theirs. */
export function useSubmit<R extends Resource>(named: Named, after: (how: Saved | 'theirs') => void): Submit<R> {
  const { save } = useSave();
  const [busy, setBusy] = useState(false);
  const [problem, say] = useState<string>();
  const [conflict, setConflict] = useState<ConflictOf<R>>();
  const submit = async (resource: R): Promise<void> => {
    if (busy) return;
    setBusy(true);
    say(undefined);
    try {
      after(await save(resource, named));
    } catch (error) {
      if (error instanceof Refusal && error.status === 412) {
        const theirs = await read(resource.resourceType as ResourceType, resource.id ?? '').catch(() => undefined);
        if (theirs !== undefined) setConflict({ mine: resource, theirs: theirs as Resource as R });
        else say(error.message);
      } else say(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    problem,
    say,
    submit,
    conflict,
    keepMine() {
      if (conflict === undefined) return;
      setConflict(undefined);
      void submit({ ...conflict.mine, meta: conflict.theirs.meta });
    },
    takeTheirs() {
      setConflict(undefined);
      after('theirs');
    },
  };
}

/** The frame of a form: fields, what is kept of them, what is wrong, and its buttons. Ctrl+Enter saves from everywhere in it. */
export function FormFrame<R extends Resource, T>({
  title,
  draft,
  submit,
  rows,
  onSubmit,
  onCancel,
  save = 'Save',
  children,
  buttons,
}: {
  title: string;
  draft: Typed<T>;
  submit: Submit<R>;
  rows(resource: R): readonly [string, string][];
  onSubmit(): void;
  onCancel(): void;
  save?: string;
  children: ReactNode;
  buttons?: ReactNode;
}) {
  if (submit.conflict !== undefined)
    return <Conflict conflict={submit.conflict} rows={rows} keepMine={submit.keepMine} takeTheirs={submit.takeTheirs} />;
  const send = (event?: FormEvent): void => {
    event?.preventDefault();
    if (!draft.elsewhere) onSubmit();
  };
  return (
    <form
      className="card record-form"
      aria-label={title}
      noValidate
      onSubmit={send}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          send();
        }
      }}
    >
      <h2>{title}</h2>
      <fieldset disabled={draft.elsewhere} className="record-fields">
        <legend className="unseen">{title}</legend>
        {children}
      </fieldset>
      {submit.problem !== undefined && (
        <p role="alert" className="record-problem">
          {submit.problem}
        </p>
      )}
      <Group className="record-buttons">
        <Button type="submit" loading={submit.busy} disabled={draft.elsewhere}>
          {save}
        </Button>
        {buttons}
        <Button variant="default" onClick={onCancel}>
          Close
        </Button>
        <DraftState draft={draft} />
      </Group>
    </form>
  );
}

/** What becomes of something that stands in the record: changed, ended, or never true. */
export function ChangeOf({
  change,
  reason,
  ended,
  set,
}: {
  change: string;
  reason: string;
  ended: boolean;
  set(change: { change?: string; reason?: string }): void;
}) {
  return (
    <>
      <NativeSelect
        label="What is changed"
        value={change}
        data={[
          { value: 'details', label: 'Details' },
          ended ? { value: 'active', label: 'It is active again' } : { value: 'resolved', label: 'It is over: resolved' },
          { value: 'error', label: 'It was entered in error' },
        ]}
        onChange={(event) => set({ change: event.currentTarget.value })}
      />
      {change !== 'details' && (
        <Textarea
          label="Reason"
          description={change === 'error' ? 'Needed. It stays in the history.' : 'As a note to it'}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
      )}
    </>
  );
}
