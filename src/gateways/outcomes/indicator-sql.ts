// An indicator as one SELECT of the tables: its values by period and ward, or the rows behind one of them. It gives what `evaluateIndicator` gives of the
// same rows (indicator-sql.test.ts holds both together), without a row leaving the tables.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Indicator, IndicatorValue, Linked, Rows } from '../../methods/indicators/contract.ts';
import { cellValueOf, everywhere, needsOf, unitMs } from '../../methods/indicators/evaluate.ts';
import type { NamedPeriod } from '../../methods/indicators/periods.ts';
import type { Answer } from '../../warehouse/contract.ts';
import { Bound, cell, conditionsSql, hoursBetween, moment, type Side } from './condition-sql.ts';
import type { Question, RowTables } from './contract.ts';
import { rowName, withRows } from './with-rows.ts';

interface Making {
  indicator: Indicator;
  tables: RowTables;
  bound: Bound;
}

const sideOf = ({ tables }: Making, view: string, alias: string): Side => ({ alias, columns: tables[view]?.columns ?? {} });
/** The ward; null where the row says none. */
const wardOf = (side: Side, column: string | undefined): string =>
  column === undefined || !Object.hasOwn(side.columns, column) ? 'null::VARCHAR' : `nullif(${cell(side, column)}::VARCHAR, '')`;
const has = (side: Side, column: string): boolean => Object.hasOwn(side.columns, column);

/** Numbered rows of the denominator that fulfil its conditions and have a moment. */
function base(making: Making): string {
  const { denominator } = making.indicator;
  const side = sideOf(making, denominator.view, 'd');
  return `select row_number() over () as _n, ${moment(side, denominator.month)} as _at, ${wardOf(side, denominator.ward)} as _ward, d.*
from ${rowName(denominator.view)} d where ${moment(side, denominator.month)} is not null and ${conditionsSql(side, denominator.where, making.bound)}`;
}

/** The first linked row of each row, as `_n` and `_first`. */
function linkedSql(making: Making, linked: Linked): string {
  const { by, key = by, at, from, where, anyOf, hoursAtLeast = 0, hoursAtMost, other } = linked;
  const d = sideOf(making, making.indicator.denominator.view, 'd');
  const l = sideOf(making, linked.view, 'l');
  if (!has(d, key) || !has(l, by)) return 'select null::BIGINT as _n, null::BIGINT as _first where false';
  const { bound } = making;
  const [start, end] = [moment(d, from), moment(l, at)];
  const holds = [
    conditionsSql(l, where, bound),
    ...(anyOf === undefined ? [] : [`(${anyOf.map((each) => `(${conditionsSql(l, each, bound)})`).join(' or ') || 'false'})`]),
    `${hoursBetween(start, end)} >= ${bound.number(hoursAtLeast)}`,
    ...(hoursAtMost === undefined ? [] : [`${hoursBetween(start, end)} <= ${bound.number(hoursAtMost)}`]),
    ...(other === true && has(d, 'id') && has(l, 'id') ? ['l.id is distinct from d.id'] : []),
  ];
  return `select d._n, min(${end}) as _first from base d join ${rowName(linked.view)} l on ${cell(l, by)} = ${cell(d, key)} where ${holds.join(' and ')} group by d._n`;
}

