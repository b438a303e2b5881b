// Everything on one time axis: where the patient was, which medicines, and below them what was measured, one panel a quantity and unit.
// What is shown, and of which time, stands in the address.
import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useAsked } from '../../app/go.tsx';
import { useKeys } from '../../app/keys.ts';
import { showTime } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { moved, presets, type Stretch, stretchOf, usual, whole, within, written, zoomed } from './axis.ts';
import { encountersQuery, medicationQuery, useObserved, useSeries } from './chart-query.ts';
import { axisWidth, Panel } from './panel.tsx';
import { lanesOf, staysOf } from './periods.ts';
import { type Series, vitalRank } from './readings.ts';
import { Strips } from './strips.tsx';
import { TimelineTable } from './timeline-table.tsx';
import { unitWords } from './units.ts';

const panelsMax = 8;

/** Panels by key, each with its series: what can be drawn. */
function panelsOf(series: readonly Series[]): Map<string, Series[]> {
  const panels = new Map<string, Series[]>();
  for (const one of series) {
    if (one.unit === undefined) continue;
    const panel = panels.get(one.panel);
    if (panel === undefined) panels.set(one.panel, [one]);
    else panel.push(one);
  }
  // As they stand above each other.
  const last = ({ readings }: Series): number => readings.findLast(({ value }) => value !== undefined)?.value ?? 0;
  for (const panel of panels.values()) panel.sort((a, b) => last(b) - last(a));
  return panels;
}

const order = ['Vital signs', 'Scores', 'Laboratory'];

/** What one would look at first: vital signs, the score, then what was measured most, of what there is in that time. */
function usualPanels(panels: ReadonlyMap<string, Series[]>, stretch: Stretch): string[] {
  const counted = [...panels].map(([key, [first]]) => ({
    key,
    rank: order.indexOf(first?.category ?? ''),
    place: first === undefined ? 0 : vitalRank(first),
    count: first?.readings.filter(({ atMs }) => within(atMs, stretch)).length ?? 0,
  }));
  const of = (rank: number, most: number): string[] =>
    counted
      .filter((one) => one.rank === rank && one.count > 0)
      .sort((a, b) => b.count - a.count)
      .slice(0, most)
      .sort((a, b) => (rank === 0 ? a.place - b.place : 0))
      .map(({ key }) => key);
  return [...of(0, 5), ...of(1, 1), ...of(2, 8), ...of(-1, 8)].slice(0, panelsMax);
}

export default function Timeline({ id }: { id: string }) {
  const observed = useObserved(id);
  const series = useSeries(observed.data);
  if (observed.isPending) return <Waiting what="What was measured" rows={12} />;
  if (observed.isError && observed.data === undefined) return <Failure error={observed.error} again={() => void observed.refetch()} />;
  return <Drawn id={id} series={series} complete={observed.data.complete} failed={observed.isError ? observed.error : undefined} />;
}

function Drawn({ id, series, complete, failed }: { id: string; series: Series[]; complete: boolean; failed: Error | undefined }) {
  const [asked, ask] = useAsked();
  const { ref, width } = useElementSize();
  const medication = useQuery(medicationQuery(id));
  const encounters = useQuery(encountersQuery(id));
  const lanes = useMemo(
    () => lanesOf(medication.data?.requests ?? [], medication.data?.statements ?? [], medication.data?.administrations ?? []),
    [medication.data],
  );
  const stays = useMemo(() => staysOf(encounters.data ?? []), [encounters.data]);
  const panels = useMemo(() => panelsOf(series), [series]);
  const chosen = stretchOf(asked['from'], asked['to']);
  const stretch = chosen ?? usual(series) ?? { fromMs: Date.now() - 14 * 86_400_000, toMs: Date.now() };
  const wanted = asked['show']?.split(',').filter((key) => key !== '') ?? usualPanels(panels, stretch);
  const shown = wanted.flatMap((key) => {
    const panel = panels.get(key);
    return panel === undefined ? [] : [{ key, series: panel }];
  });
  // Before more than one page of observations has come, nobody can say what will be missing.
  const absent = complete ? wanted.length - shown.length : 0;
  const choose = (next: Stretch): void => ask({ from: written(next.fromMs), to: written(next.toMs) }, { replace: true });
  useKeys(Object.entries(moves).map(([key, move]) => ({ keys: key, run: () => choose(move(stretch, whole(series) ?? stretch)) })));
  const area = useWheel(stretch, choose);
  const table = useTable(asked['table'] === '1');
  if (series.length === 0 && lanes.length === 0 && stays.length === 0)
    return complete && medication.isFetched && encounters.isFetched ? (
      <Empty title="Nothing has been measured yet">
        Vital signs and results appear here as they are recorded or arrive by message; medication and encounters stand above them.
      </Empty>
    ) : (
      <Waiting what="What was measured" rows={12} />
    );
  return (
    <section ref={area} className="timeline" aria-label="Timeline">
      <div className="timeline-head">
        <span className="timeline-range">
          {showTime(new Date(stretch.fromMs).toISOString())} – {showTime(new Date(stretch.toMs).toISOString())}
        </span>
        <span className="timeline-tools">
          {presets.map(({ name, ms }) => (
            <Button
              key={name}
              size="compact-sm"
              variant="default"
              onClick={() => choose({ fromMs: stretch.toMs - ms, toMs: stretch.toMs })}
            >
              {name}
            </Button>
          ))}
          <Button size="compact-sm" variant="default" title="Everything (0)" onClick={() => choose(whole(series) ?? stretch)}>
            All
          </Button>
          {tools.map(({ sign, name, key }) => (
            <Button
              key={key}
              size="compact-sm"
              variant="default"
              aria-label={name}
              title={`${name} (${sign})`}
              onClick={() => choose(moves[key]?.(stretch, stretch) ?? stretch)}
            >
              <span aria-hidden="true">{sign}</span>
            </Button>
          ))}
        </span>
      </div>
      {failed !== undefined && <Failure title="Only a part could be read" error={failed} />}
      <div className="timeline-key">
        <span>● in range</span> <span className="out">▲ above</span> <span className="out">▼ below</span>{' '}
        <span className="out">◆ abnormal</span> <span>○ no range given</span> <span>✕ missing</span>{' '}
        <span className="key-band">reference range</span> <span className="key-stay">encounter</span>
        {!complete && <span role="status"> · older values are being fetched</span>}
        {absent > 0 && <span> · {absent} of what the address asks for was never measured here</span>}
        <span className="timeline-choose">
          <Chooser panels={panels} wanted={wanted} change={(keys) => ask({ show: keys.join(',') || 'none' }, { replace: true })} />
          <Button
            size="compact-sm"
            variant="default"
            aria-pressed={table}
            onClick={() => ask({ table: table ? undefined : '1' }, { replace: true })}
          >
            {table ? 'Without table' : 'As a table'}
          </Button>
        </span>
      </div>
      <div ref={ref} className="timeline-body">
        <Strips
          stays={stays}
          lanes={lanes}
          stretch={stretch}
          gutter={axisWidth}
          width={Math.max(200, width - nameWidth - axisWidth)}
          failed={medication.isError || encounters.isError}
        />
        {shown.map(({ key, series: of }, index) => (
          <Panel
            key={key}
            series={of}
            stays={stays}
            stretch={stretch}
            width={Math.max(200, width - nameWidth)}
            last={index === shown.length - 1}
            choose={choose}
          />
        ))}
        {shown.length === 0 && <Empty title="No quantity is chosen">Choose what to draw under “Quantities”.</Empty>}
      </div>
      {table && <TimelineTable series={shown.flatMap((one) => one.series)} stretch={stretch} />}
    </section>
  );
}

