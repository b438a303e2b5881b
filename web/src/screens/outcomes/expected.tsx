// Observed by expected: a model of the site's own past, and wards held against it.
import { SegmentedControl, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Refusal } from '../../api/http.ts';
import { useAsked } from '../../app/go.tsx';
import { showDate } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type ExpectedAnswer, expectedOf, type GroupExpected } from './api.ts';
import { shownNumber, shownPeriod } from './shape.ts';

export function ExpectedPage() {
  const [asked, setAsked] = useAsked();
  const { outcome, since, from, until } = asked;
  const found = useQuery({
    queryKey: ['outcomes', 'expected', { outcome, since, from, until }],
    queryFn: () => expectedOf({ outcome, since, from, until }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <div className="indicator">
      <SegmentedControl
        size="xs"
        aria-label="Outcome"
        data={[
          { value: 'mortality', label: 'Deaths in hospital' },
          { value: 'readmission', label: 'Readmission' },
          { value: 'long-stay', label: 'Long stays' },
        ]}
        value={outcome ?? 'mortality'}
        onChange={(value) => setAsked({ outcome: value === 'mortality' ? undefined : value })}
      />
      {found.isPending ? (
        <Waiting what="The model" />
      ) : found.isError ? (
        found.error instanceof Refusal && found.error.status === 400 ? (
          <Empty title="There is no model of this time">{found.error.message}</Empty>
        ) : (
          <Failure error={found.error} again={() => void found.refetch()} />
        )
      ) : (
        <Found data={found.data} />
      )}
    </div>
  );
}

const ratioWords = ({ ratio, low, high }: GroupExpected): string => `${shownNumber(ratio)} (${shownNumber(low)} to ${shownNumber(high)})`;
const beyondWords = { above: '▲ more than expected', below: '▼ fewer than expected' };

function Groups({ name, rows }: { name: string; rows: readonly { label: string; of: GroupExpected | null }[] }) {
  return (
    <Scrolling name={name}>
      <Table aria-label={name}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{name}</Table.Th>
            <Table.Th className="number">Stays</Table.Th>
            <Table.Th className="number">Observed</Table.Th>
            <Table.Th className="number">Expected</Table.Th>
            <Table.Th className="number">O/E (95 %)</Table.Th>
            <Table.Th>What it says</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ label, of }) => (
            <Table.Tr key={label}>
              <Table.Td dir="auto">{label}</Table.Td>
              <Table.Td className="number">{of?.stays ?? 0}</Table.Td>
              <Table.Td className="number">{of?.observed ?? 0}</Table.Td>
              <Table.Td className="number">{shownNumber(of?.expected)}</Table.Td>
              <Table.Td className="number nowrap">{of === null ? '–' : ratioWords(of)}</Table.Td>
              <Table.Td>{of === null || of.beyond === null ? 'within chance' : <strong>{beyondWords[of.beyond]}</strong>}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolling>
  );
}

const dayOf = (day: number): string => showDate(new Date(day * 86_400_000).toISOString().slice(0, 10));

function Found({ data }: { data: ExpectedAnswer }) {
  const { model } = data;
  const c = model.c.later;
  return (
    <>
      <section className="card" aria-label="Observed and expected">
        <h2>
          {data.title} <span className="count">{data.says}</span>
        </h2>
        <p>
          {showDate(data.days.from)} to {showDate(data.days.until)}: <strong>{data.later.events} observed</strong>
          {data.all === null ? '' : `, ${shownNumber(data.all.expected)} expected: ${ratioWords(data.all)}`}
          {data.all?.beyond === undefined || data.all.beyond === null ? ', within chance' : `, ${beyondWords[data.all.beyond]}`}.
        </p>
        <Groups name="Ward" rows={data.wards.map(({ ward, of }) => ({ label: ward === '' ? 'no ward' : ward, of }))} />
        {data.notes.map((note) => (
          <p key={note} className="soft">
            {note}
          </p>
        ))}
        <details>
          <summary>By month</summary>
          <Groups name="Month" rows={data.months.map(({ month, of }) => ({ label: shownPeriod(month), of }))} />
        </details>
      </section>
      <section className="card" aria-label="Watched day by day">
        <h2>Watched day by day (risk-adjusted CUSUM)</h2>
        {data.cusum.length === 0 && <p className="soft">There is nothing to be watched in this time.</p>}
        <ul className="signs">
          {data.cusum.map(({ oddsRatio, limit, signals, days }) => (
            <li key={oddsRatio}>
              {oddsRatio > 1 ? 'For twice the odds' : 'For half the odds'}:{' '}
              {signals.length === 0 ? (
                <>
                  no signal; stands at {shownNumber(days.at(-1)?.sum)} of {shownNumber(limit)}
                </>
              ) : (
                <strong>
                  {oddsRatio > 1 ? '▲' : '▼'} signal on {signals.map(dayOf).join(', ')}
                </strong>
              )}
            </li>
          ))}
        </ul>
        <p className="soft">The limit lets a false alarm come about once in three years of stays.</p>
      </section>
      <section className="card" aria-label="The model">
        <h2>The model</h2>
        <p>
          Fitted on {data.past.stays} stays of this house with {data.past.events} events, {showDate(data.days.since)} to{' '}
          {showDate(data.days.from)}.{' '}
          {c === null
            ? 'How well it parts risks later is not known: no event.'
            : `Later it parted those with the event from those without with c = ${c.c.toFixed(2)} (${c.low.toFixed(2)} to ${c.high.toFixed(2)}).`}{' '}
          {model.calibrationP === null ? '' : `Hosmer–Lemeshow p = ${model.calibrationP.toFixed(2)}.`}
        </p>
        {model.notes.map((note) => (
          <p key={note} className="soft">
            {note}
          </p>
        ))}
        <details>
          <summary>Odds ratios</summary>
          <Table aria-label="Odds ratios">
            <Table.Tbody>
              {model.terms.map(({ title, oddsRatio, low, high }) => (
                <Table.Tr key={title}>
                  <Table.Td>{title}</Table.Td>
                  <Table.Td className="number">
                    {shownNumber(oddsRatio)} ({shownNumber(low)} to {shownNumber(high)})
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </details>
      </section>
    </>
  );
}
