// One message: how it stands and why, what can be done about it, and what became of every leaf of it.
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ask } from '../../api/http.ts';
import { Go } from '../../app/go.tsx';
import { showTime, sinceOf } from '../../parts/dates.ts';
import { Failure, Waiting } from '../../parts/states.tsx';
import {
  again,
  type Channel,
  drop,
  ledger,
  type Message,
  message,
  originalAddress,
  type Stored,
  tryMessage,
  type WholeMessage,
} from './api.ts';
import { SideBySide } from './side-by-side.tsx';
import { StateMark } from './state-mark.tsx';
import { Tried } from './tried.tsx';

/** Versions of resources that are fetched at once; each is an access to a record. */
const shownAtFirst = 40;

export function MessageView({ id, may, channels }: { id: string; may: boolean; channels: readonly Channel[] }) {
  const happened = channels.map(({ waiting, failed, lastDone }) => `${waiting} ${failed} ${lastDone}`).join();
  const found = useQuery({
    queryKey: ['exchange', 'message', id, happened],
    queryFn: ({ signal }) => message(id, signal),
    placeholderData: keepPreviousData,
  });
  if (found.isPending) return <Waiting what="The message" rows={10} />;
  if (found.isError && found.data === undefined)
    return <Failure title="There is no such message to be shown" error={found.error ?? new Error('')} again={() => void found.refetch()} />;
  return <Opened key={found.data.id} it={found.data} may={may} />;
}

