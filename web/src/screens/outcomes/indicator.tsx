// One indicator: its control chart with what was changed when, wards, a funnel, the rows behind a point, and its definition in words.
import { Button, Checkbox, SegmentedControl, Select, Table, TextInput } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Go, useAsked } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { csvAbout, csvRow } from '../../parts/csv.ts';
import { showTime } from '../../parts/dates.ts';
import { FileOfParts } from '../../parts/file-of-parts.ts';
import { Page } from '../../parts/page.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { addNote, endNote, funnelOf, type OneIndicator, oneIndicator, rowsBehind } from './api.ts';
import { ControlChart, FunnelPlot, Sparkline } from './charts.tsx';
import { definitionWords } from './definition.ts';
import { shownNumber, shownPeriod } from './shape.ts';
import { directionWords, MeaningMark, needsReview } from './words.tsx';

export function IndicatorPage({ name }: { name: string }) {
  const [asked, setAsked] = useAsked();
  const { step, ward, until, period } = asked;
  const found = useQuery({
    queryKey: ['outcomes', 'one', name, { step, ward, until }],
    queryFn: () => oneIndicator(name, { step, ward, until }),
    placeholderData: keepPreviousData,
  });
  const data = found.data;
  const filters = `${ward ?? 'whole hospital'}, by ${step ?? 'month'}${until === undefined ? '' : `, until ${until}`}`;
  return (
    <Page
      title={data?.indicator.title ?? 'Indicator'}
      filters={filters}
      actions={
        data === undefined ? undefined : (
          <>
            <Button size="xs" variant="default" onClick={() => saveCsv(data, filters)}>
              CSV
            </Button>
            <Button size="xs" variant="default" onClick={() => window.print()}>
              Print
            </Button>
          </>
        )
      }
    >
      <p>
        <Go to="/app/outcomes" asked={{ until }}>
          ← All indicators
        </Go>
      </p>
      {found.isPending ? (
        <Waiting what="The indicator" />
      ) : data === undefined ? (
        <Failure error={found.error ?? new Error('It could not be fetched')} again={() => void found.refetch()} />
      ) : (
        <div className="indicator" aria-busy={found.isPlaceholderData}>
          <div className="indicator-bar">
            <SegmentedControl
              size="xs"
              aria-label="Step"
              data={[
                { value: 'month', label: 'By month' },
                { value: 'week', label: 'By week' },
              ]}
              value={step ?? 'month'}
              onChange={(value) => setAsked({ step: value === 'month' ? undefined : value, period: undefined })}
            />
            <Select
              size="xs"
              aria-label="Ward"
              placeholder="Whole hospital"
              clearable
              data={data.wards.map((each) => each.ward)}
              value={ward ?? null}
              onChange={(value) => setAsked({ ward: value ?? undefined, period: undefined })}
            />
            <MeaningMark meaning={data.chart.now.meaning} says={data.chart.now.says} />
          </div>
          <ChartCard data={data} ward={ward} onPoint={(chosen) => setAsked({ period: chosen })} />
          {period !== undefined && <Behind name={name} query={{ step, ward, period }} close={() => setAsked({ period: undefined })} />}
          <div className="indicator-columns">
            <Wards data={data} />
            <Notes data={data} name={name} />
          </div>
          {data.indicator.measure !== 'time' && <Funnel name={name} title={data.indicator.title} query={{ step, until }} />}
          <DefinitionCard data={data} />
        </div>
      )}
    </Page>
  );
}

