// Ordering for one patient: orders as one would say them, checked while they are typed; what stands in the way is changed or decided with
// a reason, then signed. What is typed outlives the server and the browser.
import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { ShownCard } from '../../../../src/gateways/medication/check-answers.ts';
import { search } from '../../api/fhir.ts';
import { newId } from '../../api/ids.ts';
import { about } from '../../api/touched.ts';
import { Go, useAsked } from '../../app/go.tsx';
import { useOffer } from '../../app/offers.ts';
import { useDraft } from '../../app/use-draft.ts';
import { textOf } from '../../parts/order-text.ts';
import { Page } from '../../parts/page.tsx';
import { patientQuery } from '../../parts/patient-banner.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { nameOf } from '../../parts/words.ts';
import { DraftState } from '../record/draft-state.tsx';
import { openEncounterQuery } from '../record/save.ts';
import { AlertCard } from './alert-card.tsx';
import { CheckedLine } from './checked-line.tsx';
import { useChecking } from './checking.ts';
import { isInTheWay, type Line, missing, type OrdersTyped, ruleKey, seenOf, standing, whyNot, written } from './decisions.ts';
import { DoseCalculator } from './dose-calculator.tsx';
import { useFavourites } from './favourites.ts';
import { focusLine, OrderLine } from './order-line.tsx';
import { OrderSets } from './order-sets.tsx';
import { Signed } from './signed.tsx';
import { useSigning } from './signing.ts';
import { TakenNow, useStanding } from './taken-now.tsx';
import './orders.css';

export default function Orders() {
  const [{ patient }] = useAsked();
  if (patient === undefined || patient === '')
    return (
      <Page title="Orders">
        <Empty title="No patient is chosen">
          Press Ctrl+K and type a name, or choose somebody under <Go to="/app/patients">Patients</Go>, then press o in the chart.
        </Empty>
      </Page>
    );
  return <OrdersOf key={patient} id={patient} />;
}

function OrdersOf({ id }: { id: string }) {
  const patient = useQuery(patientQuery(id));
  if (patient.isPending) return <Waiting what="The patient" />;
  if (patient.isError)
    return <Failure title="This patient could not be opened" error={patient.error} again={() => void patient.refetch()} />;
  return <Ordering id={id} name={nameOf(patient.data.name)} />;
}

const newLine = (): Line => ({ id: newId(), text: '' });

