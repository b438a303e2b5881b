// Writing a note from a template, keeping it unsigned, signing it, amending it with a reason, taking it back.
import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Composition } from '../../../../src/fhir/generated/types.ts';
import { newId } from '../../api/ids.ts';
import { useDraft } from '../../app/use-draft.ts';
import { showTime } from '../../parts/dates.ts';
import { compositionOf, isSigned, type NoteTyped, noteFrom, noteProblem, noteRows, noteTyped, type Writing } from './note.ts';
import type { FormProps } from './record.tsx';
import { openEncounterQuery, useAuthor } from './save.ts';
import { FormFrame, useSubmit } from './submit.tsx';
import { templateNamed, templates } from './templates.ts';
import { localTime } from './vital-signs.ts';

/** The template that a note was begun from, by its code. */
const templateOf = ({ type }: Composition) => templates.find(({ code }) => type.coding?.some((one) => one.code === code.code));

export default function NoteForm({ patient, name, before, after }: FormProps<Composition>) {
  const [first] = useState<NoteTyped>(() =>
    before === undefined ? noteFrom(templateNamed(undefined), newId()) : noteTyped(before, templateOf(before)),
  );
  const label = `Note about ${name}`;
  const address = `/app/record/${patient}?do=note${before?.id === undefined ? '' : `&of=${before.id}`}`;
  const draft = useDraft(patient, `note:${before?.id ?? 'new'}`, label, address, first);
  const { value: typed, set } = draft;
  const encounter = useQuery(openEncounterQuery(patient));
  const author = useAuthor();
  const submit = useSubmit<Composition>({ label, address }, (how) => {
    draft.done();
    after(how);
  });
  const signed = before !== undefined && isSigned(before);
  const template = templateNamed(typed.template);

  const send = (as: Writing['as']): void => {
    if (draft.elsewhere) return;
    const problem =
      as === 'keep'
        ? typed.title.trim() === ''
          ? 'Give the note a title'
          : undefined
        : as === 'withdraw'
          ? typed.reason.trim() === ''
            ? 'Say why it is taken back: it stays in the history with the reason'
            : undefined
          : noteProblem(typed, before);
    if (problem !== undefined) return submit.say(problem);
    const open = encounter.data?.id;
    const writing = {
      patient,
      ...(open === undefined ? {} : { encounter: open }),
      at: localTime(new Date()),
      author,
      as,
      code: template.code,
    };
    void submit.submit(compositionOf(typed, writing, before));
  };
  const choose = (called: string): void => {
    const next = noteFrom(templateNamed(called), typed.id);
    // What is written goes along: into the part of the same name, or the last one.
    const written = typed.parts.filter(({ text }) => text.trim() !== '');
    const parts = next.parts.map((part) => written.find(({ title }) => title === part.title) ?? part);
    const rest = written.filter((part) => !parts.includes(part));
    set({ ...next, parts: [...parts, ...rest] });
  };
  return (
    <FormFrame
      title={before === undefined ? 'Write a note' : signed ? `Amend: ${before.title}` : `Go on with: ${before.title}`}
      draft={draft}
      submit={submit}
      rows={noteRows}
      onSubmit={() => send('sign')}
      onCancel={() => after(undefined)}
      save={signed ? 'Sign the amendment' : 'Sign'}
      buttons={
        <>
          {!signed && (
            <Button variant="default" onClick={() => send('keep')}>
              Keep unsigned
            </Button>
          )}
          {before !== undefined && (
            <Button variant="default" onClick={() => send('withdraw')}>
              Entered in error
            </Button>
          )}
        </>
      }
    >
      {signed && (
        <p className="beneath">
          Signed by {before.attester?.at(-1)?.party?.display ?? 'somebody'}, {showTime(before.attester?.at(-1)?.time ?? before.date)}. That
          version stays; yours becomes the next one and names it.
        </p>
      )}
      <div className="record-pair">
        {before === undefined && (
          <NativeSelect
            label="Template"
            value={template.name}
            data={templates.map((one) => ({ value: one.name, label: one.name }))}
            onChange={(event) => choose(event.currentTarget.value)}
          />
        )}
        <TextInput label="Title" dir="auto" value={typed.title} onChange={(event) => set({ title: event.currentTarget.value })} />
      </div>
      {typed.parts.map((part, at) => (
        <Textarea
          // biome-ignore lint/suspicious/noArrayIndexKey: parts stay in their order
          key={`${typed.template} ${at}`}
          label={part.title || 'Text'}
          placeholder={template.parts.find(({ title }) => title === part.title)?.hint}
          autosize
          minRows={typed.parts.length === 1 ? 12 : 3}
          maxRows={24}
          dir="auto"
          autoFocus={at === 0}
          value={part.text}
          onChange={(event) => {
            const text = event.currentTarget.value;
            set({ parts: typed.parts.map((one, place) => (place === at ? { ...one, text } : one)) });
          }}
        />
      ))}
      {before !== undefined && (
        <Textarea
          label={signed ? 'Reason for the amendment' : 'Reason, where it is taken back'}
          autosize
          minRows={1}
          dir="auto"
          value={typed.reason}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
      )}
      <p className="beneath">
        Ctrl+Enter signs{encounter.data === null ? '. No stay is open: the note belongs to the patient alone' : ''}. What is typed is kept
        here by itself.
      </p>
    </FormFrame>
  );
}
