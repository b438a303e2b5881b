// What is to be given now, by time, overdue first, each with what a nurse must know before she opens the drawer: high alert, verified or
// not, and what the prescriber said when it was ordered against an alert.
import type { DueAnswer, Override } from './facts.ts';
import { type Dose, momentOf, nowDue, type Row } from './grid.ts';
import { infusionWords } from './infusions.tsx';
import { marks } from './marks.ts';

const two = (value: number): string => String(value).padStart(2, '0');
export const clock = (ms: number): string => {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
};

interface Shown {
  rows: readonly Row[];
  answer: DueAnswer;
  overrides: ReadonlyMap<string, readonly Override[]>;
  nowMs: number;
  chosen: string | undefined;
  choose(order: string): void;
}

export function DueList({ rows, answer, overrides, nowMs, chosen, choose }: Shown) {
  const due = nowDue(rows, nowMs);
  const others = rows.filter(({ order }) => order.status === 'active' && ['as-needed', 'continuous', 'on-call'].includes(order.kind));
  const counts = [due.filter(({ state }) => state === 'overdue').length, due.filter(({ state }) => state === 'due').length] as const;
  return (
    <section className="card bedside-due" aria-label="What is due">
      <h2>
        Now{' '}
        <span className="count">
          {counts[0]} overdue · {counts[1]} due
        </span>
      </h2>
      {answer.notRead.length > 0 && (
        <p className="bedside-alert" role="alert">
          ▲ Not read: {answer.notRead.join(', ')}. This list is not complete.
        </p>
      )}
      {due.length === 0 ? (
        <p>Nothing is due within two hours.</p>
      ) : (
        <ul className="due-rows">
          {due.map((dose) => (
            <li key={dose.key}>
              <Line dose={dose} overrides={overrides.get(dose.order.order) ?? []} chosen={chosen} choose={choose} />
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <>
          <h2>When needed, running, on call</h2>
          <ul className="due-rows">
            {others.map((row) => (
              <li key={row.order.order}>
                <button type="button" className="due-row" aria-pressed={row.order.order === chosen} onClick={() => choose(row.order.order)}>
                  <span className="due-state">{freeWords(row, nowMs, answer)}</span>
                  <About order={row.order} overrides={overrides.get(row.order.order) ?? []} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function freeWords({ order, doses, lastMs, nextMs }: Row, nowMs: number, { infusions }: DueAnswer): string {
  const onPump = infusions.find((one) => one.order === order.order && one.state !== 'ended');
  if (onPump !== undefined) return infusionWords(onPump) + (onPump.outcome === 'fine' ? '' : ' ▲ see above');
  const running = doses.findLast(({ record }) => record !== undefined)?.state === 'infusing';
  if (order.kind === 'continuous') return running ? '▶ Running' : '○ Not running';
  if (order.kind === 'on-call') return '○ On call';
  if (lastMs === undefined) return '○ When needed';
  const last = `last ${clock(lastMs)}`;
  return nextMs !== undefined && nextMs > nowMs ? `‖ ${last}, next from ${clock(nextMs)}` : `○ May be given, ${last}`;
}

function Line({
  dose,
  overrides,
  chosen,
  choose,
}: {
  dose: Dose;
  overrides: readonly Override[];
  chosen: string | undefined;
  choose(order: string): void;
}) {
  const { shape, word } = marks[dose.state];
  return (
    <button
      type="button"
      className={`due-row due-${dose.state}`}
      aria-pressed={dose.order.order === chosen}
      onClick={() => choose(dose.order.order)}
    >
      <span className="due-state">
        <span className="due-time">
          {dose.about ? '~' : ''}
          {clock(momentOf(dose))}
        </span>{' '}
        <span aria-hidden="true">{shape}</span> {word}
      </span>
      <About order={dose.order} overrides={overrides} />
    </button>
  );
}

export function About({ order, overrides }: { order: Dose['order']; overrides: readonly Override[] }) {
  return (
    <>
      <span className="due-what" dir="auto">
        {order.title}
      </span>
      {(order.dose !== undefined || order.route !== undefined) && (
        <strong className="due-dose">{[order.dose, order.route, order.site].filter((one) => one !== undefined).join(' · ')}</strong>
      )}
      <span className="due-marks">
        {order.highAlert !== undefined && <strong className="mark-alert">‼ High alert: two people</strong>}
        {order.timeCritical === true && <strong>◷ Time critical</strong>}
        {order.verified === false && <strong className="mark-alert">▲ Not verified by pharmacy</strong>}
        {order.verified === true && <span>✓ Verified</span>}
        {order.indication !== undefined && <span dir="auto">for {order.indication}</span>}
      </span>
      {overrides.map(({ id, says, because, by }) => (
        <span key={id} className="due-override" dir="auto">
          <strong>▲ Ordered against an alert:</strong> {says.split(' (')[0]}
          <br />
          <strong>Prescriber:</strong> {because}
          {by === '' ? '' : ` (${by})`}
        </span>
      ))}
    </>
  );
}
