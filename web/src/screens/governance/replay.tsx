// One rule over past orders before anybody changes it: what would be different, how far the job is, then the figures with a sample
// to look at, and the change itself with this replay as its evidence.
import { Button, NativeSelect, Progress, Table, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Go, useAsked } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { Columns } from '../../parts/columns.tsx';
import { showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Failure } from '../../parts/states.tsx';
import { askChange, askReplay, cancelReplay, type Different, type ReplayAnswer, type RuleName, replay } from './api.ts';
import { mayChange } from './change-list.tsx';
import { rateWords } from './figures.ts';
import { WithReason } from './parts.tsx';

const offers: readonly { value: string; label: string; different: Different }[] = [
  { value: 'shadow', label: 'Shadow: it runs and is not shown', different: { what: 'shadow' } },
  { value: 'aside', label: 'Aside: shown, never interrupts', different: { what: 'at-most', tier: 'aside' } },
  { value: 'interrupt', label: 'Interrupts, never stops', different: { what: 'at-most', tier: 'interrupt' } },
  { value: 'raise', label: 'Interrupts at least', different: { what: 'at-least', tier: 'interrupt' } },
  { value: 'active', label: 'Activate: shown as its file has it', different: { what: 'active' } },
  { value: 'retired', label: 'Retire: it does not run', different: { what: 'retired' } },
];
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export function Replay({ name }: { name: RuleName }) {
  const [asked, setAsked] = useAsked();
  const person = usePerson();
  const client = useQueryClient();
  const [since, setSince] = useState(() => dayOf(Date.now() - 90 * 86_400_000));
  const offer = offers.find((each) => each.value === asked['to']) ?? offers[0]!;
  const id = asked['replay'];
  const begin = useMutation({
    mutationFn: () => askReplay(name, offer.different, since),
    onSuccess: (answer) => setAsked({ replay: answer.replay }),
  });
  const run = useQuery({
    queryKey: ['medication-rules', 'replay', id],
    queryFn: () => replay(id!),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data === undefined || ['waiting', 'running'].includes(state.data.state) ? 1500 : false),
  });
  const stop = useMutation({ mutationFn: () => cancelReplay(id!), onSettled: () => run.refetch() });
  const answer = id === undefined ? undefined : run.data;
  const busy = answer !== undefined && ['waiting', 'running'].includes(answer.state);
  const mayRun = mayChange(person.role) || person.role === 'analyst';
  return (
    <section className="card" aria-label="Try a change over past orders">
      <h2>Try a change over past orders</h2>
      <form
        className="replay-ask"
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate();
        }}
      >
        <NativeSelect
          label="The rule would be"
          data={offers.map(({ value, label }) => ({ value, label }))}
          value={offer.value}
          onChange={(event) => setAsked({ to: event.currentTarget.value, replay: undefined })}
        />
        <TextInput label="Orders since" type="date" value={since} onChange={(event) => setSince(event.currentTarget.value)} required />
        <Button type="submit" variant="default" disabled={!mayRun || busy} loading={begin.isPending}>
          Replay
        </Button>
        {busy && (
          <Button variant="default" onClick={() => stop.mutate()}>
            Cancel
          </Button>
        )}
      </form>
      {begin.isError && <Failure title="It was not begun" error={begin.error} />}
      {run.isError && <Failure error={run.error} again={() => void run.refetch()} />}
      {answer !== undefined && <Answer answer={answer} />}
      {mayChange(person.role) && (
        <WithReason
          label={answer?.state === 'done' ? 'Why, in view of this replay?' : 'Why? A change without a replay says so'}
          done={() => void client.invalidateQueries({ queryKey: ['medication-rules'] })}
          choices={[
            {
              name: `Ask for it: ${offer.label.split(':')[0]}`,
              run: (why) => askChange({ ...name, ...offer.different, why, ...(answer?.state === 'done' ? { replay: answer.replay } : {}) }),
            },
          ]}
        />
      )}
    </section>
  );
}

function Answer({ answer }: { answer: ReplayAnswer }) {
  const { state, progress, problem, sample = [], rules = [] } = answer;
  if (state === 'waiting' || state === 'running')
    return (
      <div role="status" className="replay-far">
        {state === 'waiting' ? 'It waits for its turn' : `${progress.done} of ${progress.total ?? '?'} patients`}
        <Progress value={progress.total === undefined ? 0 : (100 * progress.done) / progress.total} aria-label="How far the replay is" />
      </div>
    );
  if (state !== 'done')
    return <p role="status">{state === 'cancelled' ? 'The replay was cancelled.' : `The replay failed. ${problem ?? ''}`}</p>;
  return (
    <div role="status">
      <p>
        <strong>{answer.changed}</strong> of {answer.orders} orders of {answer.patients} patients would differ. Orders interrupted:{' '}
        {rateWords(answer.interrupted?.before)} before, {rateWords(answer.interrupted?.after)} after.
      </p>
      {rules.length > 0 && (
        <ul className="replay-rules">
          {rules.slice(0, 20).map((row) => (
            <li key={`${row.file}/${row.rule}`}>
              {row.rule}: {row.gone} gone, {row.new} new, {row.lowered} lowered, {row.raised} raised
            </li>
          ))}
        </ul>
      )}
      {sample.length > 0 && (
        <Scrolling name="A sample to look at">
          <Table aria-label="A sample to look at">
            <Columns of={['Order', 'Written', 'Before', 'After']} />
            <Table.Tbody>
              {sample.map((one) => (
                <Table.Tr key={`${one.order} ${one.rule}`}>
                  <Table.Td dir="auto">
                    <Go to={`/app/chart/${one.patient?.replace('Patient/', '') ?? ''}`} asked={{ tab: 'source', of: one.order }}>
                      {one.drug === undefined || one.drug === '' ? one.order : one.drug}
                    </Go>{' '}
                    {one.dosage}
                  </Table.Td>
                  <Table.Td className="nowrap">{showTime(one.authoredOn)}</Table.Td>
                  <Table.Td>{one.before ?? 'no card'}</Table.Td>
                  <Table.Td>{one.after ?? 'no card'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {(answer.notShown ?? 0) > 0 && <p className="soft">{answer.notShown} of the sample are orders that you may not read.</p>}
      <details>
        <summary>What could not be known as of then</summary>
        <ul>
          {answer.notKnown?.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </details>
    </div>
  );
}
