// Doses of a downtime that did not fit the record: each is recorded after all or discarded, with words that say why.
import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Task } from '../../../../src/fhir/generated/types.ts';
import { search } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import { Go } from '../../app/go.tsx';

const code = 'http://lamplight.example/CodeSystem/medication-task|downtime-conflict';
const leastLetters = 5;

/** Nothing, where nothing waits. */
export function Conflicts() {
  const { data, error } = useQuery({
    queryKey: ['Task', 'downtime-conflict'],
    queryFn: async ({ signal }) =>
      (await search('Task', { code, status: 'requested', _sort: 'authored-on', _count: 100 }, signal)).resources,
  });
  if (error !== null && data === undefined)
    return (
      <p className="bedside-alert" role="alert">
        ▲ Doses of a downtime that wait could not be read: {error.message}
      </p>
    );
  if (data === undefined || data.length === 0) return null;
  return (
    <section className="card" aria-label="After the downtime">
      <h2>
        After the downtime: doses that do not fit <span className="count">{data.length}</span>
      </h2>
      <ul className="due-rows">
        {data.map((task) => (
          <One key={task.id} task={task} />
        ))}
      </ul>
    </section>
  );
}

function One({ task }: { task: Task }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const patient = task.for?.reference?.replace('Patient/', '') ?? '';
  const decide = async (decision: 'record' | 'discard'): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await ask('/medication/downtime/resolve', {
        method: 'POST',
        body: { task: `Task/${task.id ?? ''}`, decision, reason: reason.trim() },
      });
    } catch (why) {
      setProblem(why instanceof Error ? why.message : String(why));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['Task'] });
    }
  };
  const ready = reason.trim().length >= leastLetters && !busy;
  return (
    <li className="due-row effect-row due-overdue">
      <strong dir="auto">▲ {task.description}</strong>
      <span dir="auto">{written(task)}</span>
      <Go to="/app/bedside" asked={{ patient, view: 'grid' }}>
        Look at what stands in the record
      </Go>
      <TextInput
        label="Why"
        size="lg"
        dir="auto"
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <span className="bedside-tools">
        <Button size="lg" disabled={!ready} onClick={() => void decide('record')}>
          Record it after all
        </Button>
        <Button size="lg" variant="default" disabled={!ready} onClick={() => void decide('discard')}>
          Discard it
        </Button>
      </span>
      {problem !== undefined && (
        <p className="bedside-alert" role="alert">
          ▲ {problem}
        </p>
      )}
    </li>
  );
}

/** As the ward wrote it down. */
function written({ input }: Task): string {
  try {
    const { at, outcome, by, words, dose } = JSON.parse(input?.[0]?.valueString ?? '') as {
      at?: string;
      outcome?: string;
      by?: string;
      words?: string;
      dose?: { value: number; unit: string };
    };
    const when = at === undefined ? undefined : new Date(at).toLocaleString();
    return [when, outcome?.replaceAll('-', ' '), dose === undefined ? undefined : `${dose.value} ${dose.unit}`, by, words]
      .filter((one) => one !== undefined)
      .join(' · ');
  } catch {
    return 'What was written down cannot be shown here: open the Task.';
  }
}
