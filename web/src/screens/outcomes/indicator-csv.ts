// The points of an indicator as CSV, headed by what they are and up to where the record was read.
import { csvAbout, csvRow } from '../../parts/csv.ts';
import { FileOfParts } from '../../parts/file-of-parts.ts';
import type { OneIndicator } from './api.ts';

export function saveCsv(data: OneIndicator, filters: string): void {
  const { indicator, chart } = data;
  const file = new FileOfParts('text/csv;charset=utf-8');
  file.add(
    csvAbout([
      `${indicator.title}, ${indicator.unit}, ${filters}`,
      `definition ${indicator.name} ${indicator.version}, ${indicator.status}`,
      `record as of position ${data.position}, ${data.at}`,
    ]) + csvRow(['period', 'numerator', 'denominator', 'value', 'centre', 'lower', 'upper', 'not judged because', 'rules broken']),
  );
  for (const { period, numerator, denominator, value, limits, left, broken } of chart.points)
    file.add(
      csvRow([
        period,
        String(numerator),
        String(denominator),
        value === null ? '' : String(value),
        ...(limits === null ? ['', '', ''] : [limits.centre, limits.lower, limits.upper].map(String)),
        left ?? '',
        broken.join(' '),
      ]),
    );
  file.save(`${indicator.name}.csv`);
}
