// One box of the paper: when, what became of it, how much, which product, who, and who was the second person where two are needed.
import { Button, TextInput } from '@mantine/core';
import { type ChangeEvent, useEffect, useRef } from 'react';
import type { Outcome } from '../../../../../src/modules/medication-administration/contract.ts';
import { showTime } from '../../../parts/dates.ts';
import { useNow } from '../../../parts/use-now.ts';
import { Chips } from '../chips.tsx';
import { marks, takes } from '../marks.ts';
import { useWedge } from '../use-wedge.ts';
import type { BundleOrder, BundlePatient } from './bundle.ts';
import { type Entry, missingOf, reasonsOf } from './drafted.ts';

/** What a box of the paper can say. What runs is followed at the bedside. */
const outcomes: readonly Outcome[] = ['given', 'partly-given', 'self-administered', 'held', 'refused', 'not-given', 'missing-dose'];
const two = (number: number): string => String(number).padStart(2, '0');

/** As a field for local time has it. */
function localOf(moment: string): string {
  const at = new Date(moment);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function DoseForm({
  entry,
  order,
  person,
  change,
  put,
  drop,
}: {
  entry: Entry;
  order: BundleOrder;
  person: BundlePatient;
  change(more: Partial<Entry>): void;
  put(): void;
  drop(): void;
}) {
  const now = useNow();
  const form = useRef<HTMLFormElement>(null);
  // On a tablet it stands below the orders.
  useEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  // FNC1 is no letter: a field would show nothing for it.
  useWedge((raw) => change({ product: raw.replaceAll('\u001d', '<GS>') }));
  const taken = takes.includes(entry.outcome);
  const reasons = reasonsOf(entry);
  const missing = missingOf(entry, order, now);
  const line = (name: 'dose' | 'product' | 'by' | 'second' | 'words', maxLength: number) => ({
    size: 'lg' as const,
    dir: 'auto' as const,
    maxLength,
    value: entry[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => change({ [name]: event.currentTarget.value }),
  });
  const past = order.due.filter((at) => Date.parse(at) <= now);
  return (
    <form
      ref={form}
      className="card downtime-form"
      aria-label="One dose"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing === undefined) put();
      }}
    >
      <h2 dir="auto">
        {person.name}: {order.title}
      </h2>
      <p dir="auto">
        {[order.dosage, order.route, person.allergies.length > 0 ? `Allergies: ${person.allergies.join(', ')}` : '']
          .filter(Boolean)
          .join(' · ')}
      </p>
      {past.length > 0 && (
        <Chips
          label="It was due"
          choices={Object.fromEntries(past.map((at) => [localOf(at), showTime(at).slice(-5)]))}
          value={entry.at}
          choose={(at) => change({ at })}
        />
      )}
      <TextInput
        label="When, as it stands on the paper"
        type="datetime-local"
        size="lg"
        value={entry.at}
        onChange={(event) => change({ at: event.currentTarget.value })}
      />
      <Chips
        label="What became of it?"
        choices={Object.fromEntries(outcomes.map((each) => [each, `${marks[each].shape} ${marks[each].word}`]))}
        value={entry.outcome}
        choose={(value) => change({ outcome: outcomes.find((each) => each === value) ?? entry.outcome, reason: '' })}
      />
      {reasons !== undefined && (
        <Chips
          label="Why?"
          choices={reasons}
          value={entry.reason}
          choose={(value) => change({ reason: value === entry.reason ? '' : value })}
        />
      )}
      {taken && (
        <>
          <TextInput label="Amount" {...line('dose', 40)} />
          <TextInput label="Product: scan it, or write what the label said" {...line('product', 400)} />
        </>
      )}
      <TextInput label="By, as on the paper" {...line('by', 100)} />
      {taken && order.highAlert !== undefined && (
        <>
          <p className="bedside-alert">‼ {order.highAlert}. A name on paper proves nothing: it waits for a decision after it is sent.</p>
          <TextInput label="Second person, as on the paper" {...line('second', 100)} />
        </>
      )}
      <TextInput label={entry.reason === 'other' ? 'In words' : 'In words, if that helps'} {...line('words', 160)} />
      <span className="bedside-tools">
        <Button type="submit" size="lg" disabled={missing !== undefined}>
          Put on the list
        </Button>
        <Button size="lg" variant="default" onClick={drop}>
          Leave it out
        </Button>
        {missing !== undefined && <span role="status">{missing}</span>}
      </span>
    </form>
  );
}
