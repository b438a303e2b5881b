// Above the trends, on the same time axis: where the patient was, and each medicine as a bar. Each is a link to where it comes from.
import { useState } from 'react';
import { showDate, showTime } from '../../parts/dates.ts';
import { type Stretch, tickWords, timeSplits } from './axis.ts';
import { type Bar, type Lane, lanesWithin, type Stay } from './periods.ts';
import { rowsOf } from './rows.ts';
import { ToSource } from './to-source.tsx';

const lanesMax = 10;

/** Left edge and width in per cent of the plot, cut to what is shown; undefined: outside. */
function placed({ fromMs, toMs }: Stretch, from: number, to: number): { left: string; width: string } | undefined {
  const size = toMs - fromMs;
  const [left, right] = [Math.max(from, fromMs), Math.min(to, toMs)];
  if (right < left || size <= 0) return undefined;
  return { left: `${((left - fromMs) / size) * 100}%`, width: `${((right - left) / size) * 100}%` };
}

export function Strips({
  stays,
  lanes,
  stretch,
  gutter,
  width,
  failed,
}: {
  stays: readonly Stay[];
  lanes: readonly Lane[];
  stretch: Stretch;
  gutter: number;
  /** Of the time that is shown, in pixels. */
  width: number;
  failed: boolean;
}) {
  const [all, setAll] = useState(false);
  const inSight = lanesWithin(lanes, stretch);
  const shown = all ? inSight : inSight.slice(0, lanesMax);
  const now = Date.now();
  const ticks = timeSplits(stretch.fromMs, stretch.toMs, width);
  const columns = { gridTemplateColumns: `calc(var(--name) + ${gutter}px) minmax(0, 1fr) 8px` };
  const rows = rowsOf(stays, stretch, now);
  return (
    <div className="strips">
      <div className="strip" style={columns} aria-hidden="true">
        <span />
        <div className="strip-time">
          {ticks.map((at, index) => (
            <span key={at} className="tick" style={{ left: placed(stretch, at, at)?.left }}>
              {tickWords(at, (ticks[1] ?? at) - (ticks[0] ?? at), ticks[index - 1]).replace('\n', ' ')}
            </span>
          ))}
        </div>
      </div>
      {failed && <p className="out">Medication or encounters could not be read: they are missing here.</p>}
      <div className="strip" style={columns}>
        <span className="strip-name">Encounters</span>
        <div className="strip-time" style={{ minHeight: `${rows.count * 1.6}rem` }}>
          {stays.map((stay) => {
            const at = placed(stretch, stay.fromMs, stay.toMs ?? now);
            const says = `${stay.name}, ${showDate(new Date(stay.fromMs).toISOString())} – ${stay.toMs === undefined ? 'now' : showDate(new Date(stay.toMs).toISOString())}`;
            return at === undefined ? null : (
              <ToSource
                key={stay.of}
                of={stay.of}
                className="stay"
                style={{ ...at, top: `${(rows.of.get(stay.of) ?? 0) * 1.6}rem` }}
                title={says}
                aria-label={says}
              >
                {stay.name}
              </ToSource>
            );
          })}
        </div>
      </div>
      {shown.map((lane) => (
        <div className="strip" style={columns} key={lane.name}>
          <span className="strip-name" dir="auto" title={lane.name}>
            {lane.name}
          </span>
          <div className="strip-time">
            {lane.bars.map((bar) => (
              <OneBar key={bar.of} bar={bar} name={lane.name} stretch={stretch} now={now} />
            ))}
            {lane.given.map((given) => {
              const at = placed(stretch, given.atMs, given.atMs);
              const says = `${lane.name}, ${given.done ? '' : 'not given, '}${showTime(new Date(given.atMs).toISOString())}, ${given.says}`;
              return at === undefined ? null : (
                <span key={given.of} className={given.done ? 'given' : 'given given-not'} style={{ left: at.left }} title={says}>
                  <span aria-hidden="true">{given.done ? '' : '✕'}</span>
                  <span className="unseen">{says}</span>
                </span>
              );
            })}
          </div>
        </div>
      ))}
      {inSight.length > lanesMax && (
        <button type="button" className="plain" onClick={() => setAll(!all)}>
          {all ? 'Fewer medicines' : `${inSight.length - lanesMax} more medicines in this time`}
        </button>
      )}
      {inSight.length === 0 && !failed && <p className="beneath">No medication in this time.</p>}
    </div>
  );
}

function OneBar({ bar, name, stretch, now }: { bar: Bar; name: string; stretch: Stretch; now: number }) {
  const at = placed(stretch, bar.fromMs, bar.toMs ?? now);
  if (at === undefined) return null;
  const until =
    bar.endUnknown === true
      ? 'end not recorded'
      : bar.toMs === undefined
        ? 'goes on'
        : `until ${showDate(new Date(bar.toMs).toISOString())}`;
  const says = `${name}, ${bar.kind} from ${showDate(new Date(bar.fromMs).toISOString())}, ${until}${bar.says === '' ? '' : `, ${bar.says}`}`;
  const form = `bar bar-${bar.kind}${bar.toMs === undefined ? ' bar-open' : ''}${bar.endUnknown === true ? ' bar-unknown' : ''}`;
  return (
    <ToSource of={bar.of} className={form} style={at} title={says} aria-label={says}>
      {bar.endUnknown === true ? '?' : bar.says}
    </ToSource>
  );
}
