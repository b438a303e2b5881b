// An order stopped where it is seen: beside the other orders, or from an alert that speaks of it. A reason in words is asked for, and the
// server does it whole or not at all.
import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask } from '../../api/http.ts';

const reasonLeast = 5;

interface Stopping {
  /** `MedicationRequest/1` */
  order: string;
  name: string;
  /** On the button: "Stop" beside the order, "Stop warfarin instead" in an alert. */
  label: string;
  /** What the reason begins with, for whoever stops it because of an alert. */
  because?: string;
}

export function StopOrder({ order, name, label, because = '' }: Stopping) {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState(because);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  if (!open)
    return (
      <Button size="compact-xs" variant="default" aria-label={label === 'Stop' ? `Stop ${name}` : label} onClick={() => setOpen(true)}>
        {label}
      </Button>
    );
  const words = reason.trim();
  const stop = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || words.length < reasonLeast) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await ask('/medication/stop', { method: 'POST', body: { order, reason: words } });
      // It is gone from the list, and the orders that are being written are checked without it.
      await client.invalidateQueries();
      setOpen(false);
    } catch (why) {
      setProblem(why instanceof Error ? why.message : String(why));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="stop-order" aria-label={`Stop ${name}`} onSubmit={(event) => void stop(event)}>
      <TextInput
        size="xs"
        dir="auto"
        label={`Why ${name} is stopped`}
        maxLength={1000}
        value={reason}
        data-autofocus
        autoFocus
        onChange={({ currentTarget: { value } }) => setReason(value)}
        onKeyDown={({ key }) => key === 'Escape' && setOpen(false)}
      />
      <Button size="xs" type="submit" loading={busy} disabled={words.length < reasonLeast}>
        Stop it
      </Button>
      <Button size="xs" variant="default" onClick={() => setOpen(false)}>
        Keep it
      </Button>
      {problem !== undefined && (
        <span className="signing-problem" role="alert">
          {problem}
        </span>
      )}
    </form>
  );
}
