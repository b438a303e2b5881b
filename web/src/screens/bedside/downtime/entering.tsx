// Copying paper: the ward's orders, one dose after the other, and the list with what would become of each before it is sent.
import { Button } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useGo } from '../../../app/go.tsx';
import { usePerson } from '../../../app/session.tsx';
import { useDraft } from '../../../app/use-draft.ts';
import { showTime } from '../../../parts/dates.ts';
import { ageWords, type Brought, type DowntimeBundle, ownerWords } from './bundle.ts';
import { DoseForm } from './dose-form.tsx';
import { DoseLines } from './dose-lines.tsx';
import { formOf, place } from './draft-place.ts';
import { begun, type Entry, type Kept, settle } from './drafted.ts';

export function Entering({ held, brought }: { held: DowntimeBundle; brought: Brought }) {
  const { name } = usePerson();
  const client = useQueryClient();
  const go = useGo();
  const draft = useDraft<Kept>(
    place,
    formOf(held.id),
    `Doses of a downtime: ${ownerWords(held)}`,
    `/app/bedside?view=downtime&bundle=${held.id}`,
    { bundle: brought.bundle, signature: brought.signature, doses: [], entry: null, refused: {} },
  );
  const { doses, entry, refused } = draft.value;
  const [said, setSaid] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const check = useQuery({
    queryKey: ['downtime-check', held.id, JSON.stringify(doses)],
    queryFn: ({ signal }) => settle(brought, doses, true, signal),
    enabled: doses.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const orderOf = ({ patient, order }: Pick<Entry, 'patient' | 'order'>) => {
    const person = held.patients.find((one) => one.patient === patient);
    return { person, order: person?.orders.find((one) => one.order === order) };
  };
  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const settled = new Map((await settle(brought, doses, false)).map((one) => [one.id, one]));
      const left = doses.filter(({ id }) => !['written', 'already', 'conflict'].includes(settled.get(id)?.outcome ?? 'failed'));
      const count = (outcome: string): number => [...settled.values()].filter((one) => one.outcome === outcome).length;
      draft.set({ doses: left, refused: Object.fromEntries(left.map(({ id }) => [id, settled.get(id)?.why ?? 'Nothing was answered'])) });
      setSaid(
        [
          `✓ ${count('written')} recorded`,
          count('already') > 0 ? `${count('already')} stood there already` : '',
          count('conflict') > 0 ? `▲ ${count('conflict')} wait for a decision below` : '',
          left.length > 0 ? `▲ ${left.length} were not taken and stay here` : '',
        ]
          .filter((one) => one !== '')
          .join(', '),
      );
    } catch (why) {
      // Nothing is lost: what was recorded is known by its name when it is sent again.
      setProblem(why instanceof Error ? why.message : String(why));
    } finally {
      setBusy(false);
      void client.invalidateQueries();
    }
  };
  const chosen = entry === null ? undefined : orderOf(entry);
  return (
    <>
      <p className="downtime-whose" role="status">
        <strong dir="auto">{ownerWords(held)}</strong>, {ageWords(held, new Date())} ({showTime(held.made)}), for the time until{' '}
        {showTime(held.to)}. ✓ Ours and unchanged.
      </p>
      {held.notRead.length > 0 && <p className="bedside-alert">▲ {held.notRead.length} patients of the ward were not in it.</p>}
      {draft.lost && <p className="bedside-alert">▲ This browser keeps nothing: send before you leave this page.</p>}
      {draft.elsewhere && (
        <p className="bedside-alert">
          ▲ Another tab is copying this bundle. <Button onClick={draft.takeOver}>Go on here</Button>
        </p>
      )}
      {said !== undefined && (
        <p className="bedside-said" role="status">
          {said}
        </p>
      )}
      <div className="downtime-copy">
        <nav className="downtime-orders" aria-label="Orders of the bundle">
          {held.patients.map((person) => (
            <details key={person.patient} open={held.patients.length <= 4 || entry?.patient === person.patient || undefined}>
              <summary dir="auto">
                <strong>{person.name}</strong> {person.numbers[0]}
              </summary>
              {person.notRead.length > 0 && <p className="bedside-alert">▲ Not in it: {person.notRead.join('; ')}</p>}
              {person.orders.map((order) => (
                <button
                  key={order.order}
                  type="button"
                  className="due-row"
                  dir="auto"
                  aria-pressed={entry?.order === order.order}
                  onClick={() => draft.set({ entry: begun(person.patient, order, entry?.by || name) })}
                >
                  <span>{order.title}</span>
                  <span className="downtime-soft">
                    {[order.dosage, order.route, order.due.map((at) => showTime(at).slice(-5)).join(', ')].filter(Boolean).join(' · ')}
                    {order.highAlert !== undefined && <strong> ‼ High alert: two people</strong>}
                  </span>
                </button>
              ))}
            </details>
          ))}
        </nav>
        <div className="downtime-work">
          {entry !== null && chosen?.order !== undefined && chosen.person !== undefined ? (
            <DoseForm
              key={entry.id}
              entry={entry}
              order={chosen.order}
              person={chosen.person}
              change={(more) => draft.set({ entry: { ...entry, ...more } })}
              put={() => {
                setSaid(undefined);
                draft.set({ doses: [...doses.filter(({ id }) => id !== entry.id), entry], entry: null });
              }}
              drop={() => draft.set({ entry: null })}
            />
          ) : (
            <p className="downtime-hint">Choose an order on the paper, and copy what stands in its boxes.</p>
          )}
          {doses.length > 0 && (
            <DoseLines
              doses={doses}
              settled={check.data ?? []}
              fresh={check.isSuccess && !check.isPlaceholderData}
              failed={check.error ?? undefined}
              refused={refused}
              orderOf={orderOf}
              edit={(one) => draft.set({ entry: one, doses: doses.filter(({ id }) => id !== one.id) })}
              drop={(one) => draft.set({ doses: doses.filter(({ id }) => id !== one.id) })}
              send={() => void send()}
              again={() => void check.refetch()}
              busy={busy}
            />
          )}
          {problem !== undefined && (
            <p className="bedside-alert" role="alert">
              ▲ {problem} Nothing of the list is lost.
            </p>
          )}
          {doses.length === 0 && entry === null && (
            <Button
              variant="default"
              size="md"
              onClick={() => {
                draft.done();
                go('/app/bedside');
              }}
            >
              Done with this bundle
            </Button>
          )}
        </div>
      </div>
    </>
  );
}
