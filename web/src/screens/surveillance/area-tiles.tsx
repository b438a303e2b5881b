// Areas as tiles where the site has put them on a plane: there is no geography in the program, so size and distance say nothing. A tile says in words how
// many there are beside what its share of other visits would bring, and narrows everything to it.
import { Button, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAsked } from '../../app/go.tsx';
import { showDate } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { type AreaRow, type Areas, clustersOf, type Wish } from './api.ts';
import { countWords, levelOf, levelWords } from './words.ts';

const levelMarks = { high: '▲▲', above: '▲', usual: '·', below: '▼', unknown: '?' } as const;

export function AreaTiles({ areas, days, wish }: { areas: Areas; days: string; wish: Wish }) {
  const [asked, ask] = useAsked();
  if (areas.rows.length === 0) return null;
  const columns = ranks(areas.rows.flatMap(({ x }) => x ?? []));
  const lines = ranks(areas.rows.flatMap(({ y }) => y ?? []));
  return (
    <section className="card" aria-label="Areas">
      <h2>
        Areas <span className="count">{days}</span>
      </h2>
      <ul className="tiles">
        {areas.rows.map((row) => {
          const level = levelOf(row);
          const here = asked['area'] === row.area;
          return (
            <li
              key={row.area}
              style={
                row.x === undefined || row.y === undefined
                  ? {}
                  : { gridColumn: columns.indexOf(row.x) + 1, gridRow: lines.indexOf(row.y) + 1 }
              }
            >
              <button
                type="button"
                className={`tile tile-${level}`}
                aria-pressed={here}
                onClick={() => ask({ area: here ? undefined : row.area, alert: undefined })}
              >
                <span className="tile-name" dir="auto">
                  {row.name ?? row.area}
                </span>
                <span className="tile-number">
                  <span aria-hidden="true">{levelMarks[level]}</span> {countWords(row.cases)}
                  {row.expected === null ? '' : ` of ${row.expected.toFixed(1)}`}
                </span>
                <span className="tile-words">{levelWords[level]}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <p className="soft watch-said">
        Cases of those that the area’s share of visits for other reasons would bring. Tiles stand where the site has put the areas; there is
        no map. {areas.kept > 0 ? `${areas.kept} small numbers are kept back. ` : ''}
        {areas.madeUp ? areas.says : ''}
      </p>
      <Clusters wish={wish} names={new Map(areas.rows.map(({ area, name }) => [area, name ?? area]))} />
      <details className="as-table all-on-paper">
        <summary>As a table, with rates standardised by age</summary>
        <Scrolling name="Areas as a table">
          <AreaTable areas={areas} />
        </Scrolling>
      </details>
    </section>
  );
}

const ranks = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

function AreaTable({ areas }: { areas: Areas }) {
  return (
    <Table aria-label="Areas">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Area</Table.Th>
          <Table.Th className="number">Cases</Table.Th>
          <Table.Th className="number">All visits</Table.Th>
          <Table.Th className="number">Expected</Table.Th>
          <Table.Th className="number">Observed by expected (95 %)</Table.Th>
          <Table.Th className="number">By 100,000 a year, standardised{areas.madeUp ? ' (population made up)' : ''}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {areas.rows.map((row: AreaRow) => (
          <Table.Tr key={row.area}>
            <Table.Td>
              {row.area} <span dir="auto">{row.name}</span>
            </Table.Td>
            <Table.Td className="number">{countWords(row.cases)}</Table.Td>
            <Table.Td className="number">{countWords(row.visits)}</Table.Td>
            <Table.Td className="number">{row.expected?.toFixed(1) ?? ''}</Table.Td>
            <Table.Td className="number">{intervalWords(row.ratio, 2)}</Table.Td>
            <Table.Td className="number">{intervalWords(row.rate, 0)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const intervalWords = (found: AreaRow['ratio'], digits: number): string =>
  found === null ? '' : `${found.value.toFixed(digits)} (${found.lower.toFixed(digits)} to ${found.upper.toFixed(digits)})`;

/** Asked for, since it takes seconds. */
function Clusters({ wish, names }: { wish: Wish; names: ReadonlyMap<string, string> }) {
  const [wanted, setWanted] = useState(false);
  const found = useQuery({
    queryKey: ['Encounter', 'surveillance', 'clusters', wish],
    queryFn: () => clustersOf({ ...wish, area: undefined }),
    enabled: wanted,
    retry: false,
  });
  if (!wanted)
    return (
      <Button size="xs" variant="default" onClick={() => setWanted(true)} data-search>
        Look for clusters in space and time
      </Button>
    );
  if (found.isPending) return <p aria-busy="true">Scanning…</p>;
  if (found.isError) return <p role="alert">{found.error.message}</p>;
  const [first] = found.data.clusters;
  if (first === undefined) return <p>No cluster was found.</p>;
  return (
    <p className="cluster">
      {first.p < 0.05 ? '▲ Likely cluster: ' : 'No cluster that chance does not explain; the likeliest: '}
      {first.areas.map((area) => names.get(area) ?? area).join(', ')}, {showDate(first.first)} to {showDate(first.last)}:{' '}
      {countWords(first.observed)} of {first.expected.toFixed(1)} expected, p {first.p < 0.001 ? '< 0.001' : `= ${first.p.toFixed(3)}`}{' '}
      (permutation scan, {found.data.repetitions} repetitions, {found.data.cases} cases
      {found.data.elsewhere > 0 ? `, ${found.data.elsewhere} in areas without a place left out` : ''}).
    </p>
  );
}
