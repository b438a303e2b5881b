// What a signature made, with the ways to it.
import { Go } from '../../app/go.tsx';
import type { SignAnswer } from './check-answer.ts';

const kinds = [
  { of: 'requests', one: 'order', many: 'orders' },
  { of: 'issues', one: 'alert with what was decided', many: 'alerts with what was decided' },
  { of: 'tasks', one: 'task', many: 'tasks' },
] as const;

export function Signed({ made, patient }: { made: SignAnswer; patient: string }) {
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
      <p className="beneath">
        {kinds
          .filter(({ of }) => made[of].length > 0)
          .map(({ of, one, many }) => `${made[of].length} ${made[of].length === 1 ? one : many}`)
          .join(' · ')}
        {' · '}
        {made.tasks.map((reference, at) => (
          <span key={reference}>
            {at > 0 && ', '}
            <Go to={chart} asked={{ tab: 'source', of: reference }}>
              task {at + 1}
            </Go>
          </span>
        ))}
      </p>
    </section>
  );
}
