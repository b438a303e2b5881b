// What is asked for in an address, read and held to what there is.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { everywhere } from '../../methods/indicators/evaluate.ts';
import { type Step, steps } from '../../methods/indicators/periods.ts';
import type { Overdispersion } from '../../methods/risk-adjustment/funnel.ts';
import { msOfOffset, offsetAt } from '../../methods/zone-offset.ts';

const isOneOf = <T extends string>(names: readonly T[], value: string): value is T => (names as readonly string[]).includes(value);

export function oneOf<T extends string>(query: URLSearchParams, name: string, names: readonly T[], otherwise: T): Result<T> {
  const value = query.get(name) ?? otherwise;
  return isOneOf(names, value) ? ok(value) : fail('invalid', `${name} is one of ${names.join(', ')}`, name);
}

/** `until` includes its day, as clocks of the zone show it; absent: now. */
export function readUntil(query: URLSearchParams, zone: string, now: Date, name = 'until'): Result<number> {
  const day = query.get(name);
  if (day === null) return ok(now.getTime());
  const wallMs = Date.parse(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(wallMs) || wallMs < 0)
    return fail('invalid', `${name} is a date from 1970 on, such as 2026-03-31`, name);
  const nextDay = wallMs + 86_400_000;
  return ok(nextDay - msOfOffset(offsetAt(zone, nextDay)) - 1);
}

export function readWindow(query: URLSearchParams, zone: string, now: Date): Result<{ step: Step; count: number; untilMs: number }> {
  const step = oneOf(query, 'step', steps, 'month');
  if (!step.ok) return step;
  const untilMs = readUntil(query, zone, now);
  if (!untilMs.ok) return untilMs;
  const count = Number(query.get('periods') ?? (step.value === 'month' ? 25 : 60));
  return Number.isInteger(count) && count >= 3 && count <= 240
    ? ok({ step: step.value, count, untilMs: untilMs.value })
    : fail('invalid', 'periods is a number from 3 to 240', 'periods');
}

/** `all`: the hospital. */
export function readWard(query: URLSearchParams): Result<string> {
  const ward = query.get('ward') ?? everywhere;
  for (const character of ward) if (character.codePointAt(0)! < 32) return fail('invalid', 'ward is the name of a ward', 'ward');
  return ward !== '' && ward.length <= 200 ? ok(ward) : fail('invalid', 'ward is the name of a ward', 'ward');
}

export const overdispersions: readonly Overdispersion[] = ['additive', 'multiplicative', 'none'];
