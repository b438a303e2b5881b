// Areas: on a map where there are boundaries, as tiles otherwise or by choice, always as a table. What is chosen narrows the days and the rows.
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useAsked } from '../../app/go.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { type Alerts, type Areas, boundaries as askBoundaries, type Wish } from './api.ts';
import { AreaMap } from './area-map.tsx';
import { AreaTable } from './area-table.tsx';
import { AreaTiles } from './area-tiles.tsx';
import { ClusterWords, useClusters } from './clusters.tsx';
import { aboutAreas } from './map-geometry.ts';
import { areaName, areasInAlerts } from './words.ts';

interface Shown {
  areas: Areas;
  /** Of the days that are shown: a scan is of all of them. */
  wish: Wish;
  first: string;
  last: string;
  alerts: Alerts | undefined;
}

export function AreaCard({ areas, wish, first, last, alerts }: Shown) {
  const [asked, ask] = useAsked();
  const drawn = useQuery({ queryKey: ['surveillance', 'boundaries'], queryFn: askBoundaries, staleTime: Number.POSITIVE_INFINITY });
  const search = useClusters(wish);
  const features = drawn.data?.features;
  const near = useMemo(() => aboutAreas(features ?? [], new Set(areas.rows.map(({ area }) => area))), [features, areas.rows]);
  if (areas.rows.length === 0) return null;
  const known = new Set(features?.map(({ properties }) => properties.code));
  const off = areas.rows.filter(({ area }) => !known.has(area));
  // A file whose codes are none of those of the counts would be an empty country.
  const mapped = off.length < areas.rows.length;
  const map = mapped && asked['areas'] !== 'tiles';
  const choice = {
    chosen: asked['area'],
    choose: (area: string | undefined) => ask({ area, alert: undefined }),
  };
  const marks = { alerts: areasInAlerts(alerts?.alerts ?? [], wish.syndrome, first, last), cluster: search.likely };
  return (
    <section className="card" aria-label="Areas">
      <div className="areas-head">
        <h2>
          Areas <span className="count">{`${first} to ${last}`}</span>
        </h2>
        {mapped && (
          <SegmentedControl
            size="xs"
            aria-label="Areas as"
            data={[
              { value: 'map', label: 'Map' },
              { value: 'tiles', label: 'Tiles' },
            ]}
            value={map ? 'map' : 'tiles'}
            onChange={(as) => ask({ areas: as === 'tiles' ? 'tiles' : undefined })}
          />
        )}
      </div>
      {map ? (
        <>
          <AreaMap rows={areas.rows} boundaries={near} marks={marks} {...choice} />
          {off.length > 0 && (
            <>
              <p className="watch-said">
                Not on the map: {off.length} of {areas.rows.length} areas, whose codes the file of boundaries does not have.
              </p>
              <AreaTiles rows={off} placed={false} {...choice} />
            </>
          )}
        </>
      ) : (
        <AreaTiles rows={areas.rows} placed {...choice} />
      )}
      <p className="soft watch-said">
        Cases of those that the area’s share of visits for other reasons would bring.{' '}
        {map && near.length < known.size
          ? `The map shows ${near.length} of ${known.size} areas: those about the ones that people came from. `
          : ''}
        {map ? '' : 'Tiles stand where the site has put the areas: size and distance say nothing. '}
        {drawn.isError ? `The map could not be fetched: ${drawn.error.message} ` : ''}
        {drawn.isSuccess && !mapped ? 'There is no map: LAMPLIGHT_BOUNDARIES names no boundaries of these areas. ' : ''}
        {areas.kept > 0 ? `${areas.kept} small numbers are kept back. ` : ''}
        {areas.madeUp ? areas.says : ''}
      </p>
      <ClusterWords search={search} names={new Map(areas.rows.map((row) => [row.area, areaName(row)]))} />
      <details className="as-table all-on-paper">
        <summary>As a table, with rates standardised by age</summary>
        <Scrolling name="Areas as a table">
          <AreaTable areas={areas} />
        </Scrolling>
      </details>
    </section>
  );
}
