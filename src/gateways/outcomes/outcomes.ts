// Outcomes as they are asked: an indicator's series with its chart, wards in a funnel, what was to be expected, signals of drugs and devices, data quality,
// and the rows behind any of it. Summaries may be asked by whoever may search; rows of persons by whoever may export (the tables decide both).
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Indicator, IndicatorValue } from '../../methods/indicators/contract.ts';
import { everywhere, needsOf } from '../../methods/indicators/evaluate.ts';
import { type NamedPeriod, periodsUntil, type Step } from '../../methods/indicators/periods.ts';
import { funnel, type Overdispersion } from '../../methods/risk-adjustment/funnel.ts';
import type { Caller } from '../../record/contract.ts';
import type { Answer, Tables } from '../../warehouse/contract.ts';
import type { FunnelOf, QualityFound, QualityRows, RowBehind, RowsBehind, Signals } from './answers.ts';
import { calculateExpected, calculateSignals } from './calculating.ts';
import type { Question, RowTables } from './contract.ts';
import type { Expected } from './expected.ts';
import { cellsOf, expectedQuestion, type OutcomeName } from './expected-sql.ts';
import { type Annotation, type DrawnChart, followUpHours, indicatorChart } from './indicator-chart.ts';
import { rowsQuestion, seriesOf, seriesQuestion } from './indicator-sql.ts';
import type { OutcomeKnowledge } from './knowledge.ts';
import { qualityQuestion, qualityRowsQuestion, tablesOfCheck } from './quality-sql.ts';
import { drugsParameter, rowTables } from './row-tables.ts';
import { eventWordsQuestion, reportsOf, type SignalKind, signalsQuestion } from './signals-sql.ts';

export interface OutcomeParts {
  tables: Pick<Tables, 'ask'>;
  knowledge: OutcomeKnowledge;
  timeZone: string;
  now(): Date;
}

/** Periods up to a day, that day included. */
export interface Window {
  step: Step;
  count: number;
  /** Up to when the record tells. */
  untilMs: number;
}

export interface Series {
  indicator: Indicator;
  values: IndicatorValue[];
  wards: string[];
  periods: NamedPeriod[];
}

export type Outcomes = ReturnType<typeof openOutcomes>;
export const rowsMost = 500;
const dayMs = 86_400_000;

/** Types of resources that rows are of: what they open in a chart. */
const typeOf: Readonly<Record<string, string>> = {
  encounters: 'Encounter',
  patients: 'Patient',
  conditions: 'Condition',
  observations: 'Observation',
  administrations: 'MedicationAdministration',
  procedures: 'Procedure',
  safety_events: 'AdverseEvent',
  device_uses: 'DeviceUseStatement',
};

