// The report of the bedside (GET /medication/reports) in words: a share never stands without its counts and interval, and what is not
// certain is not called met or missed.
import type { Report, Share } from '../../../../src/gateways/medication/bedside-report.ts';

export type { Report, Share };

const percent = (value: number): string => (value * 100).toFixed(1);

/** `118 of 120, 94.1 to 99.5 %`. */
export const shareWords = ({ count, of, low, high }: Share): string =>
  of === 0
    ? 'None to count'
    : `${count} of ${of}${low === undefined || high === undefined ? '' : `, ${percent(low)} to ${percent(high)} %`}`;

export function judgedWords({ few, of, target, judged }: Share): string {
  if (of === 0) return '';
  if (few) return 'Few: not judged';
  if (target === undefined || judged === undefined) return '';
  const aim = `the target of ${(target * 100).toFixed(0)} %`;
  return judged === 'met' ? `✓ Reaches ${aim}` : judged === 'missed' ? `▲ Misses ${aim}` : `? Not certain whether it reaches ${aim}`;
}
