// Areas: on a map where there are boundaries, as tiles otherwise or by choice, always as a table. What is chosen narrows the days and the rows.
import { SegmentedControl } from '@mantine/core';
import { useAsked } from '../../app/go.tsx';
import { AreaMap } from '../../parts/map/area-map.tsx';
import { useMapOf } from '../../parts/map/areas.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import type { Alerts, Areas, Wish } from './api.ts';
import { AreaReading, levelEntries, shownArea } from './area-reading.tsx';
import { AreaTable } from './area-table.tsx';
import { AreaTiles } from './area-tiles.tsx';
import { ClusterWords, useClusters } from './clusters.tsx';
import { areaName, areasInAlerts, nothingWords } from './words.ts';

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
  const search = useClusters(wish);
  const { near, all, mapped, off: unknown, why } = useMapOf(areas.rows);
  const marks = { alerts: areasInAlerts(alerts?.alerts ?? [], wish.syndrome, first, last), cluster: search.likely };
  if (areas.rows.length === 0) return null;
  const off = areas.rows.filter(({ area }) => unknown.has(area));
  const map = mapped && asked['areas'] !== 'tiles';
  const choice = {
    chosen: asked['area'],
    choose: (area: string | undefined) => ask({ area, alert: undefined }),
  };
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
          <AreaMap
            areas={areas.rows.map((row) => shownArea(row, marks))}
            boundaries={near}
            hint="Enter or a click narrows the days and the rows to it."
            nothing={nothingWords}
            entries={levelEntries}
            none="no visits, or nothing to compare with"
            outlines={[
              { className: 'outline-alert', areas: marks.alerts, words: 'in an alert that is not closed' },
              { className: 'outline-cluster', areas: marks.cluster, words: 'in the likely cluster' },
            ]}
            reading={(area) => <AreaReading row={areas.rows.find((row) => row.area === area)} marks={marks} />}
            {...choice}
          />
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
        {map && near.length < all ? `The map shows ${near.length} of ${all} areas: those about the ones that people came from. ` : ''}
        {map ? '' : 'Tiles stand where the site has put the areas: size and distance say nothing. '}
        {why} {areas.kept > 0 ? `${areas.kept} small numbers are kept back. ` : ''}
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
