// Beds ward by ward for seven days: who overflows first, the fan of one ward, and the same with other beds, arrivals and stays beside it.
import { Button, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { Columns } from '../../parts/columns.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type BedsSide, type CensusJudgement, type CensusShown, pastOf, type WardForecast, whatIfOf } from './api.ts';
import { bySoonest, changedFrom, firstWords, hoursFrom, leadOf } from './beds.ts';
import { AsTable, FanChart } from './fan-chart.tsx';
import { Foot, Notes, numberIn, Slider } from './parts.tsx';
import { beside, hourWords, likely, percent } from './words.ts';

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value).replace('-', '−'));

export function BedsView() {
  const [asked, setAsked] = useAsked();
  const { arrivals, beds, stay, ward } = asked;
  const found = useQuery({
    queryKey: ['Encounter', 'forecast-beds', arrivals, beds, stay, beds === undefined ? undefined : ward],
    queryFn: () => whatIfOf({ arrivals, beds, stay, ward: beds === undefined ? undefined : ward }),
    placeholderData: keepPreviousData,
  });
  if (found.isPending) return <Waiting what="The forecast of beds" rows={12} />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const { data } = found;
  const changed = arrivals !== undefined || beds !== undefined || stay !== undefined;
  if (data.asItIs.wards.length === 0)
    return (
      <Empty title="No ward has a stay yet">
        Beds are foretold from stays: encounters with a place (a bed that is part of a ward). They come with ADT messages, or as Encounter
        with location.
      </Empty>
    );
  const shown = data.asItIs.wards.find(({ id }) => id === ward);
  return (
    <div className="forecasts">
      <Notes notes={data.notes} />
      <p className="forecast-lead">{leadOf(data.asItIs, data.overflowChance)}</p>
      <section className="card what-if" aria-labelledby="what-if">
        <h2 id="what-if">What if</h2>
        <Slider
          name={shown === undefined ? 'Beds of all wards' : `Beds of ${shown.name}`}
          value={numberIn(beds, 0)}
          usual={0}
          least={-40}
          most={40}
          step={1}
          words={(value) => (value === 0 ? 'as they are' : `${signed(value)} beds`)}
          onSet={(value) => setAsked({ beds: value === 0 ? undefined : String(value) }, { replace: true })}
        />
        <Slider
          name="Arrivals"
          value={Math.round((numberIn(arrivals, 1) - 1) * 100)}
          usual={0}
          least={-50}
          most={100}
          step={5}
          words={(value) => (value === 0 ? 'as expected' : `${signed(value)} %`)}
          onSet={(value) => setAsked({ arrivals: value === 0 ? undefined : String(1 + value / 100) }, { replace: true })}
        />
        <Slider
          name="Length of stay"
          value={numberIn(stay, 0)}
          usual={0}
          least={-3}
          most={3}
          step={0.25}
          words={(value) => (value === 0 ? 'as it was' : `${signed(value)} days each`)}
          onSet={(value) => setAsked({ stay: value === 0 ? undefined : String(value) }, { replace: true })}
        />
        <Button
          size="xs"
          variant="default"
          disabled={!changed}
          onClick={() => setAsked({ arrivals: undefined, beds: undefined, stay: undefined })}
        >
          As it is
        </Button>
      </section>
      <Total side={data.asItIs} changed={changed ? data.whatIf : undefined} />
      <Wards side={data.asItIs} changed={changed ? data.whatIf : undefined} />
      {shown !== undefined && (
        <OneWard ward={shown} hours={data.asItIs.hours} changed={changed ? changedFrom(data.whatIf, shown.id) : undefined} />
      )}
      <PastCard />
      <Foot head={data} />
    </div>
  );
}

const range = (census: CensusShown, hour: number): string => `${census.p50[hour]} (${census.p05[hour]}–${census.p95[hour]})`;