/** Common table expressions up to `counted`: `_n`, `_at`, `_ward`, `_hit`, `_time` (ms) and `_until`, all rows that count. */
function counted(making: Making): string[] {
  const { denominator, numerator, time } = making.indicator;
  const { bound } = making;
  const d = sideOf(making, denominator.view, 'd');
  const links: [string, Linked | undefined][] = [
    ['linked_with', denominator.with],
    ['linked_without', denominator.without],
    ['linked_numerator', numerator?.linked],
    ['linked_first', time?.first],
  ];
  const hit =
    numerator === undefined
      ? 'false'
      : `(${conditionsSql(d, numerator.where, bound)})${numerator.linked === undefined ? '' : ' and d._n in (select _n from linked_numerator)'}`;
  const end = time === undefined ? 'null::BIGINT' : time.first === undefined ? moment(d, time.to ?? '') : 'f._first';
  const start = time === undefined ? 'null::BIGINT' : moment(d, time.from);
  const until = denominator.daysUntil === undefined ? 'null::BIGINT' : moment(d, denominator.daysUntil);
  const holds = [
    ...(denominator.with === undefined ? [] : ['d._n in (select _n from linked_with)']),
    ...(denominator.without === undefined ? [] : ['d._n not in (select _n from linked_without)']),
    ...(denominator.daysUntil === undefined ? [] : [`${until} > d._at`]),
    ...(denominator.daysUntil === undefined && time !== undefined ? [`${end} >= ${start}`] : []),
  ];
  return [
    `base as materialized (${base(making)})`,
    ...links.flatMap(([name, linked]) => (linked === undefined ? [] : [`${name} as materialized (${linkedSql(making, linked)})`])),
    `counted as materialized (select d._n, d._at, d._ward, ${idIn(d, 'id')}, ${idIn(d, 'patient_id')}, ${hit} as _hit, ${end} - ${start} as _time, ${until} as _until
from base d${time?.first === undefined ? '' : ' left join linked_first f on f._n = d._n'} where ${holds.join(' and ') || 'true'})`,
  ];
}
const idIn = (side: Side, column: string): string => `${has(side, column) ? cell(side, column) : 'null::VARCHAR'} as ${column}`;

function eventsSql(making: Making, events: Rows & { month: string; ward?: string }): string {
  const side = sideOf(making, events.view, 'e');
  return `select ${moment(side, events.month)} as _at, ${wardOf(side, events.ward)} as _ward, ${idIn(side, 'id')}, ${idIn(side, 'patient_id')}
from ${rowName(events.view)} e where ${moment(side, events.month)} is not null and ${conditionsSql(side, events.where, making.bound)}`;
}

const periodsSql = (periods: readonly NamedPeriod[]): string =>
  `periods(period, since, until) as (values ${periods.map(({ fromMs, untilMs }, n) => `(${n}, ${fromMs}::BIGINT, ${untilMs}::BIGINT)`).join(', ')})`;
const inPeriod = 'c._at >= p.since and c._at < p.until';

/** A value at a share of a sorted list `l`, between neighbours where it lies between them. */
const quantile = (share: number): string => {
  const place = `(${share} * (len(l) - 1))`;
  const low = `l[floor(${place})::BIGINT + 1]`;
  return `(${low} + (${place} - floor(${place})) * (coalesce(l[floor(${place})::BIGINT + 2], ${low}) - ${low}))`;
};
const trim = `(${quantile(0.75)} + 1.5 * (${quantile(0.75)} - ${quantile(0.25)}))`;
const longer = `len(list_filter(l, lambda x: x > ${trim}))`;
const statistics: Record<NonNullable<Indicator['time']>['statistic'], { time: string; count: string }> = {
  median: { time: quantile(0.5), count: 'len(l)' },
  'geometric-mean': { time: 'exp(list_avg(list_transform(l, lambda x: ln(greatest(x, 1.0 / 24)))))', count: 'len(l)' },
  'long-stays': { time: `(100.0 * ${longer}) / len(l)`, count: longer },
};

function check({ indicator, tables }: Making): Result<true> {
  for (const [view, columns] of Object.entries(needsOf(indicator))) {
    const table = Object.hasOwn(tables, view) ? tables[view] : undefined;
    if (table === undefined)
      return fail(
        'invalid',
        `the indicator ${indicator.name} reads rows of "${view}", which there are none of; known are ${Object.keys(tables).join(', ')}`,
      );
    const unknown = columns.find((column) => !Object.hasOwn(table.columns, column));
    if (unknown !== undefined)
      return fail(
        'invalid',
        `the indicator ${indicator.name} reads "${unknown}" of "${view}", which has ${Object.keys(table.columns).join(', ')}`,
      );
  }
  return ok(true);
}

