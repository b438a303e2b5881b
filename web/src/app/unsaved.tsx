// What is not in the record yet: said while the server is away, and asked about before somebody leaves by choice.
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { showTime } from '../parts/dates.ts';
import { Go } from './go.tsx';
import { keptFor, useLetters } from './keeping.ts';
import { signOut, usePerson } from './session.tsx';
import { draftsChanged } from './use-draft.ts';

const againMs = 4000;

/** Sends what waits: when the network, the stream or the person is back, and every few seconds as long as something waits. */
export function useSending(live: boolean | undefined): void {
  const { outbox } = keptFor(usePerson().id);
  const client = useQueryClient();
  const waiting = useLetters().filter(({ refused }) => refused === undefined).length;
  useEffect(() => {
    if (waiting === 0) return;
    const send = (): void =>
      void outbox.flush().then(() => {
        if (outbox.all().length < waiting) void client.invalidateQueries();
      });
    const timer = setInterval(send, againMs);
    window.addEventListener('online', send);
    window.addEventListener('lamplight:signed-in', send);
    if (live === true) send();
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', send);
      window.removeEventListener('lamplight:signed-in', send);
    };
  }, [waiting, live, outbox, client]);
}

/** Below the top line: nothing, as long as the server is there and all has arrived. */
export function UnsavedNotice({ away }: { away: boolean }) {
  const { drafts, outbox } = keptFor(usePerson().id);
  const letters = useLetters();
  const [since, setSince] = useState<string>();
  useEffect(() => setSince(away ? new Date().toISOString() : undefined), [away]);
  const [, look] = useState(0);
  useEffect(() => {
    const again = (): void => look((times) => times + 1);
    window.addEventListener(draftsChanged, again);
    return () => window.removeEventListener(draftsChanged, again);
  }, []);
  const refused = letters.filter((letter) => letter.refused !== undefined);
  const waiting = letters.filter((letter) => letter.refused === undefined);
  if (!away && letters.length === 0) return null;
  const typed = away ? drafts.all() : [];
  return (
    <section className="unsaved" aria-label="What is unsaved" role="status">
      {away ? (
        <strong>
          The server does not answer{since === undefined ? '' : ` since ${showTime(since).slice(-5)}`}. Go on: nothing is lost.
        </strong>
      ) : (
        waiting.length > 0 && <strong>Being sent</strong>
      )}
      {refused.length > 0 && <strong className="unsaved-refused">Not taken by the server</strong>}
      {letters.length + typed.length > 0 && (
        <ul>
          {typed.map(({ patient, form, label, address, keptAt }) => (
            <li key={`${patient} ${form}`}>
              <span dir="auto">{label}</span> · draft of {showTime(keptAt).slice(-5)} <Place address={address}>Open</Place>
            </li>
          ))}
          {waiting.map(({ id, label, at }) => (
            <li key={id}>
              <span dir="auto">{label}</span> · saved {showTime(at).slice(-5)}, is sent when the server is back
            </li>
          ))}
          {refused.map(({ id, label, address, refused: why }) => (
            <li key={id}>
              <span dir="auto">{label}</span> · {why?.words} <Place address={address}>Look at it</Place>{' '}
              <Button size="compact-xs" variant="default" onClick={() => outbox.drop(id)}>
                Give it up
              </Button>
            </li>
          ))}
        </ul>
      )}
      {away && letters.length + typed.length === 0 && <span> Nothing is unsaved.</span>}
    </section>
  );
}

function Place({ address, children }: { address: string; children: string }) {
  const [path = '', text = ''] = address.split('?');
  return (
    <Go to={path} asked={Object.fromEntries(new URLSearchParams(text))}>
      {children}
    </Go>
  );
}

/** Asks before leaving what would stay behind on this machine. */
export function useLeaving(): { leave(): void; dialog: React.ReactNode } {
  const { drafts, outbox } = keptFor(usePerson().id);
  const [asked, setAsked] = useState<string[]>();
  return {
    leave() {
      const left = [...drafts.all(), ...outbox.all()].map(({ label }) => label);
      if (left.length === 0) void signOut();
      else setAsked(left);
    },
    dialog: (
      <Modal
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title="Not everything is saved"
        transitionProps={{ duration: 0 }}
      >
        <Stack>
          <ul className="leaving">
            {asked?.map((label, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a list that does not change while it stands
              <li key={at} dir="auto">
                {label}
              </li>
            ))}
          </ul>
          <Text size="sm" c="dimmed">
            It lies in this browser, for your account only. On a machine that others use, delete it or save it first.
          </Text>
          <Group>
            <Button data-autofocus onClick={() => setAsked(undefined)}>
              Stay and save it
            </Button>
            <Button variant="default" onClick={() => void signOut()}>
              Sign out, keep it for me
            </Button>
            <Button
              variant="default"
              onClick={() => {
                drafts.dropAll();
                outbox.dropAll();
                void signOut();
              }}
            >
              Sign out and delete it
            </Button>
          </Group>
        </Stack>
      </Modal>
    ),
  };
}
