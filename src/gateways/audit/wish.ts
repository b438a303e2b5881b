// What is asked of the audit trail: `GET /audit?patient=123&since=2026-01&action=seen`. Strict, like every search: a filter
// that is not understood is refused, because a trail that leaves something out looks like nobody was there.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseInterval } from '../../fhir/search/dates.ts';
import { idPattern } from '../../fhir/search/references.ts';
import type { TrailWish } from '../../record/contract.ts';
import { actionGroups, actionWords, outcomes } from './words.ts';

export const usualCount = 100;
export const countMax = 1_000;
/** Far more than an instant, a name or an id ever has. */
const lengthMax = 500;

interface Reader {
  /** For OpenAPI and explanations. */
  says: string;
  /** Puts the value into the wish, or says what is wrong with it. */
  read(wish: TrailWish, value: string): string | undefined;
}

export const trailParameters: Record<string, Reader> = {
  patient: {
    says: 'Whose chart: the id of the Patient',
    read(wish, value) {
      const id = value.replace(/^Patient\//, '');
      if (!idPattern.test(id)) return 'patient is the id of a Patient, such as 123 or Patient/123';
      wish.patient = id;
      return undefined;
    },
  },
  account: {
    says: 'Who: the name of the account, client or token, or its id',
    read(wish, value) {
      wish.account = value;
      return undefined;
    },
  },
  since: {
    says: 'From this date or time on, such as 2026-01-31 or 2026-01-31T08:00:00Z',
    read(wish, value) {
      const interval = parseInterval(value);
      if (interval === undefined) return 'since is a date or a time, such as 2026-01-31 or 2026-01-31T08:00:00Z';
      wish.since = new Date(interval.fromMs);
      return undefined;
    },
  },
  until: {
    says: 'Up to this date or time, the day or minute named included',
    read(wish, value) {
      const interval = parseInterval(value);
      if (interval === undefined) return 'until is a date or a time, such as 2026-01-31 or 2026-01-31T08:00:00Z';
      wish.until = new Date(interval.toMs);
      return undefined;
    },
  },
  action: {
    says: `What was done, separated by commas: ${[...Object.keys(actionGroups), ...Object.keys(actionWords)].join(', ')}`,
    read(wish, value) {
      const wanted = value.split(',').flatMap((name) => (Object.hasOwn(actionGroups, name) ? actionGroups[name]! : [name]));
      if (!wanted.every((name) => Object.hasOwn(actionWords, name)))
        return `action is one or several of ${[...Object.keys(actionGroups), ...Object.keys(actionWords)].join(', ')}`;
      wish.actions = [...new Set(wanted)];
      return undefined;
    },
  },
  outcome: {
    says: `How it ended, separated by commas: ${Object.keys(outcomes).join(', ')}`,
    read(wish, value) {
      const wanted = value.split(',');
      if (!wanted.every((name) => Object.hasOwn(outcomes, name))) return `outcome is one or several of ${Object.keys(outcomes).join(', ')}`;
      wish.outcomes = wanted.flatMap((name) => outcomes[name]!.statuses);
      return undefined;
    },
  },
  count: {
    says: `Rows a page, ${usualCount} unless said, at most ${countMax}`,
    read(wish, value) {
      if (!/^[1-9]\d{0,8}$/.test(value)) return 'count is a whole number from 1';
      wish.count = Math.min(Number(value), countMax);
      return undefined;
    },
  },
  cursor: {
    says: 'Where the page begins: "next" of the page before',
    read(wish, value) {
      wish.cursor = value;
      return undefined;
    },
  },
};

export function readTrailWish(query: string): Result<TrailWish> {
  const wish: TrailWish = { count: usualCount, asked: '' };
  const asked: string[] = [];
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const parameter = Object.hasOwn(trailParameters, name) ? trailParameters[name] : undefined;
    const shown = name.slice(0, 50);
    if (parameter === undefined)
      return fail(
        'invalid',
        `The audit trail has no parameter ${JSON.stringify(shown)}: it knows ${Object.keys(trailParameters).join(', ')}`,
        shown,
      );
    if (seen.has(name)) return fail('invalid', `${name} is given twice`, name);
    seen.add(name);
    if (value === '' || value.length > lengthMax || /\p{Cc}|\p{Surrogate}/u.test(value))
      return fail('invalid', `${name} has no value, a very long one, or characters that are not text`, name);
    const problem = parameter.read(wish, value);
    if (problem !== undefined) return fail('invalid', problem, name);
    if (name !== 'cursor') asked.push(`${name}=${value}`);
  }
  if (wish.since !== undefined && wish.until !== undefined && wish.since >= wish.until)
    return fail('invalid', 'since lies behind until: nothing can be between them', 'since');
  return ok({ ...wish, asked: asked.join('&') });
}