function Ordering({ id, name }: { id: string; name: string }) {
  const first = useMemo<OrdersTyped>(() => ({ lines: [newLine()], decisions: {} }), []);
  const draft = useDraft<OrdersTyped>(id, 'orders', `Orders for ${name}`, `/app/orders?patient=${id}`, first);
  const typed = draft.value;
  const orders = written(typed);
  const checking = useChecking(
    id,
    orders.map(({ text }) => text.trim()),
  );
  const { shown, fresh, failed } = checking;
  const { favourites, toggle } = useFavourites();
  const standingOf = useStanding(id);
  const encounter = useQuery(openEncounterQuery(id));
  const earlier = useQuery({
    queryKey: ['MedicationRequest', id, 'earlier'],
    meta: about(id),
    queryFn: async () => [
      ...new Set((await search('MedicationRequest', { patient: id, _sort: '-authoredon', _count: 100 })).resources.map(textOf)),
    ],
    placeholderData: keepPreviousData,
  });
  const signing = useSigning(id, draft.done);
  const why = draft.elsewhere ? 'It is being edited in another tab' : whyNot({ typed, answer: fresh ? shown : undefined, failed });
  // Whoever comes to order begins to type.
  useEffect(() => focusLine(first.lines[0]?.id), [first]);
  const sign = (): void => {
    if (why !== undefined || shown === undefined) return;
    const session = typed.session ?? newId();
    draft.set({ session });
    void signing.sign({ ...typed, session }, shown, encounter.data?.id);
  };
  const put = (lines: Line[]): void => {
    signing.forget();
    draft.set({ lines: lines.length === 0 ? [newLine()] : lines });
  };
  const change = (line: string, to: Partial<Line>): void => put(typed.lines.map((one) => (one.id === line ? { ...one, ...to } : one)));
  const add = (): void => {
    const empty = typed.lines.find(({ text }) => text.trim() === '') ?? newLine();
    if (!typed.lines.includes(empty)) put([...typed.lines, empty]);
    // After it is there.
    setTimeout(() => focusLine(empty.id));
  };
  const addAll = (texts: string[]): void => {
    const there = new Set(orders.map(({ text }) => text.trim()));
    const fresh = texts.filter((text) => !there.has(text)).map((text): Line => ({ ...newLine(), text }));
    put([...orders, ...fresh]);
    setTimeout(() => focusLine((fresh.at(-1) ?? orders.at(-1))?.id));
  };
  /** Into the order that was typed last; the drug is named there. */
  const putDose = (dose: string): void => {
    const line = orders.at(-1) ?? typed.lines[0];
    if (line === undefined) return;
    change(line.id, { text: `${line.text.trim()} ${dose}`.trim() });
    setTimeout(() => focusLine(line.id));
  };
  useOffer([
    { name: 'Sign the orders', keys: 'mod+enter', run: sign },
    { name: 'Another order', keys: 'o', run: add },
  ]);

  const cards = shown?.cards ?? [];
  const inTheWay = cards.filter(isInTheWay);
  const aside = cards.filter((card) => !isInTheWay(card));
  /** By its text, since a line that is taken away moves the others; else what stood in its place. */
  const readOf = (line: Line) => shown?.orders.find(({ text }) => text.trim() === line.text.trim()) ?? shown?.orders[orders.indexOf(line)];
  /** The line that a card is about. */
  const lineOf = (card: ShownCard): Line | undefined =>
    orders[shown?.orders.findIndex(({ id: order }) => card.orders.includes(order)) ?? -1] ?? orders[0];
  return (
    <Page title="Orders" filters={name} actions={<DraftState draft={draft} />}>
      <div className="ordering">
        <div className="ordering-main">
          <section className="card" aria-label="Orders to sign">
            <ul className="orders">
              {typed.lines.map((line, at) => (
                <OrderLine
                  key={line.id}
                  line={line}
                  place={at + 1}
                  read={readOf(line)}
                  fresh={fresh}
                  favourites={favourites}
                  earlier={earlier.data ?? []}
                  set={(to) => change(line.id, to)}
                  next={add}
                  drop={() => put(typed.lines.filter((one) => one !== line))}
                  star={() => toggle(line.text)}
                />
              ))}
            </ul>
            <div className="orders-do">
              <Button size="xs" variant="default" onClick={add}>
                Another order
              </Button>
              <OrderSets add={addAll} />
              <DoseCalculator patient={id} put={putDose} />
            </div>
          </section>
          <CheckedLine checking={checking} any={orders.length > 0} />
          {signing.made !== undefined && orders.length === 0 && <Signed made={signing.made} patient={id} />}
          <div className="alerts" data-fresh={fresh}>
            {inTheWay.map((card, at) => {
              const rule = ruleKey(card);
              return (
                <AlertCard
                  key={`${rule} ${card.summary}`}
                  card={card}
                  patient={id}
                  standing={standingOf(card.orders)}
                  deciding={{
                    decision: standing(cards, rule, typed),
                    missing: missing(cards, card, typed),
                    shared: inTheWay.findIndex((one) => ruleKey(one) === rule) < at,
                    set: (to) =>
                      draft.set({
                        decisions: {
                          ...typed.decisions,
                          [rule]: {
                            reasonCode: '',
                            reason: '',
                            monitor: false,
                            ...standing(cards, rule, typed),
                            ...to,
                            seen: seenOf(cards, rule),
                          },
                        },
                      }),
                    changeOrder: () => focusLine(lineOf(card)?.id),
                  }}
                />
              );
            })}
            {aside.length > 0 && (
              <details className="card aside">
                <summary>
                  To know, nothing to decide <span className="count">{aside.length}</span>
                </summary>
                {aside.map((card) => (
                  <AlertCard key={`${card.rule.id} ${card.summary}`} card={card} patient={id} deciding={undefined} />
                ))}
              </details>
            )}
          </div>
          <div className="signing">
            <Button
              onClick={sign}
              disabled={why !== undefined}
              loading={signing.busy}
              aria-describedby="why-not"
              aria-keyshortcuts="Control+Enter"
            >
              Sign {orders.length > 1 ? `${orders.length} orders` : 'the order'}
            </Button>
            <span id="why-not" role="status" dir="auto">
              {why ?? (inTheWay.length > 0 ? 'Signed with the reasons above. Ctrl+Enter' : 'Ctrl+Enter')}
            </span>
            {signing.problem !== undefined && (
              <span className="signing-problem" role="alert">
                {signing.problem}
              </span>
            )}
          </div>
        </div>
        <aside className="ordering-beside" aria-label="What the patient has">
          <TakenNow patient={id} />
        </aside>
      </div>
    </Page>
  );
}
