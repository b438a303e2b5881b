// Arrivals at the emergency department: days as a fan with what had been said of the last weeks, two days of hours, and warnings of a surge.
import { Button, NumberInput, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAsked } from '../../app/go.tsx';
import { Columns } from '../../parts/columns.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type Arrivals, arrivalsOf, type Surge } from './api.ts';
import { AsTable, FanChart } from './fan-chart.tsx';
import { Foot, Notes } from './parts.tsx';
import { dayWords, hourWords, likely, percent } from './words.ts';

export function ArrivalsView() {
  const [{ threshold, chance }] = useAsked();
  const found = useQuery({
    queryKey: ['Encounter', 'forecast-arrivals', threshold, chance],
    queryFn: () => arrivalsOf({ threshold, chance }),
    placeholderData: keepPreviousData,
  });
  if (found.isPending) return <Waiting what="The forecast of arrivals" rows={10} />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const { data } = found;
  if (data.forecast === null)
    return (
      <Empty title="There is not enough to forecast from">
        {data.missing.join(' ')} A forecast begins with 14 whole days; with 56 its errors in the past stand beside it.
      </Empty>
    );
  return <Shown data={data} forecast={data.forecast} />;
}

function Shown({ data, forecast }: { data: Arrivals; forecast: NonNullable<Arrivals['forecast']> }) {
  const { recent, before, days, mean, intervals, surge } = forecast;
  const [inner, outer] = intervals;
  const past = recent.values.length;
  const place = new Map(recent.days.map((day, i) => [day, i]));
  const said = before.filter(({ day }) => place.has(day));
  const saidFrom = said[0] === undefined ? 0 : place.get(said[0].day)!;
  const all = [...recent.days, ...days];
  const range = (i: number): string => `${Math.round(inner!.lower[i]!)} to ${Math.round(inner!.upper[i]!)}`;
  return (
    <div className="forecasts">
      <Notes notes={[...data.notes, ...data.missing.map((each) => `Missing: ${each}`)]} />
      <section className="card" aria-labelledby="by-day">
        <h2 id="by-day">
          Arrivals a day{' '}
          <span className="count">
            the last {past} days, {days.length} ahead
          </span>
        </h2>
        <p className="forecast-lead">
          Today {Math.round(mean[0]!)} expected ({range(0)} in four of five days), tomorrow {Math.round(mean[1] ?? mean[0]!)} (
          {range(Math.min(1, mean.length - 1))}).
        </p>
        <FanChart
          says={`Arrivals a day: ${past} days as they came and ${days.length} ahead; today ${Math.round(mean[0]!)} expected, ${range(0)} in four of five days`}
          unit="arrivals a day"
          length={all.length}
          marks={all.flatMap((day, at) => (at % 14 === 0 ? [{ at, words: dayWords(day).slice(4) }] : []))}
          came={{ from: 0, values: recent.values }}
          expected={{ from: past, values: mean }}
          bands={[
            {
              name: 'said before',
              kind: 'before',
              from: saidFrom,
              lower: said.map((each) => each.lower80),
              upper: said.map((each) => each.upper80),
            },
            { name: '95 %', kind: 'wide', from: past, lower: outer!.lower, upper: outer!.upper },
            { name: '80 %', kind: 'narrow', from: past, lower: inner!.lower, upper: inner!.upper },
          ]}
          line={{ value: surge.threshold, words: `surge from ${surge.threshold}` }}
          now={past}
        />
        <p className="soft fan-key">
          <span className="key-came" /> came <span className="key-before" /> what had been said one to five days before, 80 %{' '}
          <span className="key-expected" /> expected <span className="key-narrow" /> 80 % <span className="key-wide" /> 95 %
        </p>
        <AsTable
          name="Arrivals a day ahead"
          heads={['Day', 'Expected', '80 %', '95 %']}
          rows={days.map((day, i) => [
            dayWords(day),
            mean[i]!.toFixed(1),
            `${inner!.lower[i]!.toFixed(1)} – ${inner!.upper[i]!.toFixed(1)}`,
            `${outer!.lower[i]!.toFixed(1)} – ${outer!.upper[i]!.toFixed(1)}`,
          ])}
        />
      </section>
      <div className="forecast-pair">
        <PastErrors forecast={forecast} />
        <SurgeCard surge={surge} />
      </div>
      <HoursCard forecast={forecast} />
      <Foot head={data} />
    </div>
  );
}

const mase = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

