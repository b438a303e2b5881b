// What was to be expected: a logistic model of the site's own past, and what came after held against it: O/E with exact intervals by ward and month, and a
// risk-adjusted CUSUM (Steiner SH, et al. Biostatistics 2000;1:441-52) in the order of days. Pure; takes long, so it is run by a thread (calculating.ts).
import { fail, ok, type Result } from '../../fhir/result.ts';
import { cStatistic, hosmerLemeshow } from '../../methods/risk-adjustment/calibration.ts';
import { type ObservedByExpected, observedByExpected } from '../../methods/risk-adjustment/exact-intervals.ts';
import { type LogisticModel, logisticRegression, riskOf } from '../../methods/risk-adjustment/logistic-regression.ts';
import { limitFor, riskAdjustedCusum } from '../../methods/risk-adjustment/risk-adjusted-cusum.ts';
import type { Patient } from '../../methods/risk-adjustment/vlad.ts';

/** Stays of one day, ward and risk. */
export interface Cell {
  day: number;
  ward: string;
  age: number;
  female: boolean;
  planned: boolean;
  /** Bit n: has factor n. */
  factors: number;
  stays: number;
  events: number;
}

export interface ExpectedInput {
  cells: readonly Cell[];
  factors: readonly { name: string; title: string }[];
  /** Stays before this day make the model; those from it on are judged. */
  splitDay: number;
}

export interface GroupExpected extends ObservedByExpected {
  stays: number;
  beyond: 'above' | 'below' | null;
}

export interface Expected {
  past: { stays: number; events: number; from: number; until: number };
  later: { stays: number; events: number; until: number };
  model: {
    terms: { title: string; oddsRatio: number; low: number; high: number }[];
    ridge: number;
    notes: string[];
    /** How well risks part and fit: of the past, and of what came later, which counts. */
    c: { past: Discrimination | null; later: Discrimination | null };
    calibration: { risk: number; stays: number; observed: number; expected: number }[];
    calibrationP: number | null;
  };
  all: GroupExpected | null;
  wards: { ward: string; of: GroupExpected | null }[];
  months: { month: string; of: GroupExpected | null }[];
  cusum: CusumOf[];
  notes: string[];
}
type Discrimination = { c: number; low: number; high: number };
export interface CusumOf {
  /** 2: twice the odds (worse); 0.5: half (better). */
  oddsRatio: number;
  limit: number;
  /** The sum at the end of each day with stays. */
  days: { day: number; sum: number }[];
  /** Days on which it reached the limit. */
  signals: number[];
}

/** Fewer events in the past make no model that could be trusted. */
const eventsLeast = 20;
/** A factor that so few of the past have is left out. */
const withFactorLeast = 10;
const dayMs = 86_400_000;

const base = [
  { title: 'Age, for ten years', of: (cell: Cell) => (cell.age - 65) / 10 },
  { title: 'Age, bent', of: (cell: Cell) => ((cell.age - 65) / 10) ** 2 },
  { title: 'Female', of: (cell: Cell) => Number(cell.female) },
  { title: 'Planned', of: (cell: Cell) => Number(cell.planned) },
];

const sumOf = (cells: readonly Cell[], what: 'stays' | 'events'): number => cells.reduce((sum, cell) => sum + cell[what], 0);
const monthOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 7);

export function expectedOf({ cells, factors, splitDay }: ExpectedInput): Result<Expected> {
  const past = cells.filter(({ day }) => day < splitDay);
  const later = cells.filter(({ day }) => day >= splitDay);
  const [stays, events] = [sumOf(past, 'stays'), sumOf(past, 'events')];
  if (events < eventsLeast || stays - events < eventsLeast)
    return fail(
      'invalid',
      `There were ${events} events in ${stays} stays before the day from which is judged: a model needs at least ${eventsLeast}; look at more years, or judge from a later day`,
    );
  const columns = [
    ...base,
    ...factors.map(({ title }, n) => ({ title, of: (cell: Cell) => Math.floor(cell.factors / 2 ** n) % 2 })),
  ].filter(({ of }) => {
    const having = past.reduce((sum, cell) => sum + (of(cell) === 0 ? 0 : cell.stays), 0);
    return having >= withFactorLeast && having <= stays - withFactorLeast;
  });
  const rowOf = (cell: Cell): number[] => columns.map(({ of }) => of(cell));
  const each = past.flatMap((cell) =>
    Array.from({ length: cell.stays }, (_, i) => ({ row: rowOf(cell), outcome: i < cell.events ? 1 : 0 })),
  );
  const fitted = logisticRegression(
    columns.map(({ title }) => title),
    each.map(({ row }) => row),
    each.map(({ outcome }) => outcome),
    // Few events for each column: a little shrinkage keeps odds within reason.
    { ridge: events < 10 * columns.length ? 1 : 0 },
  );
  if (!fitted.ok) return fitted;
  const model = fitted.value;
  const riskIn = (cell: Cell): number => Math.min(1 - 1e-9, Math.max(1e-9, riskOf(model, rowOf(cell))));
  return ok({
    past: { stays, events, from: past[0]!.day, until: splitDay },
    later: { stays: sumOf(later, 'stays'), events: sumOf(later, 'events'), until: later.at(-1)?.day ?? splitDay },
    model: modelOf(model, past, later, riskIn),
    all: groupOf(later, riskIn),
    wards: by(later, ({ ward }) => ward).map(([ward, own]) => ({ ward, of: groupOf(own, riskIn) })),
    months: by(later, ({ day }) => monthOf(day)).map(([month, own]) => ({ month, of: groupOf(own, riskIn) })),
    cusum: [2, 0.5].flatMap((oddsRatio) => cusumOf(later, past, riskIn, oddsRatio)),
    notes: [
      'Wards are each held against what was to be expected of their own patients, not against each other.',
      'What the model does not know (how ill somebody was, what could not be coded) is not adjusted for. A ratio above 1 says where to look, not that care was worse.',
    ],
  });
}

