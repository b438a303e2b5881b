// Reports of the bedside between two instants: how much was scanned, near misses, on time, what cannot be scanned, overrides. Every
// share has its counts and a 95 % interval (Wilson); a target is only called met or missed where the interval says so. Leapfrog asks
// for 95 % of patients and drugs scanned. Read with a time limit of its own, so that a report never slows the ward.
import type { Database } from '../../database/contract.ts';
import { DatabaseError } from '../../database/failure.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { wilson } from '../../methods/proportion-interval.ts';

export interface ReportWish {
  from: Date;
  to: Date;
  /** `Location/1`. */
  ward?: string;
}

export interface Share {
  count: number;
  of: number;
  /** Absent where there is nothing to be a share of. */
  share?: number;
  low?: number;
  high?: number;
  /** Fewer than 30: an interval, but no judgement. */
  few?: true;
  target?: number;
  judged?: 'met' | 'missed' | 'not certain';
}

export interface Report {
  from: string;
  to: string;
  ward?: string;
  doses: number;
  scanRate: { patients: Share; drugs: Share };
  nearMisses: { code: string; severity: string; seen: number; heeded: Share }[];
  onTime: { all: Share; early: Share; late: Share; medianMinutes?: number };
  unscannable: { product?: string; why: string; times: number }[];
  notScanned: { reason: string; times: number }[];
  overrides: { code: string; reason: string; times: number }[];
  beforeOrder: Share;
  says: string;
}

const dayMs = 86_400_000;
const spanDaysMax = 366;
const listMax = 200;
const fewBelow = 30;
const targetScanned = 0.95;
const secondsMax = 5;
const taken = `('given', 'partly-given', 'infusing', 'self-administered')`;
/** What a session says on its way, and no near miss. */
const steps = [
  'wristband-missing',
  'second-person-missing',
  'reason-missing',
  'dose-to-enter',
  'dose-short',
  'patient-not-known',
  'could-not-check',
  'value-missing',
  'same-unit-again',
  'order-not-clear',
  'before-order',
];

const momentOf = (text: string | null): number => (text !== null && /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN);

