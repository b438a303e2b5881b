// One syndrome by day: bars, the bound above which a day is an alarm, alarms by shape and colour, and days that may not be complete with their estimate.
// Days are chosen by dragging, or by arrow keys (with Shift for more than one); everything else on the screen is then of them.
import { Table } from '@mantine/core';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useAsked } from '../../app/go.tsx';
import { showDate, showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import type { Late, Series, Wish } from './api.ts';
import { boundPath, box, chosen, named, scaleOf } from './geometry.ts';
import { LateFacts } from './late-facts.tsx';
import { countWords, facetNames, rarity, shortDay } from './words.ts';

export function Curve({
  title,
  question,
  series,
  late,
  filters,
  days: zone,
}: {
  title: string;
  question: string;
  series: Series;
  late: Late | undefined;
  filters: Wish;
  days: string;
}) {
  const [asked, ask] = useAsked();
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<[number, number]>();
  const { days, steps } = series;
  const weekly = series.step === 'week';
  const scale = scaleOf(days, steps, weekly);
  const range = drag === undefined ? chosen(days, asked['first'], asked['last']) : ([Math.min(...drag), Math.max(...drag)] as const);
  const stepOf = (day: string) => steps.find(({ first, last }) => first <= day && day <= last);
  const alarms = steps.filter(({ alarm }) => alarm);
  const estimates = new Map(late?.days.filter(({ estimate, reported }) => estimate > reported).map((each) => [each.day, each]) ?? []);
  const choose = (from: number, to: number): void => {
    const [first, last] = [days[Math.min(from, to)]?.day, days[Math.max(from, to)]?.day];
    if (first !== undefined && last !== undefined) ask({ first, last, alert: undefined }, { replace: true });
  };
  const dayAt = (event: PointerEvent): number => {
    const place = svg.current?.getBoundingClientRect();
    if (place === undefined || place.width === 0) return 0;
    const x = ((event.clientX - place.left) / place.width) * box.width;
    return Math.max(0, Math.min(days.length - 1, Math.floor((x - box.left) / scale.wide)));
  };
  const keys = (event: KeyboardEvent): void => {
    const move = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.key === 'Escape') ask({ first: undefined, last: undefined, alert: undefined }, { replace: true });
    if (move === 0) return;
    event.preventDefault();
    const inside = (index: number): number => Math.max(0, Math.min(days.length - 1, index));
    // From nothing to the newest day; with Shift the chosen days grow to that side.
    const [from, to] = range ?? [days.length, days.length - 2];
    const next = inside(move < 0 ? from - 1 : to + 1);
    if (event.shiftKey && range !== undefined) choose(Math.min(from, next), Math.max(to, next));
    else choose(next, next);
  };
  const who = (['area', 'age', 'sex', 'place'] as const).flatMap((name) =>
    filters[name] === undefined ? [] : [`${facetNames[name]} ${filters[name]}`],
  );
  const total = days.reduce((sum, { count }) => sum + (count ?? 0), 0);
  const kept = days.filter(({ count }) => count === null).length;
  const says = `${title} by day, ${showDate(series.from)} to ${showDate(series.to)}: ${total.toLocaleString('en')} in all${kept > 0 ? ` and ${kept} days with fewer than 5` : ''}; ${
    alarms.length === 0 ? 'no alarm' : `alarms on ${alarms.map(({ first }) => shortDay(first)).join(', ')}`
  }.`;
  return (
    <section className="card curve" aria-label={title}>
      <h2>
        {title} <span className="count">{who.length === 0 ? 'everybody' : who.join(', ')}</span>
      </h2>
      <p className="soft curve-question">{question}</p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the section within has the focus, and the same is done by the fields above */}
      <div onKeyDown={keys}>
        <Scrolling name={`${says} Arrow keys choose days, Shift for more than one, Escape for all.`} className="curve-box">
          <svg
            ref={svg}
            viewBox={`0 0 ${box.width} ${box.height}`}
            role="img"
            aria-label={says}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              setDrag([dayAt(event), dayAt(event)]);
            }}
            onPointerMove={(event) => setDrag((now) => (now === undefined ? now : [now[0], dayAt(event)]))}
            onPointerUp={(event) => {
              if (drag !== undefined) choose(drag[0], dayAt(event));
              setDrag(undefined);
            }}
          >
            {scale.ticks.map((tick) => (
              <g key={tick}>
                <line className="curve-line" x1={box.left} x2={box.width - box.right} y1={scale.y(tick)} y2={scale.y(tick)} />
                <text x={box.left - 6} y={scale.y(tick) + 4} textAnchor="end">
                  {tick}
                </text>
              </g>
            ))}
            {range !== undefined && (
              <rect
                className="curve-chosen"
                x={scale.x(range[0])}
                y={box.top}
                width={scale.wide * (range[1] - range[0] + 1)}
                height={box.height - box.top - box.bottom}
              />
            )}
            {days.map(({ day, count, incomplete }, i) => {
              const alarm = stepOf(day)?.alarm === true;
              const y = scale.y(count ?? 2);
              const estimate = estimates.get(day);
              const [x, wide] = [scale.x(i) + scale.wide * 0.12, scale.wide * 0.76];
              return (
                <g key={day}>
                  <title>{`${showDate(day)}: ${countWords(count)}`}</title>
                  {estimate !== undefined && (
                    <rect
                      className="curve-estimate"
                      x={x}
                      y={scale.y(estimate.estimate)}
                      width={wide}
                      height={Math.max(0, box.height - box.bottom - scale.y(estimate.estimate))}
                    />
                  )}
                  <rect
                    className={`curve-bar${alarm ? ' curve-alarm' : ''}${incomplete ? ' curve-incomplete' : ''}${count === null ? ' curve-kept' : ''}`}
                    x={x}
                    y={y}
                    width={wide}
                    height={Math.max(0, box.height - box.bottom - y)}
                  />
                  {alarm && <path className="curve-mark" d={`M${x + wide / 2 - 5} ${y - 4}h10l-5 -8z`} />}
                </g>
              );
            })}
            <path className="curve-bound" d={boundPath(days, steps, scale, weekly)} />
            {named(days).map((i) => (
              <text
                key={days[i]!.day}
                x={scale.x(i) + scale.wide / 2}
                y={box.height - 8}
                textAnchor={i === days.length - 1 ? 'end' : 'middle'}
              >
                {shortDay(days[i]!.day)}
              </text>
            ))}
          </svg>
        </Scrolling>
      </div>
      <ul className="legend">
        <li>
          <i className="key-bar" /> cases a day
        </li>
        <li>
          <i className="key-bound" /> bound of {series.method}
          {series.share ? ', of the share of all visits' : ''}
          {weekly ? ', by week (a seventh a day)' : ''}
        </li>
        <li>
          <i className="key-alarm" /> ▲ alarm
        </li>
        {estimates.size > 0 && (
          <li>
            <i className="key-estimate" /> with what is still to be told
          </li>
        )}
        <li>
          <i className="key-incomplete" /> day not over
        </li>
      </ul>
      <p className="soft watch-said">
        {series.instead === undefined ? '' : `${series.instead}. `}Local days of {zone}; counted {showTime(series.at)}, up to change{' '}
        {series.position}. {series.cut}
        {range !== undefined && (
          <b className="curve-days">
            {' '}
            Chosen: {showDate(days[range[0]]?.day)} to {showDate(days[range[1]]?.day)}.
          </b>
        )}
      </p>
      {late !== undefined && <LateFacts late={late} />}
      <details className="as-table all-on-paper">
        <summary>As a table</summary>
        <Scrolling name="Days">
          <Table aria-label={`${title} by day`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Day</Table.Th>
                <Table.Th className="number">Cases</Table.Th>
                <Table.Th className="number">All visits</Table.Th>
                <Table.Th className="number">Expected</Table.Th>
                <Table.Th className="number">Bound</Table.Th>
                <Table.Th>Alarm</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {days.toReversed().map(({ day, count, visits, incomplete }) => {
                const step = stepOf(day);
                return (
                  <Table.Tr key={day}>
                    <Table.Td>
                      {showDate(day)}
                      {incomplete ? ' (not over)' : ''}
                    </Table.Td>
                    <Table.Td className="number">{countWords(count)}</Table.Td>
                    <Table.Td className="number">{countWords(visits)}</Table.Td>
                    <Table.Td className="number">{step?.expected?.toFixed(1) ?? ''}</Table.Td>
                    <Table.Td className="number">{step?.upperbound?.toFixed(1) ?? ''}</Table.Td>
                    <Table.Td>{step?.alarm === true ? `▲ ${rarity(step.recurrenceDays)}` : ''}</Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Scrolling>
      </details>
    </section>
  );
}
