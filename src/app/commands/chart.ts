// lamplight chart: a control chart or a funnel plot of a CSV file, with the rules that points break. Needs no server.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { ChartOptions, ControlChart, PhaseStart } from '../../methods/control-charts/contract.ts';
import { type ChartKindName, chartKinds, controlChart, isChartKind } from '../../methods/control-charts/control-chart.ts';
import { controlChartDrawing, funnelDrawing, ruleWords } from '../../methods/control-charts/drawing.ts';
import { momentOf, monthStandsFirst } from '../../methods/forecast/calendar.ts';
import { numberOf } from '../../methods/forecast/regular-series.ts';
import { type Funnel, funnel, type Overdispersion } from '../../methods/risk-adjustment/funnel.ts';
import { printData, printHint, printMisuse, printProblem, printTable } from '../print.ts';
import { columnIn, fileText, type Table, tableOf } from './csv-table.ts';

export interface ChartCommandOptions {
  kind: string;
  column?: string;
  denominator?: string;
  date?: string;
  unit?: string;
  baseline?: string;
  phase?: string[];
  run: string;
  overdispersion: string;
  format: string;
}

const formats = ['table', 'json', 'csv', 'svg'];
const overdispersions: readonly Overdispersion[] = ['none', 'multiplicative', 'additive'];
/** Kinds that the file can tell: groups of measurements have no columns of their own. */
export const kinds = [...Object.keys(chartKinds).filter((kind) => kind !== 'xbar' && kind !== 's'), 'funnel'];