function by(cells: readonly Cell[], name: (cell: Cell) => string): [string, Cell[]][] {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const own = groups.get(name(cell));
    if (own === undefined) groups.set(name(cell), [cell]);
    else own.push(cell);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function groupOf(cells: readonly Cell[], riskIn: (cell: Cell) => number): GroupExpected | null {
  const expected = cells.reduce((sum, cell) => sum + cell.stays * riskIn(cell), 0);
  const found = observedByExpected(sumOf(cells, 'events'), expected);
  return found === null
    ? null
    : { ...found, stays: sumOf(cells, 'stays'), beyond: found.low > 1 ? 'above' : found.high < 1 ? 'below' : null };
}

function modelOf(model: LogisticModel, past: readonly Cell[], later: readonly Cell[], riskIn: (cell: Cell) => number): Expected['model'] {
  const spread = (cells: readonly Cell[]): { risks: number[]; outcomes: number[] } => {
    const all = cells.flatMap((cell) => Array.from({ length: cell.stays }, (_, i) => [riskIn(cell), i < cell.events ? 1 : 0] as const));
    return { risks: all.map(([risk]) => risk), outcomes: all.map(([, outcome]) => outcome) };
  };
  const [before, after] = [spread(past), spread(later)];
  const known = (found: ReturnType<typeof cStatistic>): Discrimination | null =>
    found === null ? null : { c: found.c, low: found.low, high: found.high };
  const fit = after.risks.length === 0 ? null : hosmerLemeshow(after.risks, after.outcomes, 10, false);
  return {
    terms: model.names.map((title, n) => {
      const [log, error] = [model.coefficients[n + 1]!, model.standardErrors[n + 1]!];
      return { title, oddsRatio: Math.exp(log), low: Math.exp(log - 1.96 * error), high: Math.exp(log + 1.96 * error) };
    }),
    ridge: model.ridge,
    notes: model.notes,
    c: { past: known(cStatistic(before.risks, before.outcomes)), later: known(cStatistic(after.risks, after.outcomes)) },
    calibration: (fit?.groups ?? []).map(({ patients, observed, expected }) => ({
      risk: expected / patients,
      stays: patients,
      observed,
      expected,
    })),
    calibrationP: fit?.p ?? null,
  };
}

/** Its limit lets a false alarm come once in as many stays as three years have, at the pace of the past. */
function cusumOf(later: readonly Cell[], past: readonly Cell[], riskIn: (cell: Cell) => number, oddsRatio: number): CusumOf[] {
  const days = past.at(-1)!.day - past[0]!.day + 1;
  const runLength = Math.max(200, (sumOf(past, 'stays') / days) * 3 * 365);
  const limit = limitFor(binned(past, riskIn), oddsRatio, runLength);
  if (limit === undefined || later.length === 0) return [];
  const patients: (Patient & { day: number })[] = later.flatMap((cell) =>
    Array.from({ length: cell.stays }, (_, i) => ({
      outcome: i < cell.events ? (1 as const) : (0 as const),
      risk: riskIn(cell),
      day: cell.day,
    })),
  );
  const found = riskAdjustedCusum(patients, { oddsRatio, limit });
  if (!found.ok) return [];
  const ends = new Map(patients.map(({ day }, n) => [day, found.value.sums[n]!]));
  return [
    {
      oddsRatio,
      limit,
      days: [...ends].map(([day, sum]) => ({ day, sum })),
      signals: [...new Set(found.value.signals.map((n) => patients[n]!.day))],
    },
  ];
}

/** Risks of the past in twenty steps of their logarithm: what a run length depends on. */
function binned(cells: readonly Cell[], riskIn: (cell: Cell) => number): { risk: number; weight: number }[] {
  const bins = new Map<number, { risk: number; weight: number }>();
  for (const cell of cells) {
    const risk = riskIn(cell);
    const step = Math.round(2 * Math.log(risk));
    const own = bins.get(step) ?? { risk: 0, weight: 0 };
    bins.set(step, { risk: (own.risk * own.weight + risk * cell.stays) / (own.weight + cell.stays), weight: own.weight + cell.stays });
  }
  return [...bins.values()];
}
