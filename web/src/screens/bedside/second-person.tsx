// The second person signs in on the spot, for this one dose. Name and password stand in these two fields only: they go into one request
// and are gone with whatever becomes of it. There is no form that a browser would offer to keep.
import { Button, Modal, PasswordInput, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Proof } from './session.ts';

export function SecondPerson({
  what,
  why,
  problem,
  busy,
  byBadge,
  sign,
  close,
}: {
  /** The drug and the dose that are to be compared. */
  what: string;
  /** Why two people are needed. */
  why: string | undefined;
  problem: string | undefined;
  busy: boolean;
  byBadge: boolean;
  sign(proof: Proof): void;
  close(): void;
}) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const first = useRef<HTMLInputElement>(null);
  const ready = name.trim() !== '' && password !== '' && !busy;
  const submit = (): void => {
    if (!ready) return;
    setName('');
    setPassword('');
    sign({ name: name.trim(), password });
  };
  useEffect(() => {
    if (problem !== undefined && !busy) first.current?.focus();
  }, [problem, busy]);
  const byEnter = (event: React.KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    submit();
  };
  return (
    <Modal
      opened
      onClose={close}
      title="Second person"
      size="md"
      closeOnClickOutside={false}
      closeButtonProps={{ size: 44, 'aria-label': 'Close without recording' }}
    >
      <div className="second-person">
        <p className="second-person-what" dir="auto">
          <strong>{what}</strong>
        </p>
        {why !== undefined && <p dir="auto">{why}.</p>}
        <p>Compare the order, the label and the dose yourself, then sign in with your own name. It stands in the record with the dose.</p>
        {problem !== undefined && (
          <p className="bedside-alert" role="alert">
            ▲ {problem}
          </p>
        )}
        <TextInput
          ref={first}
          label="Name of the second person"
          size="lg"
          dir="auto"
          autoComplete="off"
          data-1p-ignore
          data-lpignore="true"
          data-autofocus
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={byEnter}
        />
        <PasswordInput
          label="Their password"
          size="lg"
          autoComplete="off"
          data-1p-ignore
          data-lpignore="true"
          maxLength={1000}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          onKeyDown={byEnter}
          visibilityToggleButtonProps={{ 'aria-hidden': true, tabIndex: -1 }}
        />
        {byBadge && <p>Or scan your badge, then theirs.</p>}
        <Button size="xl" fullWidth loading={busy} disabled={!ready} onClick={submit}>
          I checked it: record the dose
        </Button>
        <Button size="lg" variant="default" fullWidth disabled={busy} onClick={close}>
          Not now
        </Button>
      </div>
    </Modal>
  );
}