const isDate = (text: string): boolean => !Number.isNaN(momentOf(text, false)) || !Number.isNaN(momentOf(text, true));
const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(numberOf(text));
const rounded = (value: number | null): string => (value === null || !Number.isFinite(value) ? '-' : String(Number(value.toPrecision(4))));
/** A cell of CSV: quoted where it would be taken apart. */
const cell = (text: string | number): string => (/[",\n\r]/.test(String(text)) ? `"${String(text).replaceAll('"', '""')}"` : String(text));

interface Columns {
  labels: string[];
  values: number[];
  denominators?: number[];
  /** Moments, where there is a column of dates: rows are in their order. */
  moments?: number[];
  name: string;
  notes: string[];
}

function columnsOf(table: Table, options: ChartCommandOptions): Result<Columns> {
  const notes: string[] = [];
  const dates = columnIn(table, options.date, (texts) => texts.length > 0 && texts.every(isDate), 'dates', '--date');
  if (!dates.ok && options.date !== undefined) return dates;
  const at = dates.ok ? dates.value : -1;
  const taken = [options.date, options.denominator, options.unit, at >= 0 ? table.names[at] : undefined];
  const free = (texts: string[], i: number): boolean => !taken.includes(table.names[i]) && texts.some(isNumber);
  const column = columnIn(table, options.column, free, 'numbers', '--column');
  if (!column.ok) return column;
  const of =
    options.denominator === undefined ? undefined : columnIn(table, options.denominator, () => false, 'a denominator', '--denominator');
  if (of !== undefined && !of.ok) return of;
  const unit = options.unit === undefined ? undefined : columnIn(table, options.unit, () => false, 'names', '--unit');
  if (unit !== undefined && !unit.ok) return unit;
  const labelAt = unit?.ok === true ? unit.value : at;
  const monthFirst = at < 0 ? false : monthStandsFirst(table.rows.map(({ cells }) => cells[at] ?? ''));
  const rows = table.rows.map(({ cells, line }, i) => ({
    line,
    cells,
    label: labelAt >= 0 ? (cells[labelAt] ?? '').trim() : String(i + 1),
    moment: at < 0 ? i : momentOf(cells[at] ?? '', monthFirst),
  }));
  const undated = rows.filter(({ moment }) => Number.isNaN(moment));
  if (undated.length > 0) return fail('invalid', `line ${undated[0]!.line} has no date that is understood; write dates as 2026-11-22`);
  const ordered = rows.toSorted((a, b) => a.moment - b.moment);
  if (ordered.some((row, i) => row !== rows[i])) notes.push('the lines were not in the order of time and were sorted');
  const numbers = (index: number, what: string): number[] => {
    const wrong = ordered.filter(({ cells }) => (cells[index] ?? '').trim() !== '' && !isNumber(cells[index] ?? ''));
    if (wrong.length > 0) notes.push(`${wrong.length} ${what} are no numbers and count as missing (line ${wrong[0]!.line})`);
    return ordered.map(({ cells }) => numberOf(cells[index] ?? ''));
  };
  return ok({
    labels: ordered.map(({ label }) => label),
    values: numbers(column.value, 'values'),
    ...(of === undefined ? {} : { denominators: numbers(of.value, 'denominators') }),
    ...(at < 0 ? {} : { moments: ordered.map(({ moment }) => moment) }),
    name: table.names[column.value] ?? '',
    notes,
  });
}

/** `2026-03-01=new rota`, or the number of a point for the date. */
function phasesOf(asked: readonly string[], { moments, values }: Columns): Result<PhaseStart[]> {
  const starts: PhaseStart[] = [];
  for (const each of asked) {
    const [when = '', ...words] = each.split('=');
    const moment = /^\d{1,6}$/.test(when) ? Number.NaN : momentOf(when, false);
    const from = /^\d{1,6}$/.test(when) ? Number(when) - 1 : (moments ?? []).findIndex((one) => one >= moment);
    if (from <= 0 || from >= values.length)
      return fail(
        'invalid',
        `--phase ${each} is at no point after the first; give a date as 2026-03-01, or the number of a point, then = and why`,
      );
    starts.push({ from, why: words.join('=') || `from ${when}` });
  }
  return ok(starts);
}

export async function chartCommand(file: string, options: ChartCommandOptions): Promise<number> {
  const { kind, format } = options;
  if (!kinds.includes(kind)) return printMisuse(`--kind ${kind} is not known`, `choose one of ${kinds.join(', ')}`);
  if (!formats.includes(format)) return printMisuse(`--format ${format} is not known`, `choose one of ${formats.join(', ')}`);
  const overdispersion = overdispersions.find((each) => each === options.overdispersion);
  if (overdispersion === undefined)
    return printMisuse(`--overdispersion ${options.overdispersion} is not known`, `choose one of ${overdispersions.join(', ')}`);
  const run = Number(options.run);
  if (run !== 7 && run !== 8) return printMisuse('--run is 7 or 8 points on one side');
  const baseline = options.baseline === undefined ? undefined : Number(options.baseline);
  if (baseline !== undefined && !(Number.isInteger(baseline) && baseline > 0))
    return printMisuse('--baseline takes a whole number of points', 'for example --baseline 24');
  const needsDenominator = kind === 'funnel' || (isChartKind(kind) && chartKinds[kind].needs === 'denominators');
  if (needsDenominator && options.denominator === undefined)
    return printMisuse(`--kind ${kind} needs the column of denominators`, 'name it with --denominator');
  const text = await fileText(file);
  if (!text.ok) return printProblem(text.problem);
  const read = columnsOf(tableOf(text.value), options);
  if (!read.ok) return printProblem(read.problem);
  const columns = read.value;
  for (const note of columns.notes) printHint(note);
  if (!isChartKind(kind)) return await printFunnel(columns, overdispersion, format);
  const phases = phasesOf(options.phase ?? [], columns);
  if (!phases.ok) return printProblem(phases.problem);
  const own: ChartOptions = { run, phases: phases.value, ...(baseline === undefined ? {} : { baseline }) };
  const { values, denominators } = columns;
  const made = controlChart(kind, { values, ...(denominators === undefined || !needsDenominator ? {} : { denominators }) }, own);
  if (!made.ok) return printProblem(made.problem);
  await printChart(kind, made.value, columns, format);
  return 0;
}

async function printRows(heads: string[], rows: (string | number)[][], format: string): Promise<void> {
  if (format === 'csv') for (const each of [heads, ...rows]) await printData(each.map(cell).join(','));
  else
    printTable(
      heads,
      rows.map((row) => row.map((each) => (typeof each === 'number' ? rounded(each) : each))),
    );
}

async function printChart(kind: ChartKindName, chart: ControlChart, { labels, name }: Columns, format: string): Promise<void> {
  const found = chart.signals.map(
    ({ rule, direction, points }) =>
      `${ruleWords[rule]} (${direction}): ${labels[points[0]!]}${points.length > 1 ? ` to ${labels[points.at(-1)!]}` : ''}`,
  );
  const says = found.length === 0 ? 'no rule is broken: what is seen is chance' : found.join('; ');
  if (format === 'svg') {
    await printData(controlChartDrawing(chart, labels, { title: `${name}: ${chartKinds[kind].title}`, says: says.slice(0, 160) }));
  } else if (format === 'json') {
    await printData(
      JSON.stringify({ column: name, ...chart, points: chart.points.map((point) => ({ label: labels[point.index], ...point })) }),
    );
  } else {
    const rows = chart.points.map(({ index, value, limits, broken, excluded }) => [
      labels[index] ?? '',
      value ?? '',
      ...(limits === null ? ['', '', ''] : [limits.centre, limits.lower, limits.upper]),
      excluded ?? broken.join(' '),
    ]);
    await printRows(['point', 'value', 'centre', 'lower', 'upper', 'rules'], rows, format);
  }
  for (const note of chart.notes) printHint(note);
  if (format !== 'svg') printHint(says);
}

async function printFunnel(
  { labels, values, denominators = [], name, notes }: Columns,
  overdispersion: Overdispersion,
  format: string,
): Promise<number> {
  const known = values.flatMap((observed, i) => {
    const denominator = denominators[i]!;
    return Number.isFinite(observed + denominator) && denominator > 0 ? [{ name: labels[i]!, observed, denominator }] : [];
  });
  if (known.length < values.length) printHint(`${values.length - known.length} units without cases or denominator are left out`);
  // More cases than the denominator cannot be a share: then it is an exposure.
  const kind = known.every(({ observed, denominator }) => Number.isInteger(denominator) && observed <= denominator) ? 'proportion' : 'rate';
  const made: Result<Funnel> = funnel(kind, known, { overdispersion });
  if (!made.ok) return printProblem(made.problem);
  const { units, target, phi, tauSquared, overdispersion: used } = made.value;
  const levels = units[0]?.limits.map(({ level }) => level) ?? [];
  if (format === 'svg') await printData(funnelDrawing(made.value, { title: `${name} by unit (${kind})` }));
  else if (format === 'json')
    await printData(
      JSON.stringify({ column: name, kind, target, phi, tauSquared, overdispersion: used, notes: [...notes, ...made.value.notes], units }),
    );
  else
    await printRows(
      ['unit', 'value', 'denominator', ...levels.flatMap((level) => [`lower ${level}`, `upper ${level}`]), 'beyond'],
      units.map((unit) => [
        unit.name,
        unit.value,
        unit.denominator,
        ...unit.limits.flatMap(({ lower, upper }) => [lower, upper]),
        unit.beyond === null ? '' : `${unit.beyond.direction} ${unit.beyond.level} %`,
      ]),
      format,
    );
  for (const note of made.value.notes) printHint(note);
  return 0;
}
