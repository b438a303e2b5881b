// What should have been done for this patient, by the registries they belong to: what is open first. Shown only where the server has registries.
import { useQuery } from '@tanstack/react-query';
import { Refusal } from '../../api/http.ts';
import { about } from '../../api/touched.ts';
import { Go } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { showDate } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { gapsOfPatient } from '../population/api.ts';

/** Who may look at registries, as the server decides it. */
const house = new Set(['administrator', 'clinician', 'nurse', 'pharmacist', 'analyst', 'records-officer']);

export function CareGaps({ id }: { id: string }) {
  const { role } = usePerson();
  const may = house.has(role);
  const found = useQuery({
    queryKey: ['Condition', id, 'care-gaps'],
    meta: about(id),
    queryFn: () => gapsOfPatient(id),
    retry: false,
    staleTime: 60_000,
    enabled: may,
  });
  if (!may) return null;
  // Not switched on, or not for this role: the chart is whole without it.
  if (found.error instanceof Refusal && [403, 404].includes(found.error.status)) return null;
  const open = (found.data?.registries ?? []).flatMap(({ name, title, gaps }) =>
    gaps.filter(({ outcome }) => outcome === 'gap').map((gap) => ({ ...gap, registry: name, of: title })),
  );
  const untold = (found.data?.registries ?? []).flatMap(({ gaps }) => gaps).filter(({ outcome }) => outcome === 'unknown').length;
  return (
    <section className="card" aria-label="Care gaps">
      <h2>Care gaps {open.length > 0 && <span className="count">{open.length}</span>}</h2>
      {found.isPending ? (
        <Waiting what="Care gaps" rows={3} />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : found.data.registries.length === 0 ? (
        <Empty title="In no registry">Registries are made of diagnoses, medication, results, age and sex.</Empty>
      ) : (
        <>
          <ul className="rows">
            {open.map(({ gap, registry, of, title, action, last, due }) => (
              <li key={`${registry} ${gap}`}>
                <Go to="/app/population" asked={{ registry, gap }} className="row-what">
                  {title}
                </Go>
                <span className="row-when">{due === null ? 'due now' : `due since ${showDate(due)}`}</span>
                <span className="row-beside">
                  {of} · {action} {last === null ? 'Never on record.' : `Last ${showDate(last)}.`}
                </span>
              </li>
            ))}
          </ul>
          {open.length === 0 && <p>Nothing is open.</p>}
          {untold > 0 && <p className="row-beside">Of {untold} more it could not be told: values or dates are missing.</p>}
          {found.data.cut.length > 0 && <p className="row-beside">Not all was read: {found.data.cut.join(', ')}.</p>}
        </>
      )}
    </section>
  );
}
