// What became of an alert: its state with words, who and when. Said once for a run of days; it is not raised anew while the run goes on.
import { Button, Group, Select, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showTime } from '../../parts/dates.ts';
import { type Alert, type State, say } from './api.ts';
import { facetWords, rarity, shortDay, stateMarks, stateNames } from './words.ts';

const isState = (text: string | null): text is State => text !== null && Object.hasOwn(stateNames, text);

export function Notes({ alert, may }: { alert: Alert; may: boolean }) {
  const client = useQueryClient();
  const [state, setState] = useState<State>(alert.state === 'new' ? 'investigating' : alert.state);
  const [words, setWords] = useState('');
  const saving = useMutation({
    mutationFn: () =>
      say({
        syndrome: alert.syndrome,
        class: alert.class,
        facet: alert.facet,
        value: alert.value,
        first: alert.first,
        last: alert.last,
        state,
        words,
      }),
    onSuccess: async () => {
      setWords('');
      await client.invalidateQueries({ queryKey: ['Encounter', 'surveillance', 'alerts'] });
    },
  });
  return (
    <section className="card" aria-label="Investigation">
      <h2>
        Investigation{' '}
        <span className="count">
          {stateMarks[alert.state]} {stateNames[alert.state]}
        </span>
      </h2>
      <p className="soft">
        {alert.title}, {facetWords(alert)}, {shortDay(alert.first)} to {shortDay(alert.last)}, {rarity(alert.recurrenceDays)} by chance.
      </p>
      {alert.notes.length > 0 && (
        <ol className="notes">
          {alert.notes.map((note) => (
            <li key={note.id}>
              <b>{stateNames[note.state]}</b> <span dir="auto">{note.words}</span>{' '}
              <span className="soft">
                {note.by.name} ({note.by.role}), {showTime(note.at)}
              </span>
            </li>
          ))}
        </ol>
      )}
      {may && (
        <form
          data-search
          onSubmit={(event) => {
            event.preventDefault();
            saving.mutate();
          }}
        >
          <Group align="flex-end" gap="sm">
            <Select
              label="State"
              size="xs"
              w={180}
              allowDeselect={false}
              data={Object.entries(stateNames).map(([value, label]) => ({ value, label }))}
              value={state}
              onChange={(value) => isState(value) && setState(value)}
            />
            <Textarea
              label="What was found out, or is to be done"
              size="xs"
              autosize
              minRows={1}
              className="note-words"
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
              error={saving.error?.message}
            />
            <Button type="submit" size="xs" loading={saving.isPending}>
              Save note
            </Button>
          </Group>
        </form>
      )}
    </section>
  );
}
