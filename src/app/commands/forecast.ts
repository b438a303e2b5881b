// lamplight forecast: a series in a CSV file, and what methods say of the steps ahead, with how they would have done in the past. Needs no server.
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { Accuracy } from '../../methods/forecast/accuracy.ts';
import { momentOf, monthStandsFirst } from '../../methods/forecast/calendar.ts';
import { forecastChart } from '../../methods/forecast/chart.ts';
import type { Forecast } from '../../methods/forecast/contract.ts';
import { toEnd } from '../../methods/forecast/ets.ts';
import { forecastMethods, isMethodName } from '../../methods/forecast/methods.ts';
import { type RegularSeries, regularSeries } from '../../methods/forecast/regular-series.ts';
import { type Evaluation, evaluate } from '../../methods/forecast/rolling-origin.ts';
import type { Regressor } from '../../methods/forecast/waves.ts';
import { printData, printHint, printMisuse, printProblem, printTable } from '../print.ts';
import { fileText, tableOf } from './csv-table.ts';
import { entriesOf, isDate } from './series-file.ts';

export interface ForecastCommandOptions {
  column?: string;
  date?: string;
  horizon?: string;
  season?: string;
  /** Absent: the combination, or the seasonal naive where that did better. */
  method?: string;
  level: string;
  holidays?: string;
  format: string;
  evaluate?: boolean;
}

const horizonMax = 10_000;
/** Moments in the past that each forecast is tried from: a few beside a forecast, more where the error is what is asked for. */
const originsBeside = 4;
const originsAsked = 10;

const formats = ['table', 'json', 'csv', 'svg'];

/** A column of 1 where a holiday of that name falls in the step. One date a line, a name behind it if there is one. */
function holidaysOf(text: string, series: RegularSeries, horizon: number): Result<Regressor[]> {
  const { names, rows } = tableOf(text);
  const lines = [names, ...rows.map((row) => row.cells)].filter((cells) => isDate(cells[0] ?? ''));
  if (lines.length === 0) return fail('invalid', 'the file of holidays has no dates; write one a line as 2026-12-25,Christmas Day');
  const monthFirst = monthStandsFirst(lines.map((cells) => cells[0] ?? ''));
  const places = new Map<string, string[][]>();
  for (const cells of lines) {
    const name = (cells[1] ?? '').trim() || 'holiday';
    places.set(name, [...(places.get(name) ?? []), cells]);
  }
  const n = series.values.length;
  return ok(
    [...places].slice(0, 40).map(([name, own]) => {
      const steps = new Set(own.map((cells) => series.step.index(momentOf(cells[0] ?? '', monthFirst)) - series.first));
      const at = (from: number, length: number): number[] => Array.from({ length }, (_, i) => Number(steps.has(from + i)));
      return { name, past: at(0, n), future: at(n, horizon) };
    }),
  );
}

const wholeOf = (text: string | undefined, most: number): number | undefined => {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= most ? value : undefined;
};

/** What of the regressors the past knew at an origin. */
const until = (regressors: readonly Regressor[], origin: number, horizon: number): Regressor[] =>
  regressors.map(({ name, past, future }) => ({
    name,
    past: past.slice(0, origin),
    future: [...past, ...future].slice(origin, origin + horizon),
  }));

export async function forecastCommand(file: string, options: ForecastCommandOptions): Promise<number> {
  const { method = 'combination' } = options;
  if (!isMethodName(method))
    return printMisuse(`--method ${method} is not known`, `choose one of ${Object.keys(forecastMethods).join(', ')}`);
  if (!formats.includes(options.format))
    return printMisuse(`--format ${options.format} is not known`, `choose one of ${formats.join(', ')}`);
  const levels = options.level.split(',').map(Number);
  if (!levels.every((level) => level > 0 && level < 100))
    return printMisuse('--level takes per cents between 0 and 100', 'for example --level 80,95');
  const season = options.season === undefined ? undefined : wholeOf(options.season, 10_000);
  if (options.season !== undefined && season === undefined)
    return printMisuse('--season takes a whole number of steps', 'for example --season 7 for days');
  const horizonAsked = wholeOf(options.horizon, horizonMax);
  if (options.horizon !== undefined && horizonAsked === undefined)
    return printMisuse(`--horizon takes a whole number of steps up to ${horizonMax}`);
  const text = await fileText(file);
  if (!text.ok) return printProblem(text.problem);
  const entries = entriesOf(tableOf(text.value), options);
  if (!entries.ok) return printProblem(entries.problem);
  const read = regularSeries(entries.value.entries, season);
  if (!read.ok) return printProblem(read.problem);
  const series = read.value;
  for (const note of series.notes) printHint(note);
  const horizon = horizonAsked ?? Math.max(1, Math.min(2 * series.season, 28));
  let regressors: Regressor[] = [];
  if (options.holidays !== undefined) {
    const holidays = await fileText(options.holidays);
    const known = holidays.ok ? holidaysOf(holidays.value, series, horizon) : holidays;
    if (!known.ok) return printProblem(known.problem);
    regressors = known.value;
  }

  const run = forecastMethods[method];
  const own = { alsoSeasons: series.alsoSeasons, levels };
  const judged = toEnd(
    evaluate(
      series,
      (past, { horizon: ahead }) => run(past, { ...own, horizon: ahead, regressors: until(regressors, past.values.length, ahead) }),
      {
        horizon,
        levels,
        origins: options.evaluate === true ? originsAsked : originsBeside,
        step: Math.max(1, Math.floor(horizon / 4)),
      },
    ),
  );
  if (options.evaluate === true) return printEvaluation(judged, options.format);
  // Where the same as a season ago came nearer in the past, it is what one gets, unless a method was named.
  const naiveBetter = options.method === undefined && judged !== null && worseThanNaive(judged);
  if (naiveBetter)
    printHint('the same as a season ago came nearer in the past and is preferred; --method combination takes the other all the same');
  const found = toEnd((naiveBetter ? forecastMethods['seasonal-naive'] : run)(series, { ...own, horizon, regressors }));
  if (found === null) return printProblem(tooShort(series, method));
  await printForecast({ found, series, judged, name: entries.value.name }, options.format);
  return 0;
}

