// The record of 24 hours: orders in rows, hours in columns, a line where now is. Narrow screens and paper get the same as a list, where
// nothing is cut off and a nurse can sign by hand.
import { Fragment, useEffect, useRef } from 'react';
import { clock } from './due-list.tsx';
import { type Dose, type Group, type Hour, hourMs, momentOf, type Row } from './grid.ts';
import { marks } from './marks.ts';

interface Shown {
  groups: readonly Group[];
  hours: readonly Hour[];
  nowMs: number;
  open(dose: Dose): void;
}

const givenAt = ({ record, plannedMs }: Dose): string =>
  record === undefined || plannedMs === undefined ? '' : ` ${clock(Date.parse(record.at))}`;

/** Amara Nwosu → AN. */
const initials = (name: string): string =>
  name
    .split(/[\s,]+/)
    .map((part) => [...part][0] ?? '')
    .join('')
    .slice(0, 3)
    .toLocaleUpperCase();

function Mark({ dose, open }: { dose: Dose; open(dose: Dose): void }) {
  const { shape, word } = marks[dose.state];
  const { record } = dose;
  return (
    <button type="button" className={`mar-dose mar-${dose.state}`} onClick={() => open(dose)} title={record?.reason}>
      <span className="mar-time">
        {dose.about ? '~' : ''}
        {clock(momentOf(dose))}
      </span>
      <span className="mar-word">
        <span aria-hidden="true">{shape}</span> {word}
      </span>
      {givenAt(dose) !== '' && <span className="mar-time">at{givenAt(dose)}</span>}
      {record !== undefined && (
        <span className="mar-by" dir="auto">
          <abbr title={record.by}>{initials(record.by)}</abbr> {record.reason}
        </span>
      )}
    </button>
  );
}

const two = (value: number): string => String(value).padStart(2, '0');
const hourOf = (ms: number): string => two(new Date(ms).getHours());

function Name({ row: { order } }: { row: Row }) {
  return (
    <>
      <span className="mar-title" dir="auto">
        {order.title}
      </span>
      <span className="mar-beside">
        {order.highAlert !== undefined && <strong>‼ High alert </strong>}
        {order.verified === false && <strong>▲ Not verified </strong>}
        {order.status !== 'active' && <strong>{order.status === 'unknown' ? 'No order' : order.status.replace('-', ' ')} </strong>}
        {[order.dose, order.route, order.site].filter((one) => one !== undefined).join(' · ')}
      </span>
    </>
  );
}

export function MarGrid({ groups, hours, nowMs, open }: Shown) {
  const isNow = ({ startMs }: Hour): boolean => nowMs >= startMs && nowMs < startMs + hourMs;
  const frame = useRef<HTMLElement>(null);
  const fromMs = hours[0]?.startMs;
  // Now is in sight first, with what has just been behind it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when other hours are shown
  useEffect(() => {
    const at = frame.current?.querySelector<HTMLElement>('thead [aria-current=time]');
    if (frame.current && at)
      frame.current.scrollLeft +=
        at.getBoundingClientRect().left - frame.current.getBoundingClientRect().left - frame.current.clientWidth * 0.45;
  }, [fromMs]);
  const line = { '--at': `${((nowMs % hourMs) / hourMs) * 100}%` } as React.CSSProperties;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
    <section ref={frame} className="mar-wide" aria-label="24 hours" tabIndex={0}>
      <table className="mar">
        <thead>
          <tr>
            <th scope="col">Order</th>
            {hours.map((hour) => (
              <th
                key={hour.startMs}
                scope="col"
                className={`${hour.busy ? 'mar-busy' : 'mar-idle'}${isNow(hour) ? ' mar-now' : ''}`}
                aria-current={isNow(hour) ? 'time' : undefined}
                style={isNow(hour) ? line : undefined}
              >
                {isNow(hour) ? clock(nowMs) : hourOf(hour.startMs)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ kind, title, rows }) => (
            <Fragment key={kind}>
              <tr className="mar-group">
                <th scope="rowgroup" colSpan={hours.length + 1}>
                  <span>{title}</span>
                </th>
              </tr>
              {rows.map((row) => (
                <tr key={row.order.order}>
                  <th scope="row">
                    <Name row={row} />
                  </th>
                  {hours.map((hour) => (
                    <td key={hour.startMs} className={isNow(hour) ? 'mar-now' : undefined} style={isNow(hour) ? line : undefined}>
                      {row.doses
                        .filter((dose) => momentOf(dose) >= hour.startMs && momentOf(dose) < hour.startMs + hourMs)
                        .map((dose) => (
                          <Mark key={dose.key} dose={dose} open={open} />
                        ))}
                    </td>
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function MarList({ groups, open }: Pick<Shown, 'groups' | 'open'>) {
  return (
    <div className="mar-list">
      {groups.map(({ kind, title, rows }) => (
        <section key={kind} aria-label={title}>
          <h2>{title}</h2>
          {rows.map((row) => (
            <div key={row.order.order} className="mar-order">
              <h3>
                <Name row={row} />
              </h3>
              {row.order.indication !== undefined && <p dir="auto">for {row.order.indication}</p>}
              {row.doses.length === 0 && <p className="on-paper">____ : ____ given by ______________________ dose ____________</p>}
              <ul>
                {row.doses.map((dose) => (
                  <li key={dose.key}>
                    <Mark dose={dose} open={open} />
                    <span className="on-paper">
                      {dose.record === undefined
                        ? ' given at ____ : ____ by ______________________'
                        : ` ${[dose.record.by, dose.record.dose, dose.record.site, dose.record.witness === '' ? '' : `with ${dose.record.witness}`, dose.record.indication === '' ? '' : `for ${dose.record.indication}`].filter((one) => one !== '').join(' · ')}`}
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}
