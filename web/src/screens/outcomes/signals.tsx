// Drugs or devices, and what came after them more often than chance: where to look, never what is so.
import { SegmentedControl, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useAsked } from '../../app/go.tsx';
import { Columns } from '../../parts/columns.tsx';
import { showDate } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type SignalsAnswer, signalsOf } from './api.ts';
import { shownNumber } from './shape.ts';

const shownMost = 100;

export function SignalsPage() {
  const [asked, setAsked] = useAsked();
  const { kind, since, until } = asked;
  const found = useQuery({
    queryKey: ['outcomes', 'signals', { kind, since, until }],
    queryFn: () => signalsOf({ kind, since, until }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <div className="indicator">
      <SegmentedControl
        size="xs"
        aria-label="What was given"
        data={[
          { value: 'drugs', label: 'Drugs' },
          { value: 'devices', label: 'Devices' },
        ]}
        value={kind ?? 'drugs'}
        onChange={(value) => setAsked({ kind: value === 'drugs' ? undefined : value })}
      />
      {found.isPending ? (
        <Waiting what="The signals" />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : (
        <Pairs data={found.data} />
      )}
    </div>
  );
}

function Pairs({ data }: { data: SignalsAnswer }) {
  return (
    <section className="card" aria-label="Signals">
      <p className="needs-review">
        <strong>{data.says}</strong>
      </p>
      <p className="soft">
        {data.reports} hospital stays that began {showDate(data.days.since)} to {showDate(data.days.until)}. What was given counts where it
        came before the first new event of the stay; events are diagnoses and critical results from the second day on, and adverse events.
        Expected within bands of age and sex.
      </p>
      {data.pairs.length === 0 ? (
        <Empty title="No pair was met">There are no doses or devices with a later event in this time.</Empty>
      ) : (
        <Scrolling name="Pairs">
          <Table aria-label="Pairs, strongest first">
            <Columns
              of={[
                'Given',
                'Then',
                { number: 'Stays' },
                { number: 'Expected' },
                { number: 'PRR' },
                { number: 'ROR (95 %)' },
                { number: 'EBGM (EB05)' },
                { number: 'IC (IC025)' },
                'Signal',
              ]}
            />
            <Table.Tbody>
              {data.pairs.slice(0, shownMost).map((pair) => (
                <Table.Tr key={`${pair.drug} ${pair.event}`}>
                  <Table.Td>{pair.drug.replaceAll('-', ' ')}</Table.Td>
                  <Table.Td className="outcomes-says">
                    {data.words[pair.event] ?? pair.event}{' '}
                    <span className="soft">{data.words[pair.event] === undefined ? '' : pair.event}</span>
                  </Table.Td>
                  <Table.Td className="number">{pair.table.a}</Table.Td>
                  <Table.Td className="number">{shownNumber(pair.expected)}</Table.Td>
                  <Table.Td className="number">{shownNumber(pair.prr.ratio)}</Table.Td>
                  <Table.Td className="number nowrap">
                    {shownNumber(pair.ror.ratio)} ({shownNumber(pair.ror.low)} to {shownNumber(pair.ror.high)})
                  </Table.Td>
                  <Table.Td className="number nowrap">
                    {shownNumber(pair.ebgm.ebgm)} ({shownNumber(pair.ebgm.eb05)})
                  </Table.Td>
                  <Table.Td className="number nowrap">
                    {shownNumber(pair.ic.ic)} ({shownNumber(pair.ic.low)})
                  </Table.Td>
                  <Table.Td>{pair.strong ? <strong>▲ look here</strong> : '–'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
      )}
      {data.leftOut > 0 && <p className="soft">{data.leftOut} pairs of fewer than 5 stays are not shown to this account.</p>}
      {data.pairs.length > shownMost && <p className="soft">{data.pairs.length - shownMost} weaker pairs are not listed.</p>}
      <p className="soft">
        “Look here”: at least three stays, EB05 of 2 or more, and the lower end of IC above 0. Record as of position {data.position}.
      </p>
    </section>
  );
}