/** Period (its number), ward (null: all), numerator, denominator (days in ms) and, of a time, the time. At least one period. */
export function seriesQuestion(indicator: Indicator, tables: RowTables, periods: readonly NamedPeriod[]): Result<Question> {
  const making: Making = { indicator, tables, bound: new Bound() };
  const checked = check(making);
  if (!checked.ok) return checked;
  const { denominator, time, events } = indicator;
  const own = counted(making);
  const each = (select: string, from: string, where: string): string =>
    `select p.period, null::VARCHAR as ward, ${select} from ${from} c join periods p on ${where} group by all union all select p.period, c._ward, ${select} from ${from} c join periods p on ${where} where c._ward is not null group by all`;
  const days = 'sum(least(c._until, p.until) - greatest(c._at, p.since))';
  const parts =
    denominator.daysUntil !== undefined
      ? [each(`0::HUGEINT as numerator, ${days} as denominator, null::DOUBLE as time`, 'counted', 'c._at < p.until and c._until > p.since')]
      : time !== undefined
        ? [
            `select period, ward, ${statistics[time.statistic].count} as numerator, len(l) as denominator, ${statistics[time.statistic].time} as time from (${each(
              `list(c._time / ${unitMs[time.unit]}.0 order by c._time) as l`,
              'counted',
              inPeriod,
            )})`,
          ]
        : [each('count(*) filter (c._hit) as numerator, count(*) as denominator, null::DOUBLE as time', 'counted', inPeriod)];
  if (events !== undefined) {
    own.push(`happened as materialized (${eventsSql(making, events)})`);
    parts.push(each('count(*) as numerator, 0::HUGEINT as denominator, null::DOUBLE as time', 'happened', inPeriod));
  }
  const sql = `${withRows(tables, Object.keys(needsOf(indicator)), [periodsSql(periods), ...own])}
select period, ward, sum(numerator)::DOUBLE as numerator, sum(denominator)::DOUBLE as denominator, max(time) as time from (${parts.join(' union all ')}) group by period, ward order by period, ward`;
  return ok({ sql, parameters: making.bound.parameters });
}

/** The answer to `seriesQuestion`, in the order of `evaluateIndicator`. */
export const seriesOf = (indicator: Indicator, periods: readonly NamedPeriod[], { rows }: Answer): IndicatorValue[] =>
  rows
    .map(([period, ward, numerator, denominator, time]): IndicatorValue => {
      const count = Number(numerator);
      return {
        month: periods[Number(period)]?.name ?? '',
        ward: ward === null ? everywhere : String(ward),
        numerator: count,
        ...cellValueOf(indicator, { numerator: count, denominator: Number(denominator), time: time === null ? null : Number(time) }),
      };
    })
    .toSorted((a, b) => (`${a.month}\0${a.ward}` < `${b.month}\0${b.ward}` ? -1 : 1));

/**
 * The rows behind a point: what (counted or event), type of rows, id, patient, moment in ms, ward, whether it is in the numerator, time in ms. Those in the
 * numerator first. `ward` undefined: all.
 */
export function rowsQuestion(
  indicator: Indicator,
  tables: RowTables,
  { period, ward, most }: { period: NamedPeriod; ward?: string; most: number },
): Result<Question> {
  const making: Making = { indicator, tables, bound: new Bound() };
  const checked = check(making);
  if (!checked.ok) return checked;
  const { denominator, events } = indicator;
  const own = counted(making);
  const here = ward === undefined ? '' : ` and c._ward = ${making.bound.text(ward)}`;
  const lies = denominator.daysUntil === undefined ? inPeriod : 'c._at < p.until and c._until > p.since';
  const [as, happened] = [making.bound.text(denominator.view), events === undefined ? '' : making.bound.text(events.view)];
  const parts = [
    `select 'counted' as what, ${as} as rows_of, c.id, c.patient_id, c._at, c._ward, c._hit, c._time from counted c join periods p on ${lies}${here}`,
  ];
  if (events !== undefined) {
    own.push(`happened as materialized (${eventsSql(making, events)})`);
    parts.push(
      `select 'event', ${happened}, c.id, c.patient_id, c._at, c._ward, true, null::BIGINT from happened c join periods p on ${inPeriod}${here}`,
    );
  }
  const sql = `${withRows(tables, Object.keys(needsOf(indicator)), [periodsSql([period]), ...own])}
select what, rows_of, id, patient_id, _at::DOUBLE, _ward, _hit, _time::DOUBLE from (${parts.join(' union all ')}) order by _hit desc, _time desc nulls last, _at, id limit ${Math.floor(most)}`;
  return ok({ sql, parameters: making.bound.parameters });
}