function Opened({ it, may }: { it: WholeMessage; may: boolean }) {
  const inbound = it.direction === 'in';
  const [trying, setTrying] = useState(false);
  const rows = useQuery({ queryKey: ['exchange', 'ledger', it.id, it.state, it.doneAt], queryFn: ({ signal }) => ledger(it.id, signal) });
  const stored = useQuery({
    queryKey: ['exchange', 'made', it.id, it.resources],
    queryFn: ({ signal }) =>
      Promise.all(it.resources.slice(0, shownAtFirst).map((place) => ask<Stored>(`/fhir/${place}`, { signal }).catch(() => hidden(place)))),
    enabled: it.state === 'done' && it.resources.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  // What is not in the record yet is told as it would be.
  const wouldBe = useQuery({
    queryKey: ['exchange', 'try', it.id],
    queryFn: () => tryMessage(it.id),
    enabled: inbound && (trying || it.state !== 'done'),
    retry: false,
    staleTime: 0,
  });
  const told = rows.data !== undefined && rows.data.length > 0 ? rows.data : (wouldBe.data?.ledger ?? []);
  const resources =
    it.state === 'done' ? (stored.data ?? []) : (wouldBe.data?.changes.flatMap(({ after }) => (after === null ? [] : [after])) ?? []);
  const busy =
    rows.isPending || (stored.isPending && stored.fetchStatus !== 'idle') || (wouldBe.isPending && wouldBe.fetchStatus !== 'idle');
  return (
    <>
      <Facts it={it} />
      <Deeds
        it={it}
        may={may}
        retry={inbound ? () => (trying ? void wouldBe.refetch() : setTrying(true)) : undefined}
        trying={wouldBe.isFetching}
      />
      {rows.isError && <Failure title="What became of its leaves could not be fetched" error={rows.error} />}
      {trying && <Tried result={wouldBe.data} error={wouldBe.error} close={() => setTrying(false)} />}
      {!trying && it.state !== 'done' && wouldBe.isError && (
        <Alert color="yellow" variant="light" title="It cannot be told in FHIR as it is" my="sm">
          {wouldBe.error.message}
        </Alert>
      )}
      {busy ? (
        <Waiting what="What the message says" rows={12} />
      ) : (
        <SideBySide
          message={it}
          rows={told}
          resources={resources}
          more={Math.max(0, it.resources.length - shownAtFirst)}
          conditional={it.state !== 'done'}
        />
      )}
    </>
  );
}

/** A version that is gone or that this account may not see is named all the same. */
const hidden = (place: string): Stored => {
  const [resourceType = '', id = ''] = place.split('/');
  return { resourceType, id };
};

function Facts({ it }: { it: Message }) {
  const why = it.waits ?? it.problem?.message;
  const facts: [string, ReactNode][] = [
    [
      'Kind',
      <span key="k" className="mono">
        {it.kind || 'not readable'}
      </span>,
    ],
    [it.direction === 'in' ? 'From' : 'Sender', <bdi key="s">{it.sender === '' ? it.from : `${it.sender} (${it.from})`}</bdi>],
    [
      'Channel',
      <Go
        key="c"
        to="/app/interfaces"
        asked={{ view: 'messages', channel: it.channel }}
      >{`${it.direction === 'in' ? '←' : '→'} ${it.channel}`}</Go>,
    ],
    ['Received', `${showTime(it.receivedAt)}, ${sinceOf(it.receivedAt)}`],
    [
      'Control id',
      <span key="i" className="mono">
        {it.controlId || '–'}
      </span>,
    ],
    ['Tries', String(it.tries)],
    ...(it.nextTry === undefined ? [] : [['Next try', `${showTime(it.nextTry)}, ${sinceOf(it.nextTry)}`] as [string, ReactNode]]),
    ...(it.doneAt === undefined ? [] : [['Done', showTime(it.doneAt)] as [string, ReactNode]]),
    ...(it.batch === undefined ? [] : [['In a batch', `${it.batch.part} of ${it.batch.parts}`] as [string, ReactNode]]),
    ...(it.parent === undefined
      ? []
      : [
          [
            'Made of',
            <Go key="p" to="/app/interfaces" asked={{ message: it.parent }}>
              the message that came in
            </Go>,
          ] as [string, ReactNode],
        ]),
  ];
  return (
    <section className={`facts facts-${it.state}`} aria-label="How the message stands">
      <div className="facts-state">
        <StateMark mark={it.state} />
        {why !== undefined && <span className="facts-why">{why}</span>}
        {it.problem?.where !== undefined && <span className="mono">at {it.problem.where}</span>}
        {it.answer !== undefined && (
          <span>
            The other side answered: <span className="mono">{it.answer}</span>
          </span>
        )}
      </div>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>Numbers in it</dt>
          <dd>
            {it.keys.length === 0
              ? '–'
              : it.keys.map((key) => (
                  <Go
                    key={key}
                    className="key"
                    to="/app/interfaces"
                    asked={{ view: 'messages', key }}
                    title="All messages with this number"
                  >
                    {key}
                  </Go>
                ))}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Deeds({ it, may, retry, trying }: { it: Message; may: boolean; retry: (() => void) | undefined; trying: boolean }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState('');
  const settled = () => client.invalidateQueries({ queryKey: ['exchange'] });
  const resend = useMutation({ mutationFn: () => again(it.id), onSettled: settled });
  const leaveOut = useMutation({
    mutationFn: () => drop(it.id, why.trim()),
    onSuccess: () => setAsking(false),
    onSettled: settled,
  });
  return (
    <>
      <Group gap="sm" my="sm" className="page-actions">
        {may && (
          <Button size="compact-md" loading={resend.isPending} onClick={() => resend.mutate()}>
            {it.direction === 'in' ? 'Do it again' : 'Send it again'}
          </Button>
        )}
        {retry !== undefined && (
          <Button size="compact-md" variant="default" loading={trying} onClick={retry}>
            Try, without writing
          </Button>
        )}
        {may && it.state !== 'done' && it.state !== 'dropped' && (
          <Button size="compact-md" variant="default" onClick={() => setAsking(true)}>
            Leave out…
          </Button>
        )}
        <Button size="compact-md" variant="default" component="a" href={originalAddress(it.id)} download={`${it.id}.${it.format}`}>
          Original, {it.bytes.toLocaleString('en')} bytes
        </Button>
        <span role="status" className="soft">
          {resend.isSuccess ? 'It is being done again.' : ''}
        </span>
      </Group>
      {resend.isError && <Failure title="It was not taken up again" error={resend.error} />}
      <Modal opened={asking} onClose={() => setAsking(false)} title="Leave this message out" closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <Text>It is kept, and nothing that it says is laid into the record. Whoever looks at it later reads the reason.</Text>
          <Textarea
            label="Why"
            autosize
            minRows={2}
            maxLength={500}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
            data-autofocus
          />
          {leaveOut.isError && <Failure title="It was not left out" error={leaveOut.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              Cancel
            </Button>
            <Button disabled={why.trim() === ''} loading={leaveOut.isPending} onClick={() => leaveOut.mutate()}>
              Leave it out
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
