// Governance of alerts: how often each rule fires, interrupts and is overridden, with intervals; the burden by week; what overrides
// suggest; what was changed. A rule opens as a page of its own.
import { Table, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { Columns } from '../../parts/columns.tsx';
import { Page } from '../../parts/page.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { changes, type RulesAnswer, rulesSince } from './api.ts';
import { ChangeList } from './change-list.tsx';
import { byBurden, byWeek, reasonWords } from './figures.ts';
import { OneRule } from './one-rule.tsx';
import { Bar } from './parts.tsx';
import { Proposals } from './proposals.tsx';
import '../../parts/lists.css';
import './governance.css';

const rowsMost = 200;

export default function Governance() {
  const [asked] = useAsked();
  const { file, rule, since } = asked;
  return file !== undefined && rule !== undefined ? <OneRule name={{ file, rule }} since={since} /> : <All />;
}

function All() {
  const [asked, setAsked] = useAsked();
  const { view = 'rules', since } = asked;
  const found = useQuery({
    queryKey: ['medication-rules', 'all', since],
    queryFn: () => rulesSince(since),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title="Alert rules" filters={since === undefined ? 'the last 90 days' : `since ${since}`}>
      <nav className="views" aria-label="Parts of governance">
        <Go to="/app/governance" asked={{ since }} aria-current={view === 'rules' ? 'page' : undefined}>
          Rules
        </Go>
        <Go to="/app/governance" asked={{ view: 'changes', since }} aria-current={view === 'changes' ? 'page' : undefined}>
          Changes
        </Go>
        <span className="views-beside governance-since">
          Since
          <TextInput
            type="date"
            size="xs"
            aria-label="Since"
            value={since ?? ''}
            onChange={(event) => setAsked({ since: event.currentTarget.value === '' ? undefined : event.currentTarget.value })}
          />
        </span>
      </nav>
      {view === 'changes' ? (
        <Changes />
      ) : found.isPending ? (
        <Waiting what="The rules" />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : (
        <AllRules data={found.data} since={since} />
      )}
    </Page>
  );
}

function Changes() {
  const found = useQuery({ queryKey: ['medication-rules', 'changes'], queryFn: changes });
  if (found.isPending) return <Waiting what="The changes" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  return <ChangeList changes={found.data.changes} named />;
}

function AllRules({ data, since }: { data: RulesAnswer; since: string | undefined }) {
  const rules = [...data.rules].sort(byBurden);
  const local = new Map(data.local.map(({ key, says }) => [key, says]));
  const most = Math.max(0.01, ...rules.map((row) => row.interruptiveRate?.high ?? 0));
  if (rules.length === 0)
    return (
      <Empty title="No order was signed with a card yet">
        Rules are judged by orders that were signed: how often each interrupted, whether the order was changed or signed all the same, and
        why. Checks while somebody types are in no rate. {data.checks} checks were made in this time.
      </Empty>
    );
  return (
    <div className="governance">
      <BurdenByWeek data={data} />
      <Proposals proposals={data.proposals} guarded={data.guarded} />
      <Scrolling name="Rules">
        <Table aria-label="Rules, those that interrupt most first">
          <Columns
            of={['Rule', { number: 'Orders' }, 'Interrupts, of orders signed', 'Overridden', 'Order changed', 'Precision', 'Reasons']}
          />
          <Table.Tbody>
            {rules.slice(0, rowsMost).map((row) => (
              <Table.Tr key={`${row.file}/${row.rule} ${row.version}`}>
                <Table.Td className="governance-name">
                  <Go to="/app/governance" asked={{ file: row.file, rule: row.rule, since }}>
                    {row.rule}
                  </Go>
                  <span className="soft">
                    {row.category}, {row.file} {row.version}
                  </span>
                  {local.has(`${row.file}/${row.rule}`) && (
                    <span className="governance-local">▲ {local.get(`${row.file}/${row.rule}`)}</span>
                  )}
                </Table.Td>
                <Table.Td className="number">{row.shown}</Table.Td>
                <Table.Td>
                  <Bar rate={row.interruptiveRate} most={most} />
                </Table.Td>
                <Table.Td>
                  <Bar rate={row.overrideRate} />
                </Table.Td>
                <Table.Td>
                  <Bar rate={row.actedOnRate} />
                </Table.Td>
                <Table.Td>
                  <Bar rate={row.precision} />
                </Table.Td>
                <Table.Td className="why">{reasonWords(row.reasons)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
      {rules.length > rowsMost && <p className="soft">{rules.length - rowsMost} more rules fired and are not listed.</p>}
      <p className="soft">{data.says}</p>
    </div>
  );
}

function BurdenByWeek({ data }: { data: RulesAnswer }) {
  const weeks = byWeek(data.burden);
  const most = Math.max(1, ...weeks.map((week) => week.per100 ?? 0));
  return (
    <section className="card" aria-label="Burden">
      <h2>
        Interruptions of 100 orders, by week <span className="count">{data.orders} orders signed</span>
      </h2>
      <ol className="weeks">
        {weeks.map((week) => (
          <li key={week.week}>
            <span className="weeks-bar" aria-hidden="true">
              <span style={{ height: `${(100 * (week.per100 ?? 0)) / most}%` }} />
            </span>
            <span className="weeks-number">{week.per100 ?? '–'}</span>
            <span className="weeks-day">{week.week.slice(5)}</span>
            <span className="weeks-roles">
              {week.roles.map((one) => (
                <span key={one.role}>
                  {one.role} {one.per100 ?? '–'}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
