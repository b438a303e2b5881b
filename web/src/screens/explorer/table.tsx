// What was found as a table with chosen columns. Only rows in sight are in the page, and the next page of the server is fetched when the
// end comes near.
import { Button, Group, MultiSelect } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import type { Resource } from '../../../../src/fhir/generated/types.ts';
import { Go } from '../../app/go.tsx';
import { usePrinting } from '../../parts/use-printing.ts';
import { cellsOf } from './columns.ts';

interface Parts {
  rows: readonly Resource[];
  columns: readonly string[];
  known: readonly string[];
  choose(columns: string[]): void;
  more: (() => void) | undefined;
  total: number | undefined;
}

const rowHeight = 32;

export function ResourceTable({ rows, columns, known, choose, more, total }: Parts) {
  const frame = useRef<HTMLDivElement>(null);
  const cells = useMemo(() => rows.map((resource) => cellsOf(resource)), [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const printing = usePrinting();
  const seen = virtual.getVirtualItems();
  const end = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more !== undefined && end >= rows.length - 20) more();
  }, [more, end, rows.length]);
  const drawn = printing ? rows.map((_, index) => index) : seen.map(({ index }) => index);
  const above = printing ? 0 : (seen[0]?.start ?? 0);
  const below = printing ? 0 : virtual.getTotalSize() - (seen.at(-1)?.end ?? 0);
  return (
    <>
      <Group align="end" mb="xs" gap="sm" data-search>
        <MultiSelect
          label="Columns"
          description="All elements of what was found so far"
          className="columns"
          data={[...new Set([...columns, ...known])]}
          value={[...columns]}
          onChange={choose}
          searchable
          clearable
          limit={300}
          maxValues={30}
          clearButtonProps={{ 'aria-label': 'Usual columns' }}
          hidePickedOptions
        />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys once it has the focus */}
      <section className="grid-frame paper-wide" ref={frame} aria-label="What was found" tabIndex={0}>
        <table aria-rowcount={total ?? rows.length} style={{ minWidth: `${columns.length * 10}rem` }}>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col" title={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Space height={above} columns={columns.length} />
            {drawn.map((index) => (
              <tr key={`${rows[index]?.resourceType}/${rows[index]?.id}`} aria-rowindex={index + 2}>
                {columns.map((name) => {
                  const text = cells[index]?.get(name) ?? '';
                  return (
                    <td key={name} dir="auto" title={text}>
                      {name === 'id' && rows[index]?.resourceType === 'Patient' ? <Go to={`/app/chart/${text}`}>{text}</Go> : text}
                    </td>
                  );
                })}
              </tr>
            ))}
            <Space height={below} columns={columns.length} />
          </tbody>
        </table>
      </section>
      <p className="beneath">
        {rows.length.toLocaleString('en')} of {total === undefined ? 'those found' : total.toLocaleString('en')} are here; more are fetched
        as you scroll.{' '}
        {more !== undefined && (
          <Button size="compact-sm" variant="default" onClick={more}>
            Fetch more
          </Button>
        )}
      </p>
    </>
  );
}

/** As high as the rows that are not in the page. */
function Space({ height, columns }: { height: number; columns: number }) {
  return height <= 0 ? null : (
    <tr>
      <td colSpan={columns} style={{ height, padding: 0 }} />
    </tr>
  );
}
