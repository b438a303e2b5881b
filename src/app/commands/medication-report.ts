// lamplight medication report: the report of the bedside from the database of this installation, as the route gives it.
import { bedsideReport, csvOf, type Report, readReportWish, type Share } from '../../gateways/medication/bedside-report.ts';
import { printData, printHint, printMisuse, printProblem, printTable } from '../print.ts';
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
  else await printReport(report.value);
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

const dayOf = (moment: string): string => moment.replace(/T00:00:00\.000Z$/, '');

async function printReport(report: Report): Promise<void> {
  const { doses, from, to, ward, onTime } = report;
  const where = ward === undefined ? 'in all wards' : `in ${ward}`;
  await printData(`${doses} dose${doses === 1 ? '' : 's'} recorded at the bedside from ${dayOf(from)} to ${dayOf(to)} ${where}`);
  const lists = [
    ...report.unscannable.map((each) => ['not scannable', `${each.product ?? 'no product number'}: ${each.why}`, String(each.times)]),
    ...report.notScanned.map((each) => ['not scanned', each.reason, String(each.times)]),
    ...report.overrides.map((each) => [`overridden: ${each.code}`, each.reason, String(each.times)]),
  ];
  if (doses === 0 && report.nearMisses.length === 0 && lists.length === 0) {
    printHint(
      ward === undefined
        ? 'doses come here from POST /medication/administer and the screen of the bedside; days are those of UTC'
        : 'a ward is the Location of the stay, such as Location/123; leave --ward out for all of them',
    );
    return;
  }
  printTable(
    ['what', 'count', 'share', '95 % interval', 'target 95 %'],
    [
      cells('patients scanned', report.scanRate.patients),
      cells('drugs scanned', report.scanRate.drugs),
      cells('on time', onTime.all),
      cells('early', onTime.early),
      cells('late', onTime.late),
      cells('given before the order', report.beforeOrder),
      ...report.nearMisses.map((each) => cells(`${each.code} (${each.severity}) heeded`, each.heeded)),
    ],
  );
  if (lists.length > 0) printTable(['what', 'why', 'times'], lists);
  printHint(report.says);
}
