// The doses that were copied and are not sent: of each what would become of it, before it is sent.
import { Button } from '@mantine/core';
import { showTime } from '../../../parts/dates.ts';
import { marks, takes } from '../marks.ts';
import type { BundleOrder, BundlePatient } from './bundle.ts';
import { type Entry, reasonsOf, type Settled, twins } from './drafted.ts';

export function DoseLines({
  doses,
  settled,
  fresh,
  failed,
  refused,
  orderOf,
  edit,
  drop,
  send,
  again,
  busy,
}: {
  doses: readonly Entry[];
  settled: readonly Settled[];
  /** The answer is of this list. */
  fresh: boolean;
  failed: Error | undefined;
  refused: Readonly<Record<string, string>>;
  orderOf(one: Entry): { person: BundlePatient | undefined; order: BundleOrder | undefined };
  edit(one: Entry): void;
  drop(one: Entry): void;
  send(): void;
  again(): void;
  busy: boolean;
}) {
  const byId = new Map(settled.map((one) => [one.id, one]));
  const double = twins(doses);
  const sorted = [...doses].sort((a, b) => a.at.localeCompare(b.at));
  const waiting = doses.filter(({ id }) => byId.get(id)?.outcome === 'conflict').length;
  return (
    <section className="card" aria-label="To be sent">
      <h2>
        To be sent <span className="count">{doses.length}</span>
      </h2>
      <ul className="due-rows">
        {sorted.map((one) => {
          const { person, order } = orderOf(one);
          const becomes = fresh ? byId.get(one.id) : undefined;
          const mark = marks[one.outcome];
          const why = reasonsOf(one)?.[one.reason];
          return (
            <li key={one.id} className={becomes?.outcome === 'conflict' ? 'due-row effect-row due-overdue' : 'due-row effect-row'}>
              <span dir="auto">
                <strong>
                  {showTime(new Date(one.at).toISOString())} {mark.shape} {mark.word}
                </strong>{' '}
                {[person?.name, order?.title, takes.includes(one.outcome) ? one.dose : '', why, one.by].filter(Boolean).join(' · ')}
              </span>
              <Becomes settled={becomes} refused={refused[one.id]} />
              {double.has(one.id) && (
                <span className="bedside-alert">
                  ▲ Another line here is of this order within half an hour: only the earlier one will fit.
                </span>
              )}
              <span className="bedside-tools">
                <Button size="md" variant="default" onClick={() => edit(one)}>
                  Change
                </Button>
                <Button size="md" variant="default" onClick={() => drop(one)}>
                  Take away
                </Button>
              </span>
            </li>
          );
        })}
      </ul>
      {failed !== undefined && (
        <p className="bedside-alert" role="alert">
          ▲ It could not be checked: {failed.message}{' '}
          <Button size="md" variant="default" onClick={again}>
            Check again
          </Button>
        </p>
      )}
      <Button size="lg" loading={busy} disabled={!fresh} onClick={send}>
        Send {doses.length} {doses.length === 1 ? 'dose' : 'doses'}
        {fresh && waiting > 0 ? `: ${waiting} will wait for a decision` : ''}
      </Button>
    </section>
  );
}

function Becomes({ settled, refused }: { settled: Settled | undefined; refused: string | undefined }) {
  if (settled === undefined)
    return refused === undefined ? <span>Being checked …</span> : <span className="bedside-alert">▲ {refused}</span>;
  const { outcome, why, warnings = [] } = settled;
  if (outcome === 'conflict') return <span className="bedside-alert">▲ Does not fit: {why}. It will wait for a decision.</span>;
  if (outcome === 'failed') return <span className="bedside-alert">⬣ Not taken: {why}</span>;
  if (outcome === 'already') return <span>✓ It stands in the record already</span>;
  return warnings.length === 0 ? (
    <span className="downtime-fits">✓ Fits the record</span>
  ) : (
    <span className="bedside-alert">▲ Look at the paper again: {warnings.join('; ')}</span>
  );
}
