// What the patient is ordered now, beside what is being ordered.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { MedicationRequest } from '../../../../src/fhir/generated/types.ts';
import { searchAll } from '../../api/fhir.ts';
import { about } from '../../api/touched.ts';
import { Go } from '../../app/go.tsx';
import { showDate } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { conceptOf } from '../../parts/words.ts';
import type { StandingOrder } from './alert-card.tsx';
import { StopOrder } from './stop-order.tsx';

const standingQuery = (patient: string) => ({
  queryKey: ['MedicationRequest', patient, 'active'],
  meta: about(patient),
  queryFn: () => searchAll('MedicationRequest', { patient, status: 'active,on-hold', _sort: '-authoredon' }, 200),
  placeholderData: keepPreviousData,
});

/** What can be stopped of the orders that an alert names. */
export function useStanding(patient: string): (references: readonly string[]) => StandingOrder[] {
  const { data } = useQuery(standingQuery(patient));
  return (references) =>
    (data ?? [])
      .filter(({ id }) => references.includes(`MedicationRequest/${id ?? ''}`))
      .map((request) => ({ ref: `MedicationRequest/${request.id ?? ''}`, name: medicineOf(request) }));
}

export function TakenNow({ patient }: { patient: string }) {
  const { data, isPending, error, refetch } = useQuery(standingQuery(patient));
  return (
    <section className="card" aria-label="Ordered now">
      <h2>Ordered now {data !== undefined && <span className="count">{data.length}</span>}</h2>
      {isPending ? (
        <Waiting what="What is ordered now" rows={3} />
      ) : data === undefined ? (
        <Failure error={error ?? new Error('Nothing was answered')} again={() => void refetch()} />
      ) : data.length === 0 ? (
        <Empty title="No active order">Ask what is taken at home: only what is recorded is checked against.</Empty>
      ) : (
        <ul className="rows">
          {data.map((request) => (
            <li key={request.id}>
              <Go
                className="row-what"
                dir="auto"
                to={`/app/chart/${encodeURIComponent(patient)}`}
                asked={{ tab: 'source', of: `MedicationRequest/${request.id ?? ''}` }}
              >
                {medicineOf(request)}
              </Go>
              <span className="row-beside" dir="auto">
                {request.dosageInstruction?.[0]?.text ?? ''}
                {request.status === 'on-hold' ? ' · on hold' : ''}
              </span>
              <span className="row-when">{showDate(request.authoredOn)}</span>
              <StopOrder order={`MedicationRequest/${request.id ?? ''}`} name={medicineOf(request)} label="Stop" />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const medicineOf = (request: MedicationRequest): string =>
  (conceptOf(request.medicationCodeableConcept) || request.medicationReference?.display) ?? 'Not named';
