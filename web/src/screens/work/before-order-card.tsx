// Doses that were given before there was an order: who gave what to whom, at whose word. Whoever may prescribe binds each to the order that
// was written for it, which acknowledges it; where none is written yet, that comes first.
import { Button } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DoseBeforeOrder, DosesBeforeOrder } from '../../../../src/gateways/medication/scan-answers.ts';
import { search } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import { about } from '../../api/touched.ts';
import { Go } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { showTime } from '../../parts/dates.ts';
import { conceptOf, nameOf } from '../../parts/words.ts';
import { Card } from './card.tsx';
import { namesQuery } from './questions.ts';

const given: Readonly<Record<string, string>> = { emergency: 'Emergency', 'verbal-order': 'Verbal order' };
const ordersMost = 20;

/** Nothing, where nothing waits. */
export function BeforeOrderCard() {
  const { name } = usePerson();
  const query = useQuery({
    queryKey: ['Task', 'before-order'],
    queryFn: async ({ signal }) => (await ask<DosesBeforeOrder>('/medication/before-order', { signal })).doses,
    placeholderData: keepPreviousData,
  });
  const [open, setOpen] = useState<string>();
  const [said, setSaid] = useState<string>();
  const people = [...new Set((query.data ?? []).flatMap(({ patient }) => patient?.replace('Patient/', '') ?? []))];
  const names = useQuery({ ...namesQuery(people), enabled: people.length > 0, placeholderData: keepPreviousData });
  const isMine = ({ prescriber = '' }: DoseBeforeOrder): boolean => prescriber.trim().toLowerCase() === name.trim().toLowerCase();
  const sorted = query.data?.toSorted((a, b) => Number(isMine(b)) - Number(isMine(a)) || (a.since ?? '').localeCompare(b.since ?? ''));
  if (query.data?.length === 0 && said === undefined) return null;
  return (
    <Card
      title="Given before an order"
      query={{ data: sorted, error: query.error, refetch: query.refetch }}
      none="Nothing waits for its order"
      teaches="What a nurse gave in an emergency or at your word stands here until it is bound to the order that you write."
      says={
        said !== undefined && (
          <p role="status" className="work-done" dir="auto">
            ✓ {said}
          </p>
        )
      }
      row={(dose) => {
        const what = (dose.title ?? 'A drug').replace(/^Given before the order: /, '');
        const patient = dose.patient?.replace('Patient/', '');
        return (
          <li key={dose.task} className="work-due">
            <span className="row-what" dir="auto">
              {what}
            </span>
            <span className="row-beside" dir="auto">
              {dose.overdue === true && <strong className="work-late">■ Late</strong>} {given[dose.reason ?? ''] ?? 'Before an order'} ·{' '}
              {patient !== undefined && (
                <Go to={`/app/chart/${patient}`} className="work-patient">
                  {nameOf(names.data?.get(patient)?.name)}
                </Go>
              )}{' '}
              · given by {dose.givenBy ?? 'somebody not named'} · asked for by {dose.prescriber ?? 'somebody not named'}
              {isMine(dose) ? ' (you)' : ''}
            </span>
            <span className="row-when">{showTime(dose.since)}</span>
            <Button
              size="compact-sm"
              variant="default"
              className="work-do"
              aria-expanded={open === dose.task}
              aria-label={`Acknowledge: ${what}`}
              onClick={() => setOpen(open === dose.task ? undefined : dose.task)}
            >
              Acknowledge
            </Button>
            {open === dose.task && patient !== undefined && (
              <Orders
                task={dose.task}
                patient={patient}
                done={(order) => {
                  setSaid(`Acknowledged: ${what}, by the order ${order}`);
                  setOpen(undefined);
                }}
              />
            )}
          </li>
        );
      }}
    />
  );
}

function Orders({ task, patient, done }: { task: string; patient: string; done(order: string): void }) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { data, error } = useQuery({
    queryKey: ['MedicationRequest', 'newest', patient],
    meta: about(patient),
    queryFn: async ({ signal }) =>
      (await search('MedicationRequest', { patient, status: 'active,completed', _sort: '-authoredon', _count: ordersMost }, signal))
        .resources,
  });
  const bind = async (order: string, words: string): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await ask('/medication/acknowledge', { method: 'POST', body: { task, order } });
      done(words);
    } catch (why) {
      setProblem(why instanceof Error ? why.message : String(why));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['Task'] });
    }
  };
  return (
    <div className="work-orders">
      <p>
        Which order is it?{' '}
        <Go to="/app/orders" asked={{ patient }}>
          Write the order first
        </Go>
      </p>
      {(problem ?? error?.message) !== undefined && (
        <p role="alert" className="work-late">
          {problem ?? error?.message}
        </p>
      )}
      {data === undefined ? (
        error === null && <p role="status">Orders are being fetched …</p>
      ) : data.length === 0 ? (
        <p>There is no order of this patient yet.</p>
      ) : (
        <ul className="rows">
          {data.map((one) => {
            const words = one.dosageInstruction?.[0]?.text ?? (conceptOf(one.medicationCodeableConcept) || 'Not named');
            return (
              <li key={one.id}>
                <span className="row-what" dir="auto">
                  {words}
                </span>
                <span className="row-when">{showTime(one.authoredOn)}</span>
                <Button
                  size="compact-sm"
                  disabled={busy}
                  aria-label={`It is this order: ${words}`}
                  onClick={() => void bind(`MedicationRequest/${one.id ?? ''}`, words)}
                >
                  It is this
                </Button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
