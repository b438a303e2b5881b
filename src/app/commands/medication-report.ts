// lamplight medication report: the report of the bedside from the database of this installation, as the route gives it.
import { bedsideReport, csvOf, type Report, readReportWish, type Share } from '../../gateways/medication/bedside-report.ts';
import { printData, printMisuse, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

export interface ReportOptions {
  from: string;
  to: string;
  ward?: string;
  csv?: boolean;
  json?: boolean;
}

export async function reportCommand(settings: Settings, options: ReportOptions): Promise<number> {
  const query = new URLSearchParams({ from: options.from, to: options.to });
  if (options.ward !== undefined) query.set('ward', options.ward);
  const wish = readReportWish(`/?${query}`);
  if (!wish.ok) return printMisuse(wish.problem.message, 'for example --from 2026-11-01 --to 2026-12-01');
  const report = await withDatabase(settings, (database) => bedsideReport(database, wish.value), { make: false });
  if (!report.ok) return printProblem(report.problem);
  if (options.csv === true) await printData(csvOf(report.value).trimEnd());
  else if (options.json === true) await printData(JSON.stringify(report.value));
  else printReport(report.value);
  return 0;
}

const percent = (value: number | undefined): string => (value === undefined ? '' : `${(value * 100).toFixed(1)} %`);
const cells = (name: string, { count, of, share, low, high, judged, few }: Share): string[] => [
  name,
  `${count} of ${of}`,
  percent(share),
  share === undefined ? '' : `${percent(low)} to ${percent(high)}`,
  few ? 'too few to judge' : (judged ?? ''),
];

function printReport(report: Report): void {
  printTable(
    ['what', 'count', 'share', '95 % interval', 'target 95 %'],
    [
      cells('patients scanned', report.scanRate.patients),
      cells('drugs scanned', report.scanRate.drugs),
      cells('on time', report.onTime.all),
      ...report.nearMisses.map((each) => cells(`${each.code} (${each.severity}) heeded`, each.heeded)),
    ],
  );
  printTable(
    ['what', 'why', 'times'],
    [
      ...report.unscannable.map((each) => ['not scannable', `${each.product ?? 'no product number'}: ${each.why}`, String(each.times)]),
      ...report.notScanned.map((each) => ['not scanned', each.reason, String(each.times)]),
      ...report.overrides.map((each) => [`overridden: ${each.code}`, each.reason, String(each.times)]),
    ],
  );
}
