// Who is signed in, and signing in. The session is a cookie that scripts cannot read; what is known here is only who it is.
import { Alert, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type FormEvent, type ReactNode, useContext, useEffect, useState } from 'react';
import type { SignedIn as Person, SignInAnswer } from '../../../src/gateways/sign-in/answers.ts';
import { ask, Refusal } from '../api/http.ts';
import { keptFor } from './keeping.ts';
import lamp from './lamp.svg';
import { draftsChanged } from './use-draft.ts';

export type { Person };

const Session = createContext<Person | undefined>(undefined);

export function usePerson(): Person {
  const person = useContext(Session);
  if (person === undefined) throw new Error('a screen was shown to nobody');
  return person;
}

const me = ['session'] as const;

/** Shows the workbench to whoever is signed in and the door to everybody else. What was typed behind the door stays where it is. */
export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const { data, error, isPending } = useQuery({
    queryKey: me,
    queryFn: () => ask<Person>('/auth/me'),
    retry: (count, why) => !(why instanceof Refusal && why.status === 401) && count < 3,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    const leave = (): void => setEnded(true);
    window.addEventListener('lamplight:signed-out', leave);
    return () => window.removeEventListener('lamplight:signed-out', leave);
  }, []);
  // Dialogs stand beside the screens in the page and must not be seen at the door either.
  useEffect(() => void document.documentElement.classList.toggle('session-ended', ended), [ended]);
  if (isPending) return null;
  const signedOut = error instanceof Refusal && error.status === 401;
  if (data === undefined && !signedOut) return <Away words={error?.message ?? ''} />;
  const enter = (person: Person): void => {
    // Another person's data must not be shown from what was kept for the last one.
    if (data !== undefined && data.id !== person.id) client.clear();
    client.setQueryData(me, person);
    setEnded(false);
    window.dispatchEvent(new CustomEvent('lamplight:signed-in'));
  };
  if (data === undefined) return <SignIn onEntered={enter} />;
  return (
    <Session value={data}>
      {ended && <SignIn onEntered={enter} again={data} />}
      {/* Another person gets screens of their own: nothing that the last one typed stays in them. */}
      <div hidden={ended} key={data.id}>
        {children}
      </div>
    </Session>
  );
}

function Away({ words }: { words: string }) {
  return (
    <Stack align="center" mt="20vh" px="md">
      <Title order={1}>Lamplight is not answering</Title>
      <Text>{words}</Text>
      <Button onClick={() => window.location.reload()}>Try again</Button>
    </Stack>
  );
}

/** How much of an account's is not in the record yet: what is being typed is kept a moment after its last letter. */
function useKeptCount(account: string | undefined): number {
  const count = (): number => (account === undefined ? 0 : keptFor(account).drafts.all().length + keptFor(account).outbox.all().length);
  const [kept, setKept] = useState(count);
  useEffect(() => {
    const look = (): void => setKept(count());
    window.addEventListener(draftsChanged, look);
    return () => window.removeEventListener(draftsChanged, look);
  });
  return kept;
}

function SignIn({ onEntered, again }: { onEntered(person: Person): void; again?: Person }) {
  const [name, setName] = useState(again?.name ?? '');
  const kept = useKeptCount(again?.id);
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const enter = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const { account } = await ask<SignInAnswer>('/auth/sign-in', { method: 'POST', body: { name, password } });
      onEntered(account);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="door">
      <Paper component="form" onSubmit={enter} withBorder p="xl" w={380} maw="92vw" aria-labelledby="door-title">
        <Stack>
          <div className="door-head">
            <img src={lamp} alt="" width={36} height={36} />
            <Title order={1} id="door-title">
              Lamplight
            </Title>
          </div>
          {again !== undefined && (
            <Alert color="yellow" variant="light" title="Your session has ended">
              Sign in again: everything is where you left it
              {kept === 0 ? '' : `, ${kept === 1 ? 'one thing' : `${kept} things`} of yours not yet in the record among it`}.
            </Alert>
          )}
          <TextInput
            label="Name"
            name="name"
            autoComplete="username"
            autoCapitalize="none"
            required
            withAsterisk={false}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoFocus={again === undefined}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoFocus={again !== undefined}
          />
          {problem !== undefined && (
            <Alert color="red" variant="light" role="alert">
              {problem}
            </Alert>
          )}
          <Button type="submit" loading={busy}>
            Sign in
          </Button>
          <Text size="sm" c="dimmed">
            Accounts are made by your administrator. Every look at a record is written down.
          </Text>
        </Stack>
      </Paper>
    </main>
  );
}

export async function signOut(): Promise<void> {
  await ask('/auth/sign-out', { method: 'POST' }).catch(() => undefined);
  window.location.assign('/');
}
