// The ward and flow board: every bed, who is in it, how ill and since when, who waits in the emergency department and for how long, who is
// expected to go. It keeps itself up to date. On paper it is a list for handing over.
import { Button, SegmentedControl, Select, Switch } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useAsked, useGo } from '../../app/go.tsx';
import { showTime } from '../../parts/dates.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { BedCard } from './bed-card.tsx';
import { type Bed, urgency, type WardBoard } from './board.ts';
import { useBoard } from './fetch-board.ts';
import { Handover } from './handover.tsx';
import './ward.css';

export default function Ward() {
  const [asked, ask] = useAsked();
  const go = useGo();
  const { board, error, at, again } = useBoard();
  const now = useMinute();
  const chosen = asked['ward'] ?? '';
  const order = asked['order'] === 'ill' ? 'ill' : 'bed';
  const onlyTaken = asked['empty'] === 'hidden';
  const shown = useMemo(
    () =>
      inOrder(
        (board ?? []).filter(({ name }) => chosen === '' || name === chosen).map((ward) => arranged(ward, order, onlyTaken)),
        order,
      ),
    [board, chosen, order, onlyTaken],
  );
  if (board === undefined && error !== undefined) return <Failure title="The board could not be fetched" error={error} again={again} />;
  if (board === undefined)
    return (
      <Page title="Wards">
        <Waiting what="The board" rows={12} />
      </Page>
    );
  const filters = [chosen || 'all wards', order === 'ill' ? 'sickest first' : 'by bed', `as of ${showTime(at)}`].join(' · ');
  return (
    <Page
      title="Wards"
      filters={filters}
      actions={
        <div className="ward-actions">
          <Select
            aria-label="Ward"
            data={[{ value: '', label: 'All wards' }, ...board.map(({ name }) => ({ value: name, label: name }))]}
            value={chosen}
            allowDeselect={false}
            onChange={(value) => ask({ ward: value ?? '' })}
            size="sm"
            w={220}
          />
          <SegmentedControl
            aria-label="Order"
            data={[
              { value: 'bed', label: 'By bed' },
              { value: 'ill', label: 'Sickest first' },
            ]}
            value={order}
            onChange={(value) => ask({ order: value === 'ill' ? 'ill' : undefined })}
            size="sm"
          />
          <Switch
            label="Hide empty beds"
            checked={onlyTaken}
            onChange={(event) => ask({ empty: event.currentTarget.checked ? 'hidden' : undefined })}
          />
          <Button variant="default" size="sm" onClick={() => go('/app/bedside', { ward: chosen })}>
            Doses due
          </Button>
          <Button variant="default" size="sm" onClick={() => window.print()}>
            Print handover list
          </Button>
        </div>
      }
    >
      {error !== undefined && <Failure title={`This is how it was at ${showTime(at)}`} error={error} again={again} />}
      {board.length === 0 ? (
        <Empty title="There is no ward yet">
          Beds are Locations that are part of a ward. They come with the first admission message (ADT, PV1-3) or through the FHIR API;
          “lamplight simulate” fills a hospital to try this on.
        </Empty>
      ) : shown.length === 0 ? (
        <Empty title={`There is no ward called “${chosen}”`}>
          <Button variant="default" size="xs" onClick={() => ask({ ward: '' })}>
            Show all wards
          </Button>
        </Empty>
      ) : (
        <>
          <Tally wards={shown} now={now} />
          <div className="wards">
            {shown.map((ward) => (
              <WardSection key={ward.name} ward={ward} now={now} choose={chosen === '' ? () => ask({ ward: ward.name }) : undefined} />
            ))}
          </div>
          <Handover wards={shown} now={now} />
        </>
      )}
    </Page>
  );
}

const worst = ({ occupants }: Bed): number => Math.max(-3, ...occupants.map(urgency));

function arranged(ward: WardBoard, order: 'bed' | 'ill', onlyTaken: boolean): WardBoard {
  const beds = onlyTaken || order === 'ill' ? ward.beds.filter(({ occupants }) => occupants.length > 0) : ward.beds;
  return { ...ward, beds: order === 'ill' ? [...beds].sort((a, b) => worst(b) - worst(a)) : beds };
}

/** Wards in the order of their sickest where that is asked for. */
function inOrder(wards: WardBoard[], order: 'bed' | 'ill'): WardBoard[] {
  const most = ({ beds }: WardBoard): number => Math.max(-4, ...beds.map(worst));
  return order === 'ill' ? wards.sort((a, b) => most(b) - most(a)) : wards;
}

/** What somebody who looks after the flow asks first, in one line. */
function Tally({ wards, now }: { wards: readonly WardBoard[]; now: number }) {
  const people = wards.flatMap(({ beds, emergency }) => beds.flatMap(({ occupants }) => occupants.map((one) => ({ ...one, emergency }))));
  const beds = wards.reduce((sum, ward) => sum + ward.size, 0);
  const taken = wards.reduce((sum, ward) => sum + ward.taken, 0);
  const count = (holds: (one: (typeof people)[number]) => boolean): number => people.filter(holds).length;
  const waits = people.filter(({ emergency }) => emergency).map(({ from }) => (from === undefined ? 0 : now - Date.parse(from)));
  const figures: [string, string, boolean][] = [
    [`${taken} of ${beds}`, 'beds taken', false],
    [
      String(count(({ warning }) => (warning?.now.points ?? 0) >= 7)),
      'with a score of 7 or more',
      count(({ warning }) => (warning?.now.points ?? 0) >= 7) > 0,
    ],
    [String(count(({ warning }) => warning?.trend === 'up' && (warning.now.points ?? 0) >= 5)), 'getting worse', false],
    [String(waits.length), 'in the emergency department', false],
    [waits.length === 0 ? '–' : longer(Math.max(...waits)), 'longest there', Math.max(0, ...waits) > 4 * 3600_000],
    [
      String(count(({ expected }) => expected !== undefined && Date.parse(expected) - now < 24 * 3600_000)),
      'expected to go within a day',
      false,
    ],
    [String(count(({ isolation }) => isolation.length > 0)), 'isolated', false],
  ];
  return (
    <dl className="tally" aria-label="At a glance">
      {figures.map(([value, says, alert]) => (
        <div key={says} className={alert ? 'tally-alert' : undefined}>
          <dt>{says}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const longer = (ms: number): string => `${Math.floor(ms / 3600_000)} h ${String(Math.floor((ms / 60_000) % 60)).padStart(2, '0')}`;

function WardSection({ ward, now, choose }: { ward: WardBoard; now: number; choose: (() => void) | undefined }) {
  return (
    <section className="ward" aria-label={ward.name}>
      <h2 dir="auto">
        {choose === undefined ? (
          ward.name
        ) : (
          <button type="button" className="ward-name" onClick={choose}>
            {ward.name}
          </button>
        )}{' '}
        <span className="count">
          {ward.taken} of {ward.size}
        </span>
      </h2>
      {ward.beds.length === 0 ? (
        <p className="beneath">Nobody is here.</p>
      ) : (
        <ul className="beds">
          {ward.beds.map((bed) => (
            <BedCard
              key={bed.key}
              bed={bed}
              emergency={ward.emergency}
              minute={ward.emergency ? now : Math.floor(now / 600_000) * 600_000}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

/** The time, new every half minute: waits grow without anything changing. */
function useMinute(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
