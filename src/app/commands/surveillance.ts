// lamplight surveillance: counts of cases in a CSV file, and which weeks hold more than chance explains. Needs no server.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { outbreakChart } from '../../methods/outbreak/chart.ts';
import type { Judged } from '../../methods/outbreak/contract.ts';
import { countSeries, type DatedCounts } from '../../methods/outbreak/count-series.ts';
import { detectorOf, detectors, isDetectorName } from '../../methods/outbreak/methods.ts';
import { printData, printHint, printMisuse, printProblem, printTable } from '../print.ts';
import { fileText, type Table, tableOf } from './csv-table.ts';
import { entriesOf } from './series-file.ts';

export interface SurveillanceCommandOptions {
  column?: string;
  date?: string;
  total?: string;
  method: string;
  baselineYears?: string;
  alpha?: string;
  format: string;
}

const formats = ['table', 'json', 'csv', 'svg'];
const yearsMax = 20;
/** The last steps that a drawing shows. */
const stepsShown = 156;

/** The settings, or what is wrong with them. */
function settingsOf(options: SurveillanceCommandOptions): { years?: number; alpha?: number } | string {
  const { method } = options;
  if (!isDetectorName(method)) return `--method ${method} is not known; choose one of ${Object.keys(detectors).join(', ')}`;
  if (!formats.includes(options.format)) return `--format ${options.format} is not known; choose one of ${formats.join(', ')}`;
  const detector = detectorOf(method);
  const years = options.baselineYears === undefined ? undefined : Number(options.baselineYears);
  if (years !== undefined && detector.years === undefined)
    return `--baseline-years says nothing to ${method}: it looks at the last steps only`;
  if (years !== undefined && !(Number.isInteger(years) && years >= 1 && years <= yearsMax))
    return `--baseline-years takes a whole number from 1 to ${yearsMax}`;
  const alpha = options.alpha === undefined ? undefined : Number(options.alpha);
  if (alpha !== undefined && !detector.takesAlpha) return `--alpha says nothing to ${method}`;
  if (alpha !== undefined && !(alpha > 0 && alpha < 0.5)) return '--alpha takes a share above 0 and below 0.5, for example 0.01';
  if (options.total !== undefined && detector.takesTotals !== true)
    return `--total says nothing to ${method}: choose combined or farrington-flexible`;
  return { years, alpha };
}

/** What each count is a part of, in the steps of the series; a step without a total is not known. */
function totalsOf(table: Table, series: DatedCounts, counts: string, { total, date }: SurveillanceCommandOptions): Result<number[]> {
  if (total === counts) return fail('invalid', `--total and --column both name ${counts}: counts that are all of the total say nothing`);
  const entries = entriesOf(table, { ...(total === undefined ? {} : { column: total }), ...(date === undefined ? {} : { date }) });
  const read = entries.ok ? countSeries(entries.value.entries) : entries;
  if (!read.ok) return read;
  const { observed, first, step } = read.value;
  const totals = series.observed.map((_, i) => observed[series.first + i - first] ?? Number.NaN);
  const low = series.observed.findIndex((count, i) => count > totals[i]!);
  return low < 0
    ? ok(totals)
    : fail(
        'invalid',
        `the total of ${new Date(step.start(series.first + low)).toISOString().slice(0, 10)} is less than its count: --total names what counts are a part of`,
      );
}

export async function surveillanceCommand(file: string, options: SurveillanceCommandOptions): Promise<number> {
  const { method } = options;
  const settings = settingsOf(options);
  if (typeof settings === 'string' || !isDetectorName(method)) return printMisuse(String(settings));
  const text = await fileText(file);
  if (!text.ok) return printProblem(text.problem);
  const table = tableOf(text.value);
  const entries = entriesOf(table, options);
  if (!entries.ok) return printProblem(entries.problem);
  const read = countSeries(entries.value.entries);
  if (!read.ok) return printProblem(read.problem);
  const totals = options.total === undefined ? undefined : totalsOf(table, read.value, entries.value.name, options);
  if (totals?.ok === false) return printProblem(totals.problem);
  const series = { ...read.value, ...(totals === undefined ? {} : { totals: totals.value }) };
  for (const note of series.notes) printHint(note);
  const detector = detectorOf(method);
  const judged = detector.judge(series, settings);
  if (judged.length === 0) {
    const years = settings.years ?? detector.years ?? 1;
    return printProblem({
      kind: 'invalid',
      message: `${series.observed.length} steps of a ${series.step.name} are too few: ${method} stands on ${detector.years === undefined ? 'at least 11 steps' : `${years} years`} of the past; give more of it, fewer --baseline-years, or --method ears-c2`,
    });
  }
  await print(
    judged,
    series,
    `${entries.value.name}${options.total === undefined ? '' : ` of ${options.total}`} by ${series.step.name}, ${method}`,
    options,
  );
  const alarms = judged.filter((week) => week.alarm).length;
  const unknown = judged.filter((week) => week.upperbound === null).length;
  printHint(
    `${alarms} ${alarms === 1 ? 'alarm' : 'alarms'} in ${judged.length} steps of a ${series.step.name}${unknown > 0 ? `; ${unknown} could not be judged` : ''}`,
  );
  return 0;
}

const rounded = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '-' : String(Number(value.toPrecision(4)));

async function print(judged: Judged[], series: DatedCounts, title: string, { format, method }: SurveillanceCommandOptions): Promise<void> {
  const dateOf = (index: number): string => new Date(series.step.start(series.first + index)).toISOString().slice(0, 10);
  const rows = judged.map(({ index, observed, expected, upperbound, alarm, recurrenceInterval }) => ({
    date: dateOf(index),
    observed: Number.isFinite(observed) ? observed : null,
    expected: expected !== undefined && Number.isFinite(expected) ? expected : null,
    upperbound,
    alarm,
    recurrenceInterval: recurrenceInterval ?? null,
  }));
  if (format === 'json') {
    await printData(JSON.stringify({ method, step: series.step.name, frequency: series.frequency, notes: series.notes, judged: rows }));
    return;
  }
  if (format === 'svg') {
    const shown = judged.slice(-stepsShown);
    const span = { from: dateOf(shown[0]!.index), to: dateOf(shown.at(-1)!.index) };
    await printData(outbreakChart(shown, { title, says: 'bars: counts; dashed: the upper bound; triangles: alarms', ...span }));
    return;
  }
  if (format === 'csv') {
    await printData('date,observed,expected,upperbound,alarm,recurrence_interval');
    for (const row of rows)
      await printData(
        Object.values(row)
          .map((value) => value ?? '')
          .join(','),
      );
    return;
  }
  const alarms = rows.filter((row) => row.alarm).toSorted((a, b) => (b.recurrenceInterval ?? 0) - (a.recurrenceInterval ?? 0));
  printTable(
    ['alarm', 'observed', 'expected', 'upper bound', `once in (${series.step.name}s)`],
    alarms.map((row) => [row.date, ...[row.observed, row.expected, row.upperbound, row.recurrenceInterval].map(rounded)]),
  );
}
