// What a signature made, with the ways to it.
import { useQuery } from '@tanstack/react-query';
import type { SignAnswer } from '../../../../src/gateways/medication/check-answers.ts';
import { searchAll } from '../../api/fhir.ts';
import { about } from '../../api/touched.ts';
import { Go } from '../../app/go.tsx';

const kinds = [
  { of: 'requests', one: 'order', many: 'orders' },
  { of: 'issues', one: 'alert kept with what was decided', many: 'alerts kept with what was decided' },
  { of: 'tasks', one: 'task', many: 'tasks' },
] as const;

export function Signed({ made, patient }: { made: SignAnswer; patient: string }) {
  const ids = made.tasks.map((reference) => reference.replace('Task/', '')).join(',');
  const tasks = useQuery({
    queryKey: ['Task', 'made', ids],
    meta: about(patient),
    queryFn: () => searchAll('Task', { _id: ids }),
    enabled: ids !== '',
  });
  const chart = `/app/chart/${encodeURIComponent(patient)}`;
  return (
    <section className="card signed" aria-label="Signed" role="status">
      <h2>✓ Signed</h2>
      <ul className="rows">
        {made.requests.map((reference, at) => (
          <li key={reference}>
            <Go className="row-what" dir="auto" to={chart} asked={{ tab: 'source', of: reference }}>
              {made.orders[at]?.text ?? reference}
            </Go>
            <span className="row-beside">waits for the pharmacist</span>
          </li>
        ))}
      </ul>
      {(tasks.data ?? []).length > 0 && (
        <ul className="rows">
          {tasks.data?.map(({ id, description }) => (
            <li key={id}>
              <Go dir="auto" to={chart} asked={{ tab: 'source', of: `Task/${id ?? ''}` }}>
                {description ?? 'Task'}
              </Go>
            </li>
          ))}
        </ul>
      )}
      <p className="beneath">
        {kinds
          .filter(({ of }) => made[of].length > 0)
          .map(({ of, one, many }) => `${made[of].length} ${made[of].length === 1 ? one : many}`)
          .join(' · ')}
      </p>
    </section>
  );
}
