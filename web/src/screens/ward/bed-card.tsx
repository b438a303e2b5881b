// One bed. Drawn again only when something in it has changed, so that a board of two hundred stays quick.
import { memo } from 'react';
import { Go } from '../../app/go.tsx';
import { ageOf, showDate, showTime, sinceOf } from '../../parts/dates.ts';
import type { Bed, Occupant, Warning } from './board.ts';

interface BedProps {
  bed: Bed;
  emergency: boolean;
  /** The moment from which waits are counted. */
  minute: number;
}

export const BedCard = memo(
  Card,
  (before, after) => before.emergency === after.emergency && before.minute === after.minute && same(before.bed, after.bed),
);

/** Plain values only, so their text says whether they are the same. */
const texts = new WeakMap<Bed, string>();
function textOf(bed: Bed): string {
  const text = texts.get(bed) ?? JSON.stringify(bed);
  texts.set(bed, text);
  return text;
}
const same = (a: Bed, b: Bed): boolean => a === b || textOf(a) === textOf(b);

function Card({ bed, emergency, minute }: BedProps) {
  const worst = Math.max(0, ...bed.occupants.map(({ warning }) => warning?.now.points ?? 0));
  return (
    <li className={`bed ${bed.occupants.length === 0 ? 'bed-empty' : worst >= 7 ? 'bed-high' : worst >= 5 ? 'bed-medium' : ''}`}>
      <span className="bed-label" dir="auto">
        {bed.label}
      </span>
      {bed.occupants.length === 0 && <span className="bed-free">Free</span>}
      {bed.occupants.length > 1 && !bed.key.endsWith('|~') && (
        <span className="bed-two">{bed.occupants.length} people are recorded in this bed</span>
      )}
      {bed.occupants.map((one) => (
        <Person key={one.encounter} one={one} emergency={emergency} now={minute} />
      ))}
    </li>
  );
}

function Person({ one, emergency, now }: { one: Occupant; emergency: boolean; now: number }) {
  return (
    <div className="who">
      <div className="who-head">
        <Go to={`/app/chart/${one.patient}`} className="who-name" dir="auto" title={one.name}>
          {one.name}
        </Go>
        <Early warning={one.warning} />
      </div>
      <div className="who-line" dir="auto" title={one.reason}>
        <span className="nowrap">
          {ageOf(one.born)} {one.sex === 'female' ? 'F' : one.sex === 'male' ? 'M' : ''}
        </span>{' '}
        {one.reason}
      </div>
      {one.warning !== undefined && ((one.warning.now.points ?? 0) >= 5 || one.warning.now.points === undefined) && (
        <div className="who-why" title={one.warning.now.why.join('\n')}>
          {one.warning.now.points === undefined
            ? (one.warning.now.absent ?? 'Score not possible')
            : one.warning.now.why.slice(0, 2).join(' · ')}
        </div>
      )}
      <div className="who-line">{emergency ? waited(one, now) : stayed(one, now)}</div>
      <Marks one={one} />
    </div>
  );
}

const arrows = { up: '↑', down: '↓', same: '→' } as const;
const words = { up: 'rising', down: 'falling', same: 'unchanged' } as const;

function Early({ warning }: { warning: Warning | undefined }) {
  if (warning === undefined) return <span className="ews ews-none">No score</span>;
  const { now, trend, before, since } = warning;
  const points = now.points;
  const level = points === undefined ? 'none' : points >= 7 ? 'high' : points >= 5 ? 'medium' : 'low';
  const says = [
    points === undefined ? (now.absent ?? 'Score not possible') : `NEWS2 ${points}, ${now.level || level}`,
    trend === undefined ? '' : `${words[trend]}${before === undefined || trend === 'same' ? '' : ` from ${before}`}`,
    `measured ${showTime(now.at)}`,
    `so since ${showTime(since)}`,
    ...now.why,
  ].filter((text) => text !== '');
  return (
    <span className={`ews ews-${level}`} title={says.join('\n')}>
      <span aria-hidden="true">
        {points ?? '?'}
        {trend === undefined ? '' : arrows[trend]}
      </span>
      <span className="unseen">{says.join(', ')}</span>
      {(points ?? 0) >= 5 && <small>since {clock(since)}</small>}
    </span>
  );
}

const clock = (text: string): string => showTime(text).slice(-5);

function waited({ from }: Occupant, now: number) {
  if (from === undefined) return 'Arrival not recorded';
  const minutes = Math.max(0, Math.floor((now - Date.parse(from)) / 60_000));
  const text = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
  return (
    <span className={minutes >= 240 ? 'late' : undefined}>
      Here for {text}
      {minutes >= 240 ? ' · over 4 h' : ''}
    </span>
  );
}

function stayed({ from, expected }: Occupant, now: number) {
  const since = from === undefined ? '' : `In ${showDate(from)}`;
  if (expected === undefined) return since;
  const passed = Date.parse(expected) < now;
  return (
    <>
      {since} ·{' '}
      <span className={passed ? 'late' : undefined} title={showTime(expected)}>
        {passed
          ? `to go since ${showDate(expected)}`
          : `out ${Date.parse(expected) - now < 36 * 3600_000 ? sinceOf(expected, new Date(now)) : showDate(expected)}`}
      </span>
    </>
  );
}

export function Marks({ one }: { one: Occupant }) {
  const { allergies, noAllergies, isolation, flags } = one;
  return (
    <div className="marks">
      {isolation.length > 0 && (
        <span className="mark mark-isolation" title={isolation.join(', ')}>
          ⊘ Isolation
        </span>
      )}
      {allergies !== undefined && allergies.length > 0 && (
        <span className="mark mark-allergy" title={allergies.join(', ')} dir="auto">
          ⚠ {allergies.join(', ')}
        </span>
      )}
      {allergies !== undefined && allergies.length === 0 && !noAllergies && <span className="mark">Allergies: ask</span>}
      {flags.map((flag) => (
        <span key={flag} className="mark" dir="auto">
          {flag}
        </span>
      ))}
    </div>
  );
}