function PastErrors({ forecast: { past, says, method, preferred } }: { forecast: NonNullable<Arrivals['forecast']> }) {
  const rows =
    past === null
      ? []
      : [
          { name: 'This forecast', of: past.combination, used: preferred === 'combination' },
          { name: 'Same day a week ago', of: past.seasonalNaive, used: preferred === 'seasonal-naive' },
        ];
  return (
    <section className="card" aria-labelledby="past-errors">
      <h2 id="past-errors">How such forecasts did</h2>
      <p>{says}.</p>
      {past !== null && (
        <Table aria-label="Errors in the past">
          <Columns of={['Method', { number: 'MASE' }, { number: 'Off by' }, { number: '80 % held' }, { number: '95 % held' }]} />
          <Table.Tbody>
            {rows.map(({ name, of, used }) => (
              <Table.Tr key={name}>
                <Table.Td>
                  {name}
                  {used && <span className="soft"> · in use</span>}
                </Table.Td>
                <Table.Td className="number">{mase(of.mase)}</Table.Td>
                <Table.Td className="number">{of.mapePercent === null ? '–' : `${of.mapePercent.toFixed(0)} %`}</Table.Td>
                {of.intervals.map(({ level, coverage }) => (
                  <Table.Td key={level} className="number">
                    {percent(coverage)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <p className="soft">{method}. MASE below the other’s: forecasting pays. Each was judged by days that it did not know.</p>
    </section>
  );
}

function SurgeCard({ surge }: { surge: Surge }) {
  const [, setAsked] = useAsked();
  const [threshold, setThreshold] = useState<number | string>(surge.threshold);
  const warned = surge.days.filter((day) => day.warned);
  const { record } = surge;
  return (
    <section className="card" aria-labelledby="surge">
      <h2 id="surge">
        Surge <span className="count">{surge.threshold} arrivals a day and more</span>
      </h2>
      <p className={warned.length > 0 ? 'forecast-alert' : ''}>
        {warned.length > 0
          ? `▲ Warned: ${warned.map(({ day, chance }) => `${dayWords(day)} (${percent(chance)})`).join(', ')}`
          : `● No warning: on none of seven days is it as likely as ${percent(surge.chance)}.`}
      </p>
      <ul className="surge-days" aria-label="Chance of a surge by day">
        {surge.days.map(({ day, chance, warned: is }) => (
          <li key={day} className={is ? 'surge-warned' : ''}>
            <span>{dayWords(day)}</span>
            <span className="surge-bar" aria-hidden="true">
              <span style={{ width: `${Math.round(chance * 100)}%` }} />
            </span>
            <span className="number">{percent(chance)}</span>
            <span className="soft">
              {is ? '▲ ' : ''}
              {likely(chance)}
            </span>
          </li>
        ))}
      </ul>
      {record !== null && (
        <p className="soft">
          In the past: {record.surges} surges in {record.days} days, {record.found} found
          {record.leadDays === null ? '' : ` (${record.leadDays.toFixed(1)} days before on average)`}, {record.missed} missed,{' '}
          {record.falseAlarms} false alarms; Brier score {record.brier.toFixed(3)}, always the same chance{' '}
          {record.brierOfAlwaysTheSame.toFixed(3)}.
        </p>
      )}
      <form
        className="surge-form"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked({ threshold: String(threshold) });
        }}
      >
        <NumberInput
          label="Surge from"
          description={`One day in twenty reached ${surge.usualThreshold}`}
          size="xs"
          min={1}
          max={100_000}
          allowDecimal={false}
          value={threshold}
          onChange={setThreshold}
        />
        <Button type="submit" size="xs" variant="default" disabled={threshold === ''}>
          Show
        </Button>
      </form>
    </section>
  );
}

function HoursCard({ forecast: { hours, hoursPast } }: { forecast: NonNullable<Arrivals['forecast']> }) {
  return (
    <section className="card" aria-labelledby="by-hour">
      <h2 id="by-hour">
        Arrivals an hour <span className="count">the next {hours.starts.length} hours</span>
      </h2>
      <FanChart
        says={`Arrivals an hour for ${hours.starts.length} hours; most at ${hourWords(hours.starts[hours.mean.indexOf(Math.max(...hours.mean))]!)}`}
        unit="arrivals an hour"
        length={hours.starts.length}
        marks={hours.starts.flatMap((start, at) =>
          Number(start.slice(11, 13)) % 6 === 0 && at > 1 ? [{ at, words: `${start.slice(11, 16)}` }] : [],
        )}
        came={{ from: 0, values: [] }}
        expected={{ from: 0, values: hours.mean }}
        bands={[
          { name: '95 %', kind: 'wide', from: 0, lower: hours.p025, upper: hours.p975 },
          { name: '80 %', kind: 'narrow', from: 0, lower: hours.p10, upper: hours.p90 },
        ]}
      />
      {hoursPast !== null && (
        <p className="soft">
          On {hoursPast.hours} hours of the past {hoursPast.error.toFixed(2)} off on average, the same hour a week before{' '}
          {hoursPast.seasonalNaiveError.toFixed(2)}.
          {hoursPast.coverage.map(({ level, coverage }) => ` The ${level} % range held ${percent(coverage)}.`)}
        </p>
      )}
      <Scrolling name="Hours">
        <AsTable
          name="Arrivals an hour"
          heads={['Hour', 'Expected', '80 %', '95 %']}
          rows={hours.starts.map((start, i) => [
            hourWords(start),
            hours.mean[i]!.toFixed(2),
            `${hours.p10[i]} – ${hours.p90[i]}`,
            `${hours.p025[i]} – ${hours.p975[i]}`,
          ])}
        />
      </Scrolling>
    </section>
  );
}
