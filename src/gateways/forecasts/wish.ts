// What an address asks of a forecast: rules for this once, and what if. `threshold=40&chance=0.3`, `arrivals=1.2&beds=-10&stay=-0.5`.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { asItIs, type BedsWhatIf } from '../../methods/beds/hospital-census.ts';
import type { Rules, StaffingKnowledge } from './contract.ts';

/** Each rule by its name, how an address calls it, and what it may be. */
export const ruleNumbers: Record<keyof Rules, { parameter: string; least: number; most: number }> = {
  surgeThreshold: { parameter: 'threshold', least: 1, most: 100_000 },
  surgeChance: { parameter: 'chance', least: 0.01, most: 0.99 },
  overflowChance: { parameter: 'overflow', least: 0.01, most: 0.99 },
  seenPercent: { parameter: 'seen', least: 50, most: 99.9 },
  seenWithinMinutes: { parameter: 'within', least: 0, most: 1_440 },
  minutesEach: { parameter: 'minutes', least: 1, most: 480 },
};

export interface ForecastWish {
  rules: Rules;
  whatIf: BedsWhatIf;
  /** Id of the ward whose beds `beds` are. */
  ward?: string;
}

const whatIfNumbers = {
  arrivals: { name: 'arrivals', least: 0.1, most: 5 },
  beds: { name: 'beds', least: -5_000, most: 5_000 },
  stay: { name: 'stayDays', least: -30, most: 30 },
} as const;

export const ruleParameters = Object.values(ruleNumbers).map(({ parameter }) => parameter);
export const whatIfParameters = [...Object.keys(whatIfNumbers), 'ward'];

function numberOf(text: string, name: string, { least, most }: { least: number; most: number }): Result<number> {
  const value = /^-?\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? ok(value) : fail('invalid', `${name} is a number from ${least} to ${most}`, name);
}

/** `takes`: names that this address understands. */
export function readForecastWish(
  query: URLSearchParams,
  takes: readonly string[],
  { emergency }: StaffingKnowledge,
  site: Partial<Rules>,
): Result<ForecastWish> {
  const unknown = [...query.keys()].find((name) => !takes.includes(name));
  if (unknown !== undefined)
    return fail(
      'invalid',
      `There is no parameter ${JSON.stringify(unknown.slice(0, 40))}; known are: ${takes.join(', ') || 'none'}`,
      'query',
    );
  const rules: Rules = {
    surgeThreshold: null,
    surgeChance: 0.3,
    overflowChance: 0.5,
    seenPercent: emergency.seenPercent,
    seenWithinMinutes: emergency.seenWithinMinutes,
    minutesEach: emergency.minutesEach,
    ...site,
  };
  for (const [rule, range] of Object.entries(ruleNumbers)) {
    const text = query.get(range.parameter);
    if (text === null) continue;
    const value = numberOf(text, range.parameter, range);
    if (!value.ok) return value;
    Object.assign(rules, { [rule]: value.value });
  }
  const whatIf = { ...asItIs };
  for (const [parameter, range] of Object.entries(whatIfNumbers)) {
    const text = query.get(parameter);
    if (text === null) continue;
    const value = numberOf(text, parameter, range);
    if (!value.ok) return value;
    whatIf[range.name] = value.value;
  }
  const ward = query.get('ward');
  if (ward !== null && (ward.length > 200 || /[\p{Cc}\p{Surrogate}]/u.test(ward)))
    return fail('invalid', 'ward is the id of a ward', 'ward');
  return ok({ rules, whatIf, ...(ward === null || ward === '' ? {} : { ward }) });
}