function Total({ side, changed }: { side: BedsSide; changed: BedsSide | undefined }) {
  const columns = [{ name: 'As it is', of: side }, ...(changed === undefined ? [] : [{ name: 'What if', of: changed }])];
  return (
    <section className="card" aria-label="All wards together">
      <Table aria-label="All wards together, as it is and what if">
        <Columns
          of={[
            'All wards together',
            { number: 'Beds' },
            { number: 'In 24 hours' },
            { number: 'In 3 days' },
            { number: 'In 7 days' },
            'More patients than beds',
          ]}
        />
        <Table.Tbody>
          {columns.map(({ name, of: { inpatient, hours } }) => (
            <Table.Tr key={name}>
              <Table.Td>
                {name} <span className="soft">now {inpatient.here}</span>
              </Table.Td>
              <Table.Td className="number">{inpatient.beds}</Table.Td>
              {[24, 72, 168].map((ahead) => (
                <Table.Td key={ahead} className="number">
                  {range(inpatient, ahead - 1)}
                </Table.Td>
              ))}
              <Table.Td>{firstWords(inpatient, hours)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <p className="soft">
        The middle, and in brackets where nine of ten outcomes lie. The emergency department is not among the wards. Beds of “what if” are
        those of the ward that is open below, otherwise of all together.
      </p>
    </section>
  );
}

function Wards({ side, changed }: { side: BedsSide; changed: BedsSide | undefined }) {
  const [asked] = useAsked();
  return (
    <Scrolling name="Wards">
      <Table aria-label="Wards, those that overflow soonest first" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Ward</Table.Th>
            <Table.Th className="number">Now</Table.Th>
            <Table.Th className="number">Beds</Table.Th>
            <Table.Th className="number">In 12 hours</Table.Th>
            <Table.Th className="number">In 24 hours</Table.Th>
            <Table.Th className="number">In 3 days</Table.Th>
            <Table.Th>More patients than beds</Table.Th>
            {changed !== undefined && <Table.Th>What if</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {bySoonest(side.wards).map((ward) => (
            <Table.Tr key={ward.id} aria-current={asked['ward'] === ward.id ? 'true' : undefined}>
              <Table.Td>
                <Go to="/app/forecasts" asked={{ ...asked, ward: asked['ward'] === ward.id ? undefined : ward.id }}>
                  <span dir="auto" className="forecast-name">
                    {ward.name}
                  </span>
                </Go>
              </Table.Td>
              <Table.Td className="number">{ward.here}</Table.Td>
              <Table.Td className="number">{ward.beds}</Table.Td>
              {[12, 24, 72].map((ahead) => (
                <Table.Td key={ahead} className="number">
                  {range(ward, ahead - 1)}
                </Table.Td>
              ))}
              <Table.Td>
                <Overflow ward={ward} hours={side.hours} />
              </Table.Td>
              {changed !== undefined && (
                <Table.Td>
                  <Overflow ward={changedFrom(changed, ward.id) ?? ward} hours={side.hours} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolling>
  );
}

function Overflow({ ward, hours }: { ward: WardForecast; hours: readonly string[] }) {
  const most = Math.max(...ward.overfull);
  return (
    <span className={ward.firstOverflow === null ? '' : 'forecast-alert'}>
      <span className="surge-bar" aria-hidden="true">
        <span style={{ width: `${Math.round(most * 100)}%` }} />
      </span>{' '}
      {firstWords(ward, hours)}
    </span>
  );
}

function OneWard({ ward, hours, changed }: { ward: WardForecast; hours: readonly string[]; changed: WardForecast | undefined }) {
  const whose = {
    'ward and kind': 'stays of this ward',
    ward: 'stays of this ward, however they came',
    hospital: 'stays of the whole hospital, because this ward has too few',
  }[ward.restsOn.whose];
  const day = hours.slice(0, 24).map((_, i) => i);
  const sum = (of: readonly number[]): number => day.reduce((total, i) => total + of[i]!, 0);
  return (
    <section className="card" aria-labelledby="one-ward">
      <h2 id="one-ward">
        <span dir="auto" className="forecast-name">
          {ward.name}
        </span>{' '}
        <span className="count">
          {ward.here} patients, {ward.beds} beds, seven days ahead
        </span>
      </h2>
      <div className={changed === undefined ? '' : 'forecast-pair'}>
        {[{ name: 'As it is', of: ward }, ...(changed === undefined ? [] : [{ name: 'What if', of: changed }])].map(({ name, of }) => (
          <figure key={name} className={changed === undefined ? 'ward-fan' : 'ward-fan ward-fan-half'}>
            {changed !== undefined && <figcaption>{name}</figcaption>}
            <FanChart
              says={`${ward.name}, ${name.toLowerCase()}: ${of.here} patients now, ${range(of, 23)} in 24 hours, ${range(of, 167)} in seven days, ${of.beds} beds`}
              unit="beds taken"
              length={hours.length}
              marks={hoursFrom(hours)}
              came={{ from: 0, values: [] }}
              expected={{ from: 0, values: of.mean }}
              bands={[{ name: '5 to 95 %', kind: 'narrow', from: 0, lower: of.p05, upper: of.p95 }]}
              line={{ value: of.beds, words: `${of.beds} beds` }}
            />
          </figure>
        ))}
      </div>
      <p>
        In the next 24 hours {sum(ward.come).toFixed(1)} are expected to come and {sum(ward.leave).toFixed(1)} to leave, most of them
        between {leavingHours(ward, hours)}.
      </p>
      <p className="soft">
        Rests on {ward.restsOn.stays} {whose}.
      </p>
      <AsTable
        name={`${ward.name}, hour by hour`}
        heads={['Hour', 'Expected', '5 to 95 %', 'Come', 'Leave', 'More than beds']}
        rows={hours.map((hour, i) => [
          hourWords(hour),
          ward.mean[i]!.toFixed(1),
          `${ward.p05[i]} – ${ward.p95[i]}`,
          ward.come[i]!.toFixed(2),
          ward.leave[i]!.toFixed(2),
          percent(ward.overfull[i]!),
        ])}
      />
    </section>
  );
}

/** The three hours in which most leave. */
function leavingHours(ward: WardForecast, hours: readonly string[]): string {
  let best = 0;
  const three = (i: number): number => ward.leave[i]! + ward.leave[i + 1]! + ward.leave[i + 2]!;
  for (let i = 1; i < 22; i++) if (three(i) > three(best)) best = i;
  return `${hours[best]!.slice(11, 16)} and ${hours[best + 3]!.slice(11, 16)}`;
}

function PastCard() {
  const found = useQuery({ queryKey: ['Encounter', 'forecast-past'], queryFn: pastOf, staleTime: 600_000 });
  if (found.isPending) return <Waiting what="How such forecasts did" rows={3} />;
  if (found.isError)
    return <Failure title="How such forecasts did could not be shown" error={found.error} again={() => void found.refetch()} />;
  const { census } = found.data;
  if (census === null)
    return <p className="soft">How such forecasts did cannot be said yet: it takes eight weeks of arrivals and some weeks of stays.</p>;
  const rows: [string, CensusJudgement][] = [
    ...census.wards.map((each): [string, CensusJudgement] => ['A ward', each]),
    ...census.inpatient.map((each): [string, CensusJudgement] => ['All wards', each]),
  ];
  return (
    <section className="card" aria-labelledby="past-beds">
      <h2 id="past-beds">
        How such forecasts did <span className="count">from {census.mornings} mornings of the past</span>
      </h2>
      <Table aria-label="Errors of beds in the past">
        <Columns of={['Of', 'Hours ahead', 'Beds off', { number: '80 % held' }, { number: '95 % held' }]} />
        <Table.Tbody>
          {rows.map(([name, row]) => (
            <Table.Tr key={`${name} ${row.fromHours}`}>
              <Table.Td>{name}</Table.Td>
              <Table.Td>
                {row.fromHours} to {row.toHours}
              </Table.Td>
              <Table.Td>
                {beside(row.error, row.seasonalNaiveError, 'beds')}
                {row.error >= row.seasonalNaiveError && <strong> · a week before was better</strong>}
              </Table.Td>
              {row.coverage.map(({ level, coverage }) => (
                <Table.Td key={level} className="number">
                  {percent(coverage)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <p className="soft">
        Overfull hours within a day, of {census.overflow.hours}: {census.overflow.found} found, {census.overflow.missed} missed,{' '}
        {census.overflow.falseAlarms} false alarms. A chance of 50 % counted as a warning ({likely(0.5)}).
      </p>
    </section>
  );
}
