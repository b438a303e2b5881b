// The report of the bedside (GET /medication/reports) in words: a share never stands without its counts and interval, and what is not
// certain is not called met or missed.
export interface Share {
  count: number;
  of: number;
  share?: number;
  low?: number;
  high?: number;
  few?: true;
  target?: number;
  judged?: 'met' | 'missed' | 'not certain';
}

export interface Report {
  doses: number;
  scanRate: { patients: Share; drugs: Share };
  nearMisses: { code: string; severity: string; seen: number; heeded: Share }[];
  onTime: { all: Share; early: Share; late: Share; medianMinutes?: number };
  unscannable: { product?: string; why: string; times: number }[];
  notScanned: { reason: string; times: number }[];
  overrides: { code: string; reason: string; times: number }[];
  beforeOrder: Share;
  says: string;
}

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
