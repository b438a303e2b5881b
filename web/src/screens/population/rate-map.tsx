// Rates by area on the map that surveillance has, too. What is chosen is marked in the table below, and narrows the list of patients.
import { SegmentedControl } from '@mantine/core';
import { useMemo } from 'react';
import { useAsked } from '../../app/go.tsx';
import { AreaMap } from '../../parts/map/area-map.tsx';
import { useMapOf } from '../../parts/map/areas.ts';
import type { Rates } from './api.ts';
import { isRateKind, kindsOf, noRate, type RateKind, type RateRow, rateNames, rateOf, rateWords, shownRates } from './rate-classes.ts';
import { countWords } from './shape.ts';

export function RateMap({ rates: { rows, per, title }, everybody }: { rates: Rates; everybody: boolean }) {
  const [asked, ask] = useAsked();
  const { near, all, mapped, off, why } = useMapOf(rows);
  const kinds = kindsOf(rows);
  const kind = kinds.find((each) => each === asked['rate']) ?? kinds[0] ?? 'standardised';
  const { areas, entries } = useMemo(() => shownRates(rows, kind, per), [rows, kind, per]);
  if (!mapped) return why === '' ? null : <p className="beside">{why}</p>;
  return (
    <>
      <div className="areas-head">
        <h2>
          {title} by area{' '}
          <span className="beside">
            per {per.toLocaleString('en')} people, {rateNames[kind].toLowerCase()}
          </span>
        </h2>
        {kinds.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Rates on the map"
            data={kinds.map((value) => ({ value, label: rateNames[value] }))}
            value={kind}
            onChange={(value) => ask({ rate: isRateKind(value) && value !== kinds[0] ? value : undefined })}
          />
        )}
      </div>
      <AreaMap
        areas={areas}
        boundaries={near}
        hint={`Enter or a click marks it in the table${everybody ? '; “Patients” above are then those of it' : ''}.`}
        nothing="nobody on record lives there"
        entries={entries}
        none="nobody on record, or no people to reckon by"
        reading={(area) => <Reading row={rows.find((row) => row.area === area)} kind={kind} per={per} />}
        chosen={asked['area']}
        choose={(area) => ask({ area })}
      />
      <p className="beside">
        Colours are {entries.length} {entries.length === 1 ? 'class' : 'classes of as many areas each as can be'}; an interval says whether
        areas differ by more than chance. {near.length < all ? `The map shows ${near.length} of ${all} areas. ` : ''}
        {off.size > 0 ? `Not on the map: ${off.size} of ${rows.length} areas, which the file of boundaries does not have. ` : ''}
      </p>
    </>
  );
}

function Reading({ row, kind, per }: { row: RateRow | undefined; kind: RateKind; per: number }) {
  if (row === undefined) return null;
  const rate = rateOf(row, kind);
  const interval = kind === 'crude' ? null : row[kind];
  if (rate === null) return <p>{noRate(row)}</p>;
  return (
    <>
      <p className="map-number">
        {rate.toFixed(1)} per {per.toLocaleString('en')}
      </p>
      {interval !== null && <p>{rateWords(interval)}, 95 % interval</p>}
      <p className="soft">{countWords(row.members)} patients</p>
      <p className="soft">
        {row.population === null || kind === 'ofRecord'
          ? `${countWords(row.onRecord)} people on record`
          : `${countWords(row.population)} people`}
      </p>
    </>
  );
}