export function openOutcomes({ tables, knowledge, timeZone, now }: OutcomeParts) {
  const rows: RowTables = rowTables;

  async function ask(
    caller: Caller,
    { sql, parameters }: Question,
    summary: string | undefined,
    rowsAtMost = 200_000,
  ): Promise<Result<Answer>> {
    const needsDrugs = sql.includes('$drugs');
    const answer = await tables.ask(caller, sql, {
      // Days and keys are joined on inside; nothing of them is in the answer of a summary.
      detail: 'identified',
      parameters: { ...parameters, ...(needsDrugs ? drugsParameter(knowledge.drugs) : {}) },
      limits: { rows: rowsAtMost },
      ...(summary === undefined ? {} : { summary }),
    });
    if (!answer.ok && /There is no table/.test(answer.problem.message))
      return fail('forbidden', 'It rests on parts of the record that this account may not ask');
    return answer.ok && answer.value.cut && summary !== undefined
      ? fail('too-costly', 'There is too much for one answer: ask for a shorter time')
      : answer;
  }

  const indicatorOf = (name: string): Result<Indicator> => {
    const found = knowledge.indicators.get(name);
    return found === undefined ? fail('not-found', `There is no indicator ${JSON.stringify(name.slice(0, 60))}`) : ok(found);
  };

  async function series(caller: Caller, name: string, { step, count, untilMs }: Window): Promise<Result<Series>> {
    const indicator = indicatorOf(name);
    if (!indicator.ok) return indicator;
    const periods = periodsUntil(timeZone, step, untilMs, count);
    const question = seriesQuestion(indicator.value, rows, periods);
    if (!question.ok) return question;
    const answer = await ask(caller, question.value, `outcomes-indicator ${name}`);
    if (!answer.ok) return answer;
    const values = seriesOf(indicator.value, periods, answer.value);
    const wards = [...new Set(values.map(({ ward }) => ward))].filter((ward) => ward !== everywhere).sort();
    return ok({ indicator: indicator.value, values, wards, periods });
  }

  function chart(
    { indicator, values, periods }: Series,
    { ward, window, annotations, baseline }: { ward: string; window: Window; annotations: readonly Annotation[]; baseline?: number },
  ): Result<DrawnChart> {
    return indicatorChart(indicator, values, {
      ward,
      periods,
      step: window.step,
      nowMs: Math.min(window.untilMs + 1, now().getTime()),
      annotations,
      ...(baseline === undefined ? {} : { baseline }),
    });
  }

  /** Wards over the periods that are complete. */
  function wardsFunnel({ indicator, values, periods }: Series, window: Window, overdispersion: Overdispersion): Result<FunnelOf> {
    const { measure, per = 1 } = indicator;
    if (measure === 'time') return fail('unsupported', 'A funnel is for shares and rates; of times, look at the wards one by one');
    const complete = periods.filter(
      ({ untilMs }) => untilMs + followUpHours(indicator) * 3_600_000 <= Math.min(window.untilMs + 1, now().getTime()),
    );
    const names = new Set(complete.map(({ name }) => name));
    const wards = new Map<string, { observed: number; denominator: number }>();
    for (const { month, ward, numerator, denominator } of values) {
      if (ward === everywhere || !names.has(month)) continue;
      const own = wards.get(ward) ?? { observed: 0, denominator: 0 };
      wards.set(ward, { observed: own.observed + numerator, denominator: own.denominator + denominator });
    }
    const kind = measure === 'share' ? 'proportion' : 'rate';
    const small = [...wards]
      .filter(([, { denominator }]) => denominator < Math.max(indicator.denominatorLeast, Number.MIN_VALUE))
      .map(([name]) => name);
    const units = [...wards].filter(([name]) => !small.includes(name)).map(([name, of]) => ({ name, ...of }));
    if (units.length === 0) return fail('not-found', 'No ward has enough in this time to be compared');
    const made = funnel(kind, units, { overdispersion });
    if (!made.ok) return made;
    const most = Math.max(...units.map(({ denominator }) => denominator));
    const scaled = (limits: readonly { level: number; lower: number; upper: number }[]) =>
      limits.map(({ level, lower, upper }) => ({ level, lower: lower * per, upper: upper * per }));
    return ok({
      kind,
      target: made.value.target * per,
      unit: indicator.unit,
      from: complete[0]?.name ?? '',
      to: complete.at(-1)?.name ?? '',
      units: made.value.units.map(({ limits: _, ...unit }) => ({ ...unit, value: unit.value * per })),
      lines: Array.from({ length: 40 }, (_, n) => Math.max(1, (most * 1.08 * (n + 1)) / 40)).map((denominator) => ({
        denominator,
        limits: scaled(made.value.limitsAt(kind === 'proportion' ? Math.round(denominator) : denominator)),
      })),
      phi: made.value.phi,
      overdispersion: made.value.overdispersion,
      notes: [...made.value.notes, ...(small.length > 0 ? [`Too small to be shown: ${small.join(', ')}.`] : [])],
    });
  }

  async function behind(
    caller: Caller,
    name: string,
    { step, period, ward }: { step: Step; period: string; ward?: string },
  ): Promise<Result<RowsBehind>> {
    const indicator = indicatorOf(name);
    if (!indicator.ok) return indicator;
    const day = Date.parse(`${period.length === 7 ? `${period}-15` : period}T12:00:00Z`);
    const [own] = Number.isNaN(day) ? [] : periodsUntil(timeZone, step, day, 1);
    if (own?.name !== period) return fail('invalid', 'period is a month (2026-03) or the Monday of a week (2026-03-02)', 'period');
    const question = rowsQuestion(indicator.value, rows, { period: own, most: rowsMost + 1, ...(ward === undefined ? {} : { ward }) });
    if (!question.ok) return question;
    const answer = await ask(caller, question.value, undefined, rowsMost + 1);
    if (!answer.ok) return answer;
    const found = answer.value.rows.map(
      ([what, of, id, patient, at, where, hit, time]): RowBehind => ({
        what: what === 'event' ? 'event' : 'counted',
        type: typeOf[String(of)] ?? String(of),
        id: String(id),
        patient: patient === null ? null : String(patient),
        at: new Date(Number(at)).toISOString(),
        ward: where === null ? null : String(where),
        inNumerator: hit === true,
        minutes: time === null ? null : Number(time) / 60_000,
      }),
    );
    return ok({ rows: found.slice(0, rowsMost), cut: found.length > rowsMost });
  }

  /** `from`: judged from that day on; the time before it makes the model. */
  async function expected(
    caller: Caller,
    outcome: OutcomeName,
    { sinceMs, splitMs, untilMs }: { sinceMs: number; splitMs: number; untilMs: number },
  ): Promise<Result<Expected>> {
    const { factors } = knowledge;
    const answer = await ask(caller, expectedQuestion(outcome, factors, rows, { sinceMs, untilMs }), `outcomes-expected ${outcome}`);
    if (!answer.ok) return answer;
    return calculateExpected({
      cells: cellsOf(answer.value),
      factors: [...factors.groups, ...factors.admissions].map(({ name, title }) => ({ name, title })),
      splitDay: Math.floor(splitMs / dayMs),
    });
  }

  async function signals(caller: Caller, kind: SignalKind, range: { sinceMs: number; untilMs: number }): Promise<Result<Signals>> {
    const answer = await ask(caller, signalsQuestion(kind, rows, range), `outcomes-signals ${kind}`);
    if (!answer.ok) return answer;
    const words = await ask(caller, eventWordsQuestion(), 'outcomes-signals words');
    if (!words.ok) return words;
    const screened = await calculateSignals(reportsOf(answer.value));
    if (!screened.ok) return screened;
    const met = new Set(screened.value.pairs.map(({ event }) => event));
    return ok({
      ...screened.value,
      words: Object.fromEntries(
        words.value.rows.filter(([name]) => met.has(String(name))).map(([name, said]) => [String(name), String(said)]),
      ),
    });
  }

  /** Checks of one table are asked together; where somebody may not ask a table, its checks could not be checked. */
  async function quality(caller: Caller): Promise<QualityFound[]> {
    const groups = new Map<string, { check: OutcomeKnowledge['checks'][number]; at: number }[]>();
    for (const [at, check] of knowledge.checks.entries()) {
      const key = tablesOfCheck(check).sort().join(' ');
      groups.set(key, [...(groups.get(key) ?? []), { check, at }]);
    }
    const found: QualityFound[] = [];
    for (const [key, own] of groups) {
      const answer = await ask(caller, qualityQuestion(own.map(({ check }) => check)), `outcomes-quality ${key}`);
      for (const [n, { check, at }] of own.entries()) {
        const row = answer.ok ? answer.value.rows.find(([number]) => number === n) : undefined;
        const [of, failures] = [Number(row?.[1] ?? 0), Number(row?.[2] ?? 0)];
        const percent = of === 0 ? 0 : (100 * failures) / of;
        const { id, title, table, column, thresholdPercent = 0 } = check;
        const because = answer.ok ? (of === 0 ? 'there was no row to be checked' : undefined) : answer.problem.message;
        found[at] = {
          id,
          title,
          check: check.check,
          table,
          ...(column === undefined ? {} : { column }),
          thresholdPercent,
          outcome: because !== undefined ? 'could-not-check' : percent > thresholdPercent ? 'failed' : 'passed',
          ...(because === undefined ? {} : { because }),
          of,
          failures,
          percent,
        };
      }
    }
    return found;
  }

  async function qualityRows(caller: Caller, id: string): Promise<Result<QualityRows>> {
    const check = knowledge.checks.find((each) => each.id === id);
    if (check === undefined) return fail('not-found', `There is no check ${JSON.stringify(id.slice(0, 60))}`);
    const answer = await ask(caller, qualityRowsQuestion(check, rowsMost + 1), undefined, rowsMost + 1);
    if (!answer.ok) return answer;
    const all = answer.value.rows.map(([key, patient]) => ({ id: String(key), patient: patient === null ? null : String(patient) }));
    return ok({ rows: all.slice(0, rowsMost), cut: all.length > rowsMost, table: check.table });
  }

  return { indicators: knowledge.indicators, needs: needsOf, series, chart, wardsFunnel, behind, expected, signals, quality, qualityRows };
}
