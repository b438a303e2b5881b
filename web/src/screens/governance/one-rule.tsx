// A rule's page: its row with source, version and reviewer; how it did by week; proposals; changes; a replay before any of it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go } from '../../app/go.tsx';
import { Page } from '../../parts/page.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import { type OneRule as One, oneRule, type RuleName, type Week } from './api.ts';
import { ChangeList } from './change-list.tsx';
import { rateWords, reasonWords } from './figures.ts';
import { Proposals } from './proposals.tsx';
import { Replay } from './replay.tsx';

export function OneRule({ name, since }: { name: RuleName; since: string | undefined }) {
  const found = useQuery({
    queryKey: ['medication-rules', 'one', name.file, name.rule, since],
    queryFn: () => oneRule(name, since),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={`Rule ${name.rule}`} filters={since === undefined ? '' : `since ${since}`}>
      <p>
        <Go to="/app/governance" asked={{ since }}>
          ← All rules
        </Go>
      </p>
      {found.isPending ? (
        <Waiting what="The rule" />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : (
        <div className="governance-rule">
          <Row one={found.data} />
          <Doing one={found.data} />
          <Replay name={name} />
          <section aria-label="Changes of this rule">
            <h2>Changes of this rule</h2>
            <Proposals proposals={found.data.proposals} guarded={found.data.guarded} />
            <ChangeList changes={found.data.changes} />
          </section>
        </div>
      )}
    </Page>
  );
}

/** Members of a row that are said elsewhere or are of no use to a reader. */
const elsewhere = new Set(['id', 'source', 'title']);

function Row({ one }: { one: One }) {
  const { row, origin } = one;
  return (
    <section className="card" aria-label="What it says">
      <h2 dir="auto">{typeof row['title'] === 'string' ? row['title'] : one.rule}</h2>
      {one.local !== undefined && <p className="governance-local">▲ Changed here: {one.local.says}</p>}
      {one.onc !== undefined && <p>One of the fifteen high-priority classes ({one.onc}): two signatures silence it.</p>}
      <dl className="governance-row">
        {Object.entries(row)
          .filter(([key]) => !elsewhere.has(key))
          .map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd dir="auto">{typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)}</dd>
            </div>
          ))}
        <div>
          <dt>file</dt>
          <dd>
            {one.file} {origin?.version}, {origin?.status}, of {origin?.date}
          </dd>
        </div>
        <div>
          <dt>source</dt>
          <dd dir="auto">{origin?.citation ?? 'part of the program'}</dd>
        </div>
        <div>
          <dt>reviewer</dt>
          <dd dir="auto">{origin?.reviewer ?? 'unreviewed'}</dd>
        </div>
      </dl>
    </section>
  );
}

function Doing({ one }: { one: One }) {
  const most = Math.max(1, ...one.weeks.map((week) => week.shown));
  return (
    <section className="card" aria-label="How it does">
      <h2>How it does</h2>
      {one.versions.length === 0 ? (
        <p>No order that was signed in this time had its card.</p>
      ) : (
        one.versions.map((row) => (
          <dl className="governance-row" key={row.version}>
            <div>
              <dt>version {row.version}</dt>
              <dd>
                {row.shown} orders with its card, {row.interrupted} interrupted, {row.silenced} silenced by context, {row.shadow} in shadow
              </dd>
            </div>
            <div>
              <dt>overridden</dt>
              <dd>{rateWords(row.overrideRate)}</dd>
            </div>
            <div>
              <dt>order changed</dt>
              <dd>{rateWords(row.actedOnRate)}</dd>
            </div>
            <div>
              <dt>precision</dt>
              <dd>{rateWords(row.precision)}: not called wrong for the patient</dd>
            </div>
            <div>
              <dt>reasons</dt>
              <dd>{reasonWords(row.reasons) || 'none was given'}</dd>
            </div>
          </dl>
        ))
      )}
      {one.weeks.length > 0 && (
        <ol className="weeks" aria-label="Orders with its card, by week">
          {one.weeks.map((week) => (
            <WeekBar key={week.week} week={week} most={most} />
          ))}
        </ol>
      )}
    </section>
  );
}

function WeekBar({ week, most }: { week: Week; most: number }) {
  return (
    <li>
      <span className="weeks-bar" aria-hidden="true">
        <span style={{ height: `${(100 * week.shown) / most}%` }} />
      </span>
      <span className="weeks-number">{week.shown}</span>
      <span className="weeks-day">{week.week.slice(5)}</span>
      <span className="unseen">
        of {week.orders} orders signed, {week.interrupted} interrupted, {week.overridden} overridden, {week.changed} changed
      </span>
    </li>
  );
}