export function readReportWish(url: string): Result<ReportWish & { csv: boolean }> {
  const query = new URL(url, 'http://here').searchParams;
  const unknown = [...query.keys()].find((name) => !['from', 'to', 'ward', 'format'].includes(name));
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are from, to, ward, format`);
  const [from, to] = [momentOf(query.get('from')), momentOf(query.get('to'))];
  if (Number.isNaN(from) || Number.isNaN(to)) return fail('invalid', 'from and to are dates or moments, such as 2026-11-01', 'from');
  if (to <= from || to - from > spanDaysMax * dayMs) return fail('invalid', `to lies behind from, at most ${spanDaysMax} days`, 'to');
  const ward = query.get('ward') ?? undefined;
  if (ward !== undefined && !/^(?:Location\/)?[A-Za-z0-9.-]{1,64}$/.test(ward))
    return fail('invalid', 'ward is the id of a Location, such as Location/123', 'ward');
  const format = query.get('format') ?? 'json';
  if (format !== 'json' && format !== 'csv') return fail('invalid', 'format is json or csv', 'format');
  return ok({
    from: new Date(from),
    to: new Date(to),
    ...(ward === undefined ? {} : { ward: ward.startsWith('Location/') ? ward : `Location/${ward}` }),
    csv: format === 'csv',
  });
}

export async function bedsideReport(database: Database, { from, to, ward }: ReportWish): Promise<Result<Report>> {
  const values = [from, to, ward ?? null];
  const where = 'at >= $1 and at < $2 and ($3::text is null or ward = $3)';
  const given = `${where} and asked = 'administer' and outcome in ${taken}`;
  try {
    const [, sums, misses, unscannable, notScanned, overrides] = await database.transaction(async (session) => [
      await session.query({ text: `set local statement_timeout = '${secondsMax}s'` }),
      await session.query<
        Record<'doses' | 'band' | 'drug' | 'timed' | 'in_time' | 'early' | 'late' | 'before_order', number> & { median: number | null }
      >({
        text: `select count(*)::int as doses, count(*) filter (where band)::int as band, count(*) filter (where drug)::int as drug,
  count(off_minutes)::int as timed, count(*) filter (where abs(off_minutes) <= window_minutes)::int as in_time,
  count(*) filter (where off_minutes < -window_minutes)::int as early, count(*) filter (where off_minutes > window_minutes)::int as late,
  count(*) filter (where before_order)::int as before_order,
  percentile_cont(0.5) within group (order by off_minutes)::real as median from bedside_event where ${given}`,
        values,
      }),
      await session.query<{ severity: string; code: string; seen: number; heeded: number }>({
        text: `with told as (select session, asked, outcome, split_part(r, ' ', 1) as severity, split_part(r, ' ', 2) as code
    from bedside_event, unnest(reasons) r where ${where}),
  one as (select severity, code, session, bool_or(asked = 'administer' and outcome in ${taken}) as went_on from told
    where code <> all($4::text[]) group by severity, code, session)
select severity, code, count(*)::int as seen, count(*) filter (where not went_on)::int as heeded from one
group by severity, code order by seen desc, code limit ${listMax}`,
        values: [...values, steps],
      }),
      await session.query<{ what: string; times: number }>({
        text: `select what, count(distinct session)::int as times from bedside_event, unnest(unscannable) what where ${where}
group by what order by times desc, what limit ${listMax}`,
        values,
      }),
      await session.query<{ reason: string; times: number }>({
        text: `select not_scanned as reason, count(*)::int as times from bedside_event where ${given} and not_scanned is not null
group by not_scanned order by times desc, reason`,
        values,
      }),
      await session.query<{ code: string; reason: string; times: number }>({
        text: `select split_part(r, ' ', 2) as code, coalesce(reason_code, not_scanned, 'none') as reason, count(*)::int as times
from bedside_event, unnest(reasons) r where ${given} group by 1, 2 order by times desc, code limit ${listMax}`,
        values,
      }),
    ]);
    const sum = sums.rows[0]!;
    return ok({
      from: from.toISOString(),
      to: to.toISOString(),
      ...(ward === undefined ? {} : { ward }),
      doses: sum.doses,
      scanRate: { patients: share(sum.band, sum.doses, targetScanned), drugs: share(sum.drug, sum.doses, targetScanned) },
      nearMisses: misses.rows.map(({ code, severity, seen, heeded }) => ({ code, severity, seen, heeded: share(heeded, seen) })),
      onTime: {
        all: share(sum.in_time, sum.timed),
        early: share(sum.early, sum.timed),
        late: share(sum.late, sum.timed),
        ...(sum.median === null ? {} : { medianMinutes: Math.round(sum.median) }),
      },
      unscannable: unscannable.rows.map(({ what, times }) => {
        const [why = '', product = ''] = what.split(' ');
        return { ...(product === '' ? {} : { product }), why, times };
      }),
      notScanned: notScanned.rows,
      overrides: overrides.rows,
      beforeOrder: share(sum.before_order, sum.doses),
      says: 'A near miss is what was said at the bedside and not gone on with, counted once for each nurse, patient and hour. On time counts doses whose order names times. Shares have 95 % intervals (Wilson); of fewer than 30 nothing is judged.',
    });
  } catch (error) {
    if (error instanceof DatabaseError)
      return error.problem.kind === 'busy' || error.problem.kind === 'too-costly'
        ? fail('too-costly', `The report took longer than ${secondsMax} s: ask for a shorter time`, 'from')
        : fail(error.problem.kind, error.problem.message);
    throw error;
  }
}

const digits = (value: number): number => Number(value.toFixed(4));

function share(count: number, of: number, target?: number): Share {
  const aim = target === undefined ? {} : { target };
  if (of === 0) return { count, of, ...aim };
  const { share: value, low, high } = wilson(Math.min(count, of), of);
  const judged = of < fewBelow || target === undefined ? 'not certain' : low >= target ? 'met' : high < target ? 'missed' : 'not certain';
  return {
    count,
    of,
    share: digits(value),
    low: digits(low),
    high: digits(high),
    ...(of < fewBelow ? { few: true as const } : {}),
    ...aim,
    ...(target === undefined ? {} : { judged }),
  };
}

/** One table: part, name, detail, count, of, share, low, high, judged. */
export function csvOf(report: Report): string {
  const row = (part: string, name: string, detail: string, { count, of, share: value, low, high, judged, few }: Share): string[] =>
    [part, name, detail, count, of, value, low, high, judged ?? (few ? 'few' : undefined)].map((each) =>
      each === undefined ? '' : String(each),
    );
  const times = (part: string, name: string, detail: string, count: number): string[] => [
    part,
    name,
    detail,
    String(count),
    '',
    '',
    '',
    '',
    '',
  ];
  const rows = [
    ['part', 'name', 'detail', 'count', 'of', 'share', 'low', 'high', 'judged'],
    row('scan rate', 'patients', '', report.scanRate.patients),
    row('scan rate', 'drugs', '', report.scanRate.drugs),
    row('on time', 'in time', '', report.onTime.all),
    row('on time', 'early', '', report.onTime.early),
    row('on time', 'late', '', report.onTime.late),
    row('before order', '', '', report.beforeOrder),
    ...report.nearMisses.map((each) => row('near miss heeded', each.code, each.severity, each.heeded)),
    ...report.unscannable.map((each) => times('unscannable', each.product ?? 'no product number', each.why, each.times)),
    ...report.notScanned.map((each) => times('not scanned', each.reason, '', each.times)),
    ...report.overrides.map((each) => times('override', each.code, each.reason, each.times)),
  ];
  return `${rows.map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`;
}

/** A cell that a spreadsheet would take for a formula is a text. */
const quoted = (cell: string): string => {
  const safe = /^[=+@]|^-\D/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
