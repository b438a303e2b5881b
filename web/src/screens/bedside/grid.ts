// The medication administration record of 24 hours as rows and cells: orders by kind, each dose in the hour it is planned for, or in the
// hour it was given where none was planned. Pure: what is due, what was recorded and the time in, rows out.
import type { DueAnswer, Kind, PlannedDose, Recorded, ShownOrder } from './facts.ts';
import type { DoseState } from './marks.ts';

export const hourMs = 3_600_000;
const minuteMs = 60_000;
/** A dose of which nothing is recorded for so long is no longer only late. */
const unrecordedMs = 6 * hourMs;
/** Where the order names no times. */
const aroundMinutes = 60;

export interface Dose {
  key: string;
  order: ShownOrder;
  state: DoseState;
  /** For when it was planned, ms; undefined: when needed. */
  plannedMs: number | undefined;
  /** The times are those of the ward, not of the order. */
  about: boolean;
  record: Recorded | undefined;
}

export interface Row {
  order: ShownOrder;
  doses: Dose[];
  /** Of what is given when needed: the last dose, and from when the next may be given, ms. */
  lastMs?: number;
  nextMs?: number;
}

export interface Group {
  kind: Kind | 'ended';
  title: string;
  rows: Row[];
}

const groups: readonly (readonly [Group['kind'], string])[] = [
  ['scheduled', 'Scheduled'],
  ['once', 'Once'],
  ['as-needed', 'When needed (PRN)'],
  ['continuous', 'Continuous'],
  ['on-call', 'On call'],
  ['ended', 'Ended or on hold'],
];

export function stateOf({ at, done }: Pick<PlannedDose, 'at' | 'done'>, withinMinutes: number | undefined, nowMs: number): DoseState {
  if (done !== undefined) return done.outcome;
  if (at === undefined) return 'planned';
  const lateMs = nowMs - Date.parse(at);
  const windowMs = (withinMinutes ?? aroundMinutes) * minuteMs;
  if (lateMs < -windowMs) return 'planned';
  if (lateMs > unrecordedMs) return 'unrecorded';
  // By times that only the ward assumed nothing is late.
  return lateMs > windowMs && withinMinutes !== undefined ? 'overdue' : 'due';
}

const took = new Set(['given', 'partly-given', 'self-administered', 'completed']);

/** All orders with something to show, doses in the order of time. Records of orders that the answer does not name stand with the ended. */
export function rowsOf(answer: DueAnswer, records: readonly Recorded[], nowMs: number): Row[] {
  const byRef = new Map(records.map((one) => [one.ref, one]));
  const [fromMs, toMs] = [Date.parse(answer.from), Date.parse(answer.to)];
  const rows = new Map<string, Row>(answer.orders.map((order) => [order.order, { order, doses: [] }]));
  const shown = new Set<string>();
  const planned = new Set<string>();
  for (const dose of answer.doses) {
    const row = rows.get(dose.order);
    if (row === undefined) continue;
    planned.add(dose.order);
    // Whenever it is needed: nothing stands in an hour until it is given.
    if (dose.at === undefined) continue;
    if (dose.done !== undefined) shown.add(dose.done.ref);
    row.doses.push({
      key: `${dose.order} ${dose.at}`,
      order: row.order,
      state: stateOf(dose, row.order.withinMinutes, nowMs),
      plannedMs: Date.parse(dose.at),
      about: dose.timesAssumed === true,
      record: dose.done === undefined ? undefined : (byRef.get(dose.done.ref) ?? barely(dose)),
    });
  }
  for (const record of records) {
    const atMs = Date.parse(record.at);
    if (shown.has(record.ref) || atMs < fromMs || atMs >= toMs) continue;
    const ref = record.order ?? `without order ${record.title}`;
    const row = rows.get(ref) ?? { order: unknownOrder(ref, record), doses: [] };
    rows.set(ref, row);
    row.doses.push({ key: record.ref, order: row.order, state: record.outcome, plannedMs: undefined, about: false, record });
  }
  return [...rows.values()]
    .filter(({ order, doses }) => planned.has(order.order) || doses.length > 0)
    .map((row) => ({ ...row, doses: row.doses.sort((a, b) => momentOf(a) - momentOf(b)), ...nextOf(row.order, records) }));
}

