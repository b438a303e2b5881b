// What was changed when, so that a line that moved can be understood later; noted and taken away here.
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAsked } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { addNote, endNote, type OneIndicator } from './api.ts';

export function Notes({ data, name }: { data: OneIndicator; name: string }) {
  const client = useQueryClient();
  const person = usePerson();
  const [asked] = useAsked();
  const [day, setDay] = useState('');
  const [words, setWords] = useState('');
  const [phase, setPhase] = useState(false);
  const again = (): void => void client.invalidateQueries({ queryKey: ['outcomes', 'one', name] });
  const add = useMutation({
    mutationFn: () => addNote({ indicator: name, day, words, phase, ...(asked['ward'] === undefined ? {} : { ward: asked['ward'] }) }),
    onSuccess: () => {
      setWords('');
      again();
    },
  });
  const end = useMutation({ mutationFn: endNote, onSuccess: again });
  const may = person.role !== 'records-officer';
  return (
    <section className="card" aria-label="What was changed">
      <h2>What was changed</h2>
      {data.notes.length === 0 && <p className="soft">Nothing is noted. “New protocol began” on its day says later why a line moved.</p>}
      <ul className="signs">
        {data.notes.map((note) => (
          <li key={note.id}>
            <strong>{note.day}</strong> <span dir="auto">{note.words}</span>{' '}
            <span className="soft">
              {note.phase ? 'limits start anew, ' : ''}
              {note.ward ?? 'all wards'}, {note.by}
            </span>{' '}
            {may && (
              <Button size="compact-xs" variant="default" aria-label={`Take away: ${note.words}`} onClick={() => end.mutate(note.id)}>
                Take away
              </Button>
            )}
          </li>
        ))}
      </ul>
      {may && (
        <form
          className="note-form"
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
        >
          <TextInput size="xs" type="date" label="Day" required value={day} onChange={(event) => setDay(event.currentTarget.value)} />
          <TextInput
            size="xs"
            label="What was changed"
            required
            maxLength={300}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <Checkbox size="xs" label="Limits start anew" checked={phase} onChange={(event) => setPhase(event.currentTarget.checked)} />
          <Button size="xs" type="submit" loading={add.isPending}>
            Note it
          </Button>
          {add.isError && <p role="alert">{add.error.message}</p>}
        </form>
      )}
    </section>
  );
}
