// Orders that are often given together: a set is chosen, its orders are ticked, and they become lines like those that are typed.
import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OrderSet, OrderSetList } from '../../../../src/gateways/medication/check-answers.ts';
import { ask } from '../../api/http.ts';
import { Failure, Waiting } from '../../parts/states.tsx';
import { setsFor, ticked } from './order-set.ts';

export function OrderSets({ add }: { add(texts: string[]): void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Order set
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Order set" size="lg" transitionProps={{ duration: 0 }}>
        {open && (
          <Choose
            add={(texts) => {
              setOpen(false);
              add(texts);
            }}
          />
        )}
      </Modal>
    </>
  );
}

function Choose({ add }: { add(texts: string[]): void }) {
  const sets = useQuery({
    queryKey: ['order-sets'],
    queryFn: ({ signal }) => ask<OrderSetList>('/medication/order-sets', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<OrderSet>();
  if (sets.isPending) return <Waiting what="The order sets" />;
  if (sets.isError) return <Failure title="The order sets could not be read" error={sets.error} again={() => void sets.refetch()} />;
  if (chosen !== undefined) return <Tick set={chosen} add={add} back={() => setChosen(undefined)} />;
  const found = setsFor(typed, sets.data.sets);
  return (
    <div className="order-sets">
      <TextInput
        label="What for"
        placeholder="pneumonia"
        autoFocus
        autoComplete="off"
        value={typed}
        onChange={({ currentTarget: { value } }) => setTyped(value)}
      />
      {found.length === 0 && <p>No order set has these words. A site adds its own as files of knowledge (order-sets/).</p>}
      <ul className="rows">
        {found.map((set) => (
          <li key={set.id}>
            <button type="button" className="order-set" onClick={() => setChosen(set)}>
              <strong dir="auto">{set.title}</strong>
              <span dir="auto">{set.sections.flatMap(({ orders }) => orders).length} orders</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Tick({ set, add, back }: { set: OrderSet; add(texts: string[]): void; back(): void }) {
  const [texts, setTexts] = useState<readonly string[]>(() => ticked(set));
  return (
    <div className="order-sets">
      <h3 dir="auto">{set.title}</h3>
      <p dir="auto">{set.description}</p>
      {set.sections.map((section) => (
        <fieldset key={section.title ?? set.id}>
          {section.title !== undefined && <legend dir="auto">{section.title}</legend>}
          {section.orders.map(({ text, note }) => (
            <Checkbox
              key={text}
              label={text}
              description={note}
              checked={texts.includes(text)}
              onChange={({ currentTarget: { checked } }) => setTexts(checked ? [...texts, text] : texts.filter((one) => one !== text))}
            />
          ))}
        </fieldset>
      ))}
      <p className="order-set-sources">
        {set.version === undefined ? '' : `Version ${set.version}, ${set.status}. `}
        {set.sources.join('; ')}
      </p>
      <div className="orders-do">
        <Button
          disabled={texts.length === 0}
          onClick={() => add(set.sections.flatMap(({ orders }) => orders).flatMap(({ text }) => (texts.includes(text) ? [text] : [])))}
        >
          {texts.length === 1 ? 'Add the order' : `Add ${texts.length} orders`}
        </Button>
        <Button variant="default" onClick={back}>
          Other sets
        </Button>
      </div>
    </div>
  );
}