function worseThanNaive({ method, seasonalNaive }: Evaluation): boolean {
  return method.mase !== null && seasonalNaive.mase !== null && method.mase >= seasonalNaive.mase;
}

const tooShort = (series: RegularSeries, method: string): Problem => ({
  kind: 'invalid',
  message: `${series.values.length} values are too few for ${method}; give more of the past, or --method seasonal-naive`,
});

interface Shown {
  found: Forecast;
  series: RegularSeries;
  judged: Evaluation | null;
  name: string;
}

const rounded = (value: number | null): string => (value === null ? '-' : String(Number(value.toPrecision(4))));
const hourly = (series: RegularSeries): boolean => series.step.season >= 24 && series.step.name !== 'week';

/** In one sentence: the error on the past, beside the seasonal naive's, and the coverage. */
function onThePast(judged: Evaluation | null): string {
  if (judged === null) return 'the past is too short to say how such forecasts would have done';
  const { method, seasonalNaive: naive, origins } = judged;
  const cover = method.intervals.map(({ level, coverage }) => `the ${level} % interval held ${Math.round(coverage * 100)} %`);
  const from = `from ${origins.length} ${origins.length === 1 ? 'moment' : 'moments'} of the past`;
  return `${from}: MASE ${rounded(method.mase)} (seasonal naive ${rounded(naive.mase)}), MAPE ${rounded(method.mapePercent)} % (${rounded(naive.mapePercent)} %); ${cover.join(', ')}`;
}

async function printForecast({ found, series, judged, name }: Shown, format: string): Promise<void> {
  const n = series.values.length;
  const dateOf = (i: number): string => new Date(series.step.start(series.first + i)).toISOString().slice(0, hourly(series) ? 16 : 10);
  const rows = found.mean.map((mean, h) => ({
    date: dateOf(n + h),
    mean,
    intervals: found.intervals.map(({ level, lower, upper }) => ({ level, lower: lower[h]!, upper: upper[h]! })),
  }));
  if (format === 'json') {
    await printData(
      JSON.stringify({
        column: name,
        step: series.step.name,
        values: n,
        method: found.method,
        notes: series.notes,
        past: judged,
        forecast: rows,
      }),
    );
    return;
  }
  if (format === 'svg') {
    const shown = Math.min(n, Math.max(4 * found.mean.length, 60));
    const dates = { from: dateOf(n - shown), now: dateOf(n - 1), to: dateOf(n + found.mean.length - 1) };
    await printData(
      forecastChart(series.values.slice(-shown), found, { title: `${name} by ${series.step.name}`, says: onThePast(judged), dates }),
    );
    return;
  }
  const heads = ['date', 'mean', ...found.intervals.flatMap(({ level }) => [`lower ${level}`, `upper ${level}`])];
  const cells = rows.map((row) => [row.date, row.mean, ...row.intervals.flatMap(({ lower, upper }) => [lower, upper])]);
  if (format === 'csv') {
    await printData(heads.map((head) => head.replace(' ', '_')).join(','));
    for (const row of cells) await printData(row.join(','));
  } else {
    printTable(
      heads,
      cells.map((row) => row.map((cell) => (typeof cell === 'number' ? rounded(cell) : cell))),
    );
    printHint(found.method);
  }
  printHint(onThePast(judged));
}

async function printEvaluation(judged: Evaluation | null, format: string): Promise<number> {
  if (judged === null)
    return printProblem({ kind: 'invalid', message: 'the past is too short to forecast from; give more of it, or a shorter --horizon' });
  if (format === 'json') {
    await printData(JSON.stringify(judged));
    return 0;
  }
  const row = (name: string, of: Accuracy): string[] => [
    name,
    ...[of.mase, of.rmsse, of.mapePercent, of.bias].map(rounded),
    ...of.intervals.flatMap(({ coverage, score }) => [rounded(coverage), rounded(score)]),
  ];
  const heads = [
    'method',
    'MASE',
    'RMSSE',
    'MAPE %',
    'bias',
    ...judged.method.intervals.flatMap(({ level }) => [`${level} % holds`, `${level} % score`]),
  ];
  const rows = [row('forecast', judged.method), row('seasonal naive', judged.seasonalNaive)];
  if (format === 'csv') for (const each of [heads, ...rows]) await printData(each.join(','));
  else printTable(heads, rows);
  printHint(`forecasts from ${judged.origins.length} moments, the first of which knew ${judged.origins[0]} values`);
  return 0;
}