/** As --name in chart.css. */
const nameWidth = 176;

const moves: Readonly<Record<string, (stretch: Stretch, all: Stretch) => Stretch>> = {
  '+': (stretch) => zoomed(stretch, 0.5),
  '=': (stretch) => zoomed(stretch, 0.5),
  '-': (stretch) => zoomed(stretch, 2),
  ArrowLeft: (stretch) => moved(stretch, -0.25),
  ArrowRight: (stretch) => moved(stretch, 0.25),
  '0': (_, all) => all,
};

const tools = [
  { sign: '+', name: 'Zoom in', key: '+' },
  { sign: '−', name: 'Zoom out', key: '-' },
  { sign: '←', name: 'Earlier', key: 'ArrowLeft' },
  { sign: '→', name: 'Later', key: 'ArrowRight' },
] as const;

/** Ctrl and the wheel zoom where the pointer is; Shift and the wheel, or a sideways one, move. */
function useWheel(stretch: Stretch, choose: (next: Stretch) => void) {
  const area = useRef<HTMLElement>(null);
  const now = useRef({ stretch, choose });
  now.current = { stretch, choose };
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    const turn = (event: WheelEvent): void => {
      const plot = element.querySelector('.u-over')?.getBoundingClientRect();
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      const { stretch: is, choose: go } = now.current;
      if (plot === undefined || (!event.ctrlKey && sideways === 0)) return;
      event.preventDefault();
      const atMs = is.fromMs + ((event.clientX - plot.left) / plot.width) * (is.toMs - is.fromMs);
      go(event.ctrlKey ? zoomed(is, event.deltaY < 0 ? 0.8 : 1.25, atMs) : moved(is, Math.sign(sideways) * 0.08));
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  });
  return area;
}

/** The table is there where it is asked for, and on paper always. */
function useTable(asked: boolean): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = (): void => flushSync(() => setPrinting(true));
    const end = (): void => setPrinting(false);
    window.addEventListener('beforeprint', begin);
    window.addEventListener('afterprint', end);
    return () => {
      window.removeEventListener('beforeprint', begin);
      window.removeEventListener('afterprint', end);
    };
  }, []);
  return asked || printing;
}

function Chooser({
  panels,
  wanted,
  change,
}: {
  panels: ReadonlyMap<string, Series[]>;
  wanted: readonly string[];
  change(keys: string[]): void;
}) {
  const [text, setText] = useState('');
  const found = [...panels].filter(([, [first]]) => nameOfPanel(first, 2).toLowerCase().includes(text.toLowerCase()));
  return (
    <Popover position="bottom-end" trapFocus returnFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button size="compact-sm" variant="default">
          Quantities · {wanted.filter((key) => panels.has(key)).length} of {panels.size}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="chooser" aria-label="Quantities">
        <TextInput
          aria-label="Find a quantity"
          placeholder="Find a quantity"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          mb="xs"
        />
        {found.map(([key, of]) => (
          <Checkbox
            key={key}
            label={`${nameOfPanel(of[0], of.length)} · ${of[0]?.readings.length ?? 0}`}
            checked={wanted.includes(key)}
            onChange={() =>
              change(wanted.includes(key) ? wanted.filter((one) => one !== key) : [...wanted.filter((one) => one !== 'none'), key])
            }
          />
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

const nameOfPanel = (first: Series | undefined, count: number): string =>
  first === undefined ? '' : `${count > 1 ? first.panelName : first.name} ${unitWords(first.unit ?? '')}`;
