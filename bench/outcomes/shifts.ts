// Whether the shifts in quality that were planted in a simulated year are found by the control charts of their indicators, by week and by month.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcomes } from '../../src/gateways/outcomes/outcomes.ts';
import type { Caller } from '../../src/record/contract.ts';

interface Planted {
  kind: string;
  which: string;
  at: string;
  until: string;
  about: string[];
}
const indicatorFor: Record<string, string> = {
  falls: 'falls-with-harm',
  'pressure injuries': 'pressure-injuries',
  'line infections': 'clabsi',
  'door to doctor': 'ed-door-to-doctor',
};
const dayMs = 86_400_000;

export async function shiftsFound(
  folder: string,
  { outcomes, caller, sinceMs, untilMs, weeks }: { outcomes: Outcomes; caller: Caller; sinceMs: number; untilMs: number; weeks: number },
): Promise<void> {
  const shifts = readFileSync(join(folder, 'truth.jsonl.txt'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Planted)
    .filter(({ kind }) => kind === 'quality-shift');
  for (const [what, name] of Object.entries(indicatorFor))
    for (const step of ['week', 'month'] as const) {
      const window = { step, count: step === 'week' ? weeks : Math.ceil((untilMs - sinceMs) / (28 * dayMs)), untilMs };
      const series = await outcomes.series(caller, name, window);
      if (!series.ok) {
        console.log(`  shifts of ${what}: ${series.problem.message}`);
        continue;
      }
      // Limits of the first half year, frozen: what a quality office does that watches for a change.
      const drawn = outcomes.chart(series.value, { ward: 'all', window, annotations: [], baseline: step === 'week' ? 26 : 6 });
      if (!drawn.ok) continue;
      const own = shifts.filter(({ which }) => which === what);
      const startOf = (period: string): number => Date.parse(period.length === 7 ? `${period}-01` : period);
      const worse = drawn.value.signs.filter(({ meaning }) => meaning === 'worse');
      const found = own.map(({ at, until, about }) => {
        const from = Date.parse(at);
        const first = worse
          .map(({ to }) => startOf(to))
          .filter((ms) => ms >= from - 7 * dayMs && ms <= Date.parse(until) + 30 * dayMs)
          .sort((a, b) => a - b)[0];
        return `${about[0]} from ${at.slice(0, 10)}: ${first === undefined ? 'not found' : `found after ${Math.round((first - from) / dayMs)} days`}`;
      });
      const isFalse = worse.filter(
        ({ to }) =>
          !own.some(({ at, until }) => startOf(to) >= Date.parse(at) - 7 * dayMs && startOf(to) <= Date.parse(until) + 30 * dayMs),
      );
      const counted = drawn.value.points.filter(({ value, left }) => value !== null && left === undefined).length;
      console.log(
        `  ${what} by ${step}: ${found.join('; ') || 'nothing planted'}; ${isFalse.length} signs for the worse beside them in ${counted} points`,
      );
    }
}
