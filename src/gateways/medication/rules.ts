// How each rule does: how often it fired, was shown, overridden and why, with intervals. Of rules, not of patients; for
// everybody who works with them. Precision is what people said of it: overrides as "not right for this patient" count against.
import type { Database } from '../../database/contract.ts';
import { wilson } from '../../methods/proportion-interval.ts';

export interface RuleDoing {
  rule: string;
  file: string;
  version: string;
  category: string;
  shown: number;
  interrupted: number;
  shadow: number;
  silenced: number;
  decided: number;
  overridden: number;
  notAccurate: number;
  reasons: Record<string, number>;
}

export interface RulesDoing {
  since: Date;
  orders: number;
  checks: number;
  couldNot: number;
  rules: RuleDoing[];
}

export async function rulesDoing(database: Database, since: Date): Promise<RulesDoing> {
  const [checked, alerts, reasons] = await Promise.all([
    database.query<{ orders: string; checks: string; could_not: string }>({
      name: 'medication-checked',
      text: 'select coalesce(sum(orders), 0)::text as orders, coalesce(sum(checks), 0)::text as checks, coalesce(sum(could_not), 0)::text as could_not from medication_checked where day >= $1::timestamptz::date',
      values: [since.toISOString()],
    }),
    database.query<Omit<RuleDoing, 'reasons' | 'notAccurate'> & { not_accurate: number }>({
      name: 'medication-rules',
      text: `select rule, file, version, category,
  count(*) filter (where seen = 'shown')::int as shown,
  count(*) filter (where seen = 'shown' and tier <> 'aside')::int as interrupted,
  count(*) filter (where seen = 'shadow')::int as shadow,
  count(*) filter (where seen = 'context')::int as silenced,
  count(outcome)::int as decided,
  count(*) filter (where outcome = 'overridden')::int as overridden,
  count(*) filter (where reason_code = 'not-accurate')::int as not_accurate
from medication_alert where at >= $1 group by rule, file, version, category order by interrupted desc, shown desc, rule limit 5000`,
      values: [since.toISOString()],
    }),
    database.query<{ rule: string; version: string; reason_code: string; n: number }>({
      name: 'medication-reasons',
      text: 'select rule, version, reason_code, count(*)::int as n from medication_alert where at >= $1 and reason_code is not null group by rule, version, reason_code',
      values: [since.toISOString()],
    }),
  ]);
  const by = new Map<string, Record<string, number>>();
  for (const { rule, version, reason_code, n } of reasons.rows)
    by.set(`${rule}|${version}`, { ...by.get(`${rule}|${version}`), [reason_code]: n });
  const [total] = checked.rows;
  return {
    since,
    orders: Number(total?.orders ?? 0),
    checks: Number(total?.checks ?? 0),
    couldNot: Number(total?.could_not ?? 0),
    rules: alerts.rows.map(({ not_accurate, ...row }) => ({
      ...row,
      notAccurate: not_accurate,
      reasons: by.get(`${row.rule}|${row.version}`) ?? {},
    })),
  };
}

const rate = (count: number, of: number) => {
  if (of === 0) return undefined;
  const { share, low, high } = wilson(Math.min(count, of), of);
  return { count, of, share: digits(share), low: digits(low), high: digits(high) };
};
const digits = (value: number): number => Number(value.toFixed(4));

/** As JSON: rates with 95 % intervals (Wilson); what has no denominator is left out, not 0. */
export const shownRules = ({ since, orders, checks, couldNot, rules }: RulesDoing): object => ({
  since: since.toISOString(),
  orders,
  checks,
  couldNot: rate(couldNot, checks),
  rules: rules.map((row) => ({
    ...row,
    interruptiveRate: rate(row.interrupted, orders),
    overrideRate: rate(row.overridden, row.decided),
    // Of those that somebody decided about: not called wrong for the patient.
    acceptedAsRight: rate(row.decided - row.notAccurate, row.decided),
  })),
});