function ChartCard({ data, ward, onPoint }: { data: OneIndicator; ward: string | undefined; onPoint(period: string): void }) {
  const { chart, indicator } = data;
  if (chart.points.every(({ value }) => value === null))
    return (
      <Empty title="There is no value in this time">
        Either nothing of it is recorded, or every period is smaller than {indicator.denominatorLeast}. What it reads stands below, under
        “What is counted”.
      </Empty>
    );
  return (
    <section className="card" aria-label="Control chart">
      <h2>
        {indicator.question} <span className="count">{ward ?? 'Whole hospital'}</span>
      </h2>
      <ControlChart data={data} notes={data.notes} onPoint={onPoint} />
      <p className="soft chart-legend">
        <span aria-hidden="true">●</span> within what is usual · <span aria-hidden="true">◆</span> part of a sign ·{' '}
        <span aria-hidden="true">○</span> not judged (too few, not over, or what follows is not known yet) · {indicator.unit},{' '}
        {directionWords[indicator.direction]} · {chart.kindTitle}
      </p>
      {chart.signs.length > 0 && (
        <ul className="signs" aria-label="Signs">
          {chart.signs.map((sign) => (
            <li key={`${sign.rule} ${sign.from} ${sign.says}`}>
              <MeaningMark meaning={sign.meaning} says={sign.says} />
            </li>
          ))}
        </ul>
      )}
      {chart.notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
      <details>
        <summary>As a table</summary>
        <Points data={data} onPoint={onPoint} />
      </details>
      <p className="soft">
        Record as of position {data.position}, {showTime(data.at)}; periods as in {data.timeZone}.
      </p>
    </section>
  );
}

function Points({ data, onPoint }: { data: OneIndicator; onPoint(period: string): void }) {
  return (
    <Scrolling name="Points">
      <Table aria-label="Points">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Period</Table.Th>
            <Table.Th className="number">Numerator</Table.Th>
            <Table.Th className="number">Denominator</Table.Th>
            <Table.Th className="number">{data.indicator.unit}</Table.Th>
            <Table.Th className="number">Limits</Table.Th>
            <Table.Th>Remark</Table.Th>
            <Table.Th>Rows</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.chart.points.map((point) => (
            <Table.Tr key={point.period}>
              <Table.Td className="nowrap">{shownPeriod(point.period)}</Table.Td>
              <Table.Td className="number">{point.numerator}</Table.Td>
              <Table.Td className="number">{shownNumber(point.denominator)}</Table.Td>
              <Table.Td className="number">{shownNumber(point.value)}</Table.Td>
              <Table.Td className="number nowrap">
                {point.limits === null ? '–' : `${shownNumber(point.limits.lower)} to ${shownNumber(point.limits.upper)}`}
              </Table.Td>
              <Table.Td>{point.left ?? (point.broken.length > 0 ? `◆ ${point.broken.join(', ').replaceAll('-', ' ')}` : '')}</Table.Td>
              <Table.Td>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Rows of ${shownPeriod(point.period)}`}
                  onClick={() => onPoint(point.period)}
                >
                  Rows
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolling>
  );
}

function Behind({
  name,
  query,
  close,
}: {
  name: string;
  query: { step: string | undefined; ward: string | undefined; period: string };
  close(): void;
}) {
  const found = useQuery({ queryKey: ['outcomes', 'rows', name, query], queryFn: () => rowsBehind(name, query), retry: false });
  return (
    <section className="card" aria-label="Rows behind the point">
      <h2>
        {shownPeriod(query.period)}: the rows behind the point{' '}
        <Button size="compact-xs" variant="default" onClick={close}>
          Close
        </Button>
      </h2>
      {found.isPending ? (
        <Waiting what="The rows" rows={3} />
      ) : found.isError ? (
        <Failure title="The rows are not for this account" error={found.error} />
      ) : found.data.rows.length === 0 ? (
        <p className="soft">There are none.</p>
      ) : (
        <>
          <Scrolling name="Rows behind the point" className="wide rows-behind">
            <Table aria-label="Rows behind the point">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>When</Table.Th>
                  <Table.Th>Ward</Table.Th>
                  <Table.Th>What</Table.Th>
                  <Table.Th>Chart</Table.Th>
                  <Table.Th className="number">Minutes</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.data.rows.map((row) => (
                  <Table.Tr key={`${row.what} ${row.type} ${row.id}`}>
                    <Table.Td className="nowrap">{showTime(row.at)}</Table.Td>
                    <Table.Td>{row.ward}</Table.Td>
                    <Table.Td>
                      {row.inNumerator ? <strong>◆ in the numerator</strong> : 'in the denominator'}{' '}
                      <span className="soft">{row.type}</span>
                    </Table.Td>
                    <Table.Td>
                      {row.patient === null ? (
                        row.id
                      ) : (
                        <Go to={`/app/chart/${row.patient}`} className="mono">
                          open the chart
                        </Go>
                      )}
                    </Table.Td>
                    <Table.Td className="number">{row.minutes === null ? '' : Math.round(row.minutes)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Scrolling>
          {found.data.cut && <p className="soft">There are more; these are the first 500, those in the numerator first.</p>}
        </>
      )}
    </section>
  );
}

function Wards({ data }: { data: OneIndicator }) {
  const [asked] = useAsked();
  return (
    <section className="card" aria-label="Wards">
      <h2>Wards</h2>
      {data.wards.length === 0 ? (
        <p className="soft">No row says of which ward it is.</p>
      ) : (
        <Table aria-label="Wards">
          <Table.Tbody>
            {data.wards.map(({ ward, now, points = [] }) => (
              <Table.Tr key={ward}>
                <Table.Td>
                  <Go to="/app/outcomes" asked={{ ...asked, ward, period: undefined }} dir="auto">
                    {ward}
                  </Go>
                </Table.Td>
                <Table.Td className="number">{shownNumber(now?.value)}</Table.Td>
                <Table.Td>
                  <Sparkline points={points} worse={now?.meaning === 'worse'} />
                </Table.Td>
                <Table.Td>{now !== undefined && <MeaningMark meaning={now.meaning} />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function Notes({ data, name }: { data: OneIndicator; name: string }) {
  const client = useQueryClient();
  const person = usePerson();
  const [asked] = useAsked();
  const [day, setDay] = useState('');
  const [words, setWords] = useState('');
  const [phase, setPhase] = useState(false);
  const again = (): void => void client.invalidateQueries({ queryKey: ['outcomes', 'one', name] });
  const add = useMutation({
    mutationFn: () => addNote({ indicator: name, day, words, phase, ...(asked['ward'] === undefined ? {} : { ward: asked['ward'] }) }),
    onSuccess: () => {
      setWords('');
      again();
    },
  });
  const end = useMutation({ mutationFn: endNote, onSuccess: again });
  const may = person.role !== 'records-officer';
  return (
    <section className="card" aria-label="What was changed">
      <h2>What was changed</h2>
      {data.notes.length === 0 && <p className="soft">Nothing is noted. “New protocol began” on its day says later why a line moved.</p>}
      <ul className="signs">
        {data.notes.map((note) => (
          <li key={note.id}>
            <strong>{note.day}</strong> <span dir="auto">{note.words}</span>{' '}
            <span className="soft">
              {note.phase ? 'limits start anew, ' : ''}
              {note.ward ?? 'all wards'}, {note.by}
            </span>{' '}
            {may && (
              <Button size="compact-xs" variant="default" aria-label={`Take away: ${note.words}`} onClick={() => end.mutate(note.id)}>
                Take away
              </Button>
            )}
          </li>
        ))}
      </ul>
      {may && (
        <form
          className="note-form"
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
        >
          <TextInput size="xs" type="date" label="Day" required value={day} onChange={(event) => setDay(event.currentTarget.value)} />
          <TextInput
            size="xs"
            label="What was changed"
            required
            maxLength={300}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <Checkbox size="xs" label="Limits start anew" checked={phase} onChange={(event) => setPhase(event.currentTarget.checked)} />
          <Button size="xs" type="submit" loading={add.isPending}>
            Note it
          </Button>
          {add.isError && <p role="alert">{add.error.message}</p>}
        </form>
      )}
    </section>
  );
}

function Funnel({ name, title, query }: { name: string; title: string; query: { step: string | undefined; until: string | undefined } }) {
  const found = useQuery({
    queryKey: ['outcomes', 'funnel', name, query],
    queryFn: () => funnelOf(name, query),
    retry: false,
    placeholderData: keepPreviousData,
  });
  return (
    <section className="card" aria-label="Funnel plot">
      <h2>Wards beside each other</h2>
      {found.isPending ? (
        <Waiting what="The funnel" rows={4} />
      ) : found.isError ? (
        <p className="soft">{found.error.message}</p>
      ) : (
        <>
          <FunnelPlot data={found.data} title={title} />
          <p className="soft">
            {shownPeriod(found.data.from)} to {shownPeriod(found.data.to)}, {found.data.unit}. Within the funnel wards differ no more than
            chance would have it; small wards scatter more.{' '}
            {found.data.overdispersion === 'none' ? '' : 'Limits are widened, because wards scatter more than chance alone. '}Not adjusted
            for who the patients are.
          </p>
          {found.data.notes.map((note) => (
            <p key={note} className="soft">
              {note}
            </p>
          ))}
          <details>
            <summary>As a table</summary>
            <Table aria-label="Wards of the funnel">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Ward</Table.Th>
                  <Table.Th className="number">Numerator</Table.Th>
                  <Table.Th className="number">Denominator</Table.Th>
                  <Table.Th className="number">{found.data.unit}</Table.Th>
                  <Table.Th>Where it lies</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.data.units.map(({ name: ward, observed, denominator, value, beyond }) => (
                  <Table.Tr key={ward}>
                    <Table.Td dir="auto">{ward}</Table.Td>
                    <Table.Td className="number">{observed}</Table.Td>
                    <Table.Td className="number">{shownNumber(denominator)}</Table.Td>
                    <Table.Td className="number">{shownNumber(value)}</Table.Td>
                    <Table.Td>{beyond === null ? 'within' : `◆ ${beyond.direction} the ${beyond.level} % limit`}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </details>
        </>
      )}
    </section>
  );
}

function DefinitionCard({ data: { indicator } }: { data: OneIndicator }) {
  const words = definitionWords(indicator);
  const { source } = indicator;
  return (
    <section className="card" aria-label="What is counted">
      <h2>What is counted</h2>
      {needsReview(indicator.status) && (
        <p className="needs-review">
          <strong>▲ Unreviewed.</strong> Nobody of this house has held the definition against how care is recorded here. Have it reviewed
          before it is reported or acted on.
        </p>
      )}
      <dl className="definition">
        <dt>Numerator</dt>
        <dd>{words.numerator}</dd>
        <dt>Denominator</dt>
        <dd>
          {words.denominator}; values of fewer than {indicator.denominatorLeast} are not shown by themselves
        </dd>
        <dt>What the data cannot say</dt>
        <dd>{indicator.limits}</dd>
        <dt>Source</dt>
        <dd>
          {source.agency}, {source.title}, {source.year}, {source.section}
        </dd>
        <dt>Version</dt>
        <dd>
          {indicator.version}, reviewer: {indicator.reviewer}
        </dd>
      </dl>
    </section>
  );
}

function saveCsv(data: OneIndicator, filters: string): void {
  const { indicator, chart } = data;
  const file = new FileOfParts('text/csv;charset=utf-8');
  file.add(
    csvAbout([
      `${indicator.title}, ${indicator.unit}, ${filters}`,
      `definition ${indicator.name} ${indicator.version}, ${indicator.status}`,
      `record as of position ${data.position}, ${data.at}`,
    ]) + csvRow(['period', 'numerator', 'denominator', 'value', 'centre', 'lower', 'upper', 'not judged because', 'rules broken']),
  );
  for (const { period, numerator, denominator, value, limits, left, broken } of chart.points)
    file.add(
      csvRow([
        period,
        String(numerator),
        String(denominator),
        value === null ? '' : String(value),
        ...(limits === null ? ['', '', ''] : [limits.centre, limits.lower, limits.upper].map(String)),
        left ?? '',
        broken.join(' '),
      ]),
    );
  file.save(`${indicator.name}.csv`);
}