function nextOf(order: ShownOrder, records: readonly Recorded[]): { lastMs?: number; nextMs?: number } {
  if (order.kind !== 'as-needed') return {};
  const own = records.filter((one) => one.order === order.order && took.has(one.outcome)).map(({ at }) => Date.parse(at));
  if (own.length === 0) return {};
  const lastMs = Math.max(...own);
  return { lastMs, ...(order.everyHours === undefined ? {} : { nextMs: lastMs + order.everyHours * hourMs }) };
}

/** Where it stands on the line of hours: when it was planned, else when it was given. */
export const momentOf = ({ plannedMs, record }: Dose): number => plannedMs ?? Date.parse(record?.at ?? '');

const barely = ({ done, order }: PlannedDose): Recorded | undefined =>
  done && {
    ref: done.ref,
    order,
    outcome: done.outcome,
    at: done.at,
    by: '',
    witness: '',
    dose: '',
    site: '',
    reason: '',
    indication: '',
    title: '',
  };

const unknownOrder = (ref: string, { title }: Recorded): ShownOrder => ({
  order: ref,
  title: title || 'A drug that is not named',
  status: 'unknown',
  kind: 'once',
});

export function groupsOf(rows: readonly Row[]): Group[] {
  const kindOf = ({ order }: Row): Group['kind'] => (order.status === 'active' ? order.kind : 'ended');
  return groups.flatMap(([kind, title]) => {
    const own = rows
      .filter((row) => kindOf(row) === kind)
      .sort((a, b) => firstOpen(a) - firstOpen(b) || a.order.title.localeCompare(b.order.title));
    return own.length === 0 ? [] : [{ kind, title, rows: own }];
  });
}

const open: readonly DoseState[] = ['overdue', 'due', 'planned', 'unrecorded'];
const firstOpen = ({ doses }: Row): number =>
  doses.filter(({ state }) => open.includes(state) && state !== 'unrecorded').map(momentOf)[0] ?? Number.MAX_SAFE_INTEGER;

export interface Hour {
  startMs: number;
  /** Some order has a dose in it: such hours are wide, the others narrow. */
  busy: boolean;
}

export function hoursOf(fromMs: number, toMs: number, rows: readonly Row[]): Hour[] {
  const busy = new Set(rows.flatMap(({ doses }) => doses.map((dose) => Math.floor((momentOf(dose) - fromMs) / hourMs))));
  return Array.from({ length: Math.ceil((toMs - fromMs) / hourMs) }, (_, at) => ({
    startMs: fromMs + at * hourMs,
    busy: busy.has(at),
  }));
}

const ranks: readonly DoseState[] = ['overdue', 'due', 'planned', 'unrecorded'];

/** What is to be done now and within the next hours: overdue first, then by time; long gone without a record last. */
export function nowDue(rows: readonly Row[], nowMs: number, aheadHours = 2): Dose[] {
  return rows
    .filter(({ order }) => order.status === 'active')
    .flatMap(({ doses }) => doses)
    .filter((dose) => ranks.includes(dose.state) && (dose.state !== 'planned' || momentOf(dose) <= nowMs + aheadHours * hourMs))
    .sort((a, b) => ranks.indexOf(a.state) - ranks.indexOf(b.state) || momentOf(a) - momentOf(b));
}

/** The window of 24 hours around now that begins at a whole hour, or the one that an address names (ms). */
export function windowOf(nowMs: number, asked: string | undefined): { fromMs: number; toMs: number } {
  const named = asked === undefined ? Number.NaN : Date.parse(asked);
  const fromMs = Number.isNaN(named) ? Math.floor(nowMs / hourMs) * hourMs - 12 * hourMs : Math.floor(named / hourMs) * hourMs;
  return { fromMs, toMs: fromMs + 24 * hourMs };
}
