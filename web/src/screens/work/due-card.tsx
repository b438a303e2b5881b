// What is due, and done from here: by mouse, by finger (44 px where there is no mouse) or by Tab and Enter. What was done by mistake is
// due again at once. Saved like a form: kept here while the server is away, refused where somebody has changed it meanwhile.
import { Button } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../../api/fhir.ts';
import { useLetters } from '../../app/keeping.ts';
import { usePerson } from '../../app/session.tsx';
import { showTime } from '../../parts/dates.ts';
import { useSave } from '../record/save.ts';
import { Card, type OfPatients } from './card.tsx';
import { type Due, done, dueAgain } from './due.ts';
import { dueQuery } from './questions.ts';

/** Pharmacists see what is due and leave it to those who do it. */
const doers = ['administrator', 'clinician', 'nurse'];

export function DueCard({ patients, named }: OfPatients) {
  const { role } = usePerson();
  const query = useQuery({ ...dueQuery(patients), placeholderData: keepPreviousData });
  const { save } = useSave();
  const [last, setLast] = useState<Due>();
  const waiting = new Set(useLetters().map(({ makes }) => makes));
  const put = useMutation({
    mutationFn: async ({ due, again }: { due: Due; again: boolean }) => {
      const at = new Date().toISOString();
      const resource = again ? dueAgain(await read(due.of.resourceType, due.of.id ?? ''), due, at) : done(due, at);
      return save(resource, { label: `${again ? 'Due again' : 'Done'}: ${due.what}`, address: '/app/work' });
    },
    onSuccess: (_saved, { due, again }) => setLast(again ? undefined : due),
  });
  const open = query.data?.filter(({ key }) => key !== last?.key);
  return (
    <Card
      title="Due"
      query={{ data: open, error: query.error, refetch: query.refetch }}
      none="Nothing is due"
      teaches="Tasks, orders that are active and what care plans have still to do stand here, late things first."
      says={
        put.isError ? (
          <p role="alert" className="work-late">
            {put.error.message}
          </p>
        ) : (
          last !== undefined && (
            <p role="status" className="work-done">
              <span dir="auto">✓ Done: {last.what}</span>{' '}
              <Button size="compact-sm" variant="default" loading={put.isPending} onClick={() => put.mutate({ due: last, again: true })}>
                It was not
              </Button>
            </p>
          )
        )
      }
      row={(due) => (
        <li key={due.key} className="work-due">
          <span className="row-what" dir="auto">
            {due.what || 'Not named'}
          </span>
          <span className="row-beside">
            {due.late && <strong className="work-late">■ Late</strong>} {due.urgent && <strong>! Urgent</strong>} {due.kind} ·{' '}
            {named(due.patient)}
          </span>
          <span className="row-when">{due.by === undefined ? '' : showTime(due.by)}</span>
          {doers.includes(role) && (
            <Button
              size="compact-sm"
              variant="default"
              className="work-do"
              aria-label={`Done: ${due.what}`}
              disabled={put.isPending || waiting.has(`${due.of.resourceType}/${due.of.id ?? ''}`)}
              onClick={() => put.mutate({ due, again: false })}
            >
              Done
            </Button>
          )}
        </li>
      )}
    />
  );
}
