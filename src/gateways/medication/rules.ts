// How each rule does, counted in decisions: orders that were signed. A rule fires once for an order however often it was asked
// about; what was shown while somebody typed counts only where the order was changed after it. Of rules, not of patients; with
// intervals (Wilson, 95 %). Precision is what people said of it: only those who decided, and "not right for this patient" counts
// against. Cards of orders that were never signed are in no rate: whether somebody heeded them is not known.
import type { Database } from '../../database/contract.ts';
import { type Interval, wilson } from '../../methods/proportion-interval.ts';
import type { ShownRule, ShownRules } from './governance-answers.ts';

export interface RuleDoing {
  rule: string;
  file: string;
  version: string;
  category: string;
  /** Orders signed with its card, of any tier. */
  shown: number;
  /** Those with a card that interrupted. */
  interrupted: number;
  shadow: number;
  silenced: number;
  /** Signed all the same. */
  overridden: number;
  /** The order was changed or dropped after a card that could be read, or another program said so. */
  changed: number;
  notAccurate: number;
  reasons: Record<string, number>;
  /** By how orders were signed: here (sign) or in another program (order-sign). */
  by: Record<string, { shown: number; interrupted: number }>;
}

export interface Burden {
  week: string;
  asked: string;
  role: string;
  orders: number;
  /** Cards that interrupted. */
  interruptions: number;
}

export interface RulesDoing {
  since: Date;
  orders: number;
  sittings: number;
  checks: number;
  couldNot: number;
  rules: RuleDoing[];
  burden: Burden[];
}

type Counted = Omit<RuleDoing, 'reasons' | 'by' | 'notAccurate' | 'overridden' | 'changed'> & { asked: string };
interface Decided {
  rule: string;
  file: string;
  version: string;
  outcome: string;
  reason_code: string | null;
  n: number;
}

const rulesMax = 5000;

export async function rulesDoing(database: Database, since: Date): Promise<RulesDoing> {
  const values = [since.toISOString()];
  const [checked, counted, decided, burden] = await Promise.all([
    database.query<{ checks: string; could_not: string }>({
      name: 'medication-checked',
      text: 'select coalesce(sum(checks), 0)::text as checks, coalesce(sum(could_not), 0)::text as could_not from medication_checked where day >= $1::timestamptz::date',
      values,
    }),
    database.query<Counted>({
      name: 'medication-rules-signed',
      text: `select rule, file, version, category, asked,
  count(distinct (sitting, slot)) filter (where seen = 'shown')::int as shown,
  count(distinct (sitting, slot)) filter (where seen = 'shown' and tier <> 'aside')::int as interrupted,
  count(distinct (sitting, slot)) filter (where seen = 'shadow')::int as shadow,
  count(distinct (sitting, slot)) filter (where seen = 'context')::int as silenced
from medication_alert where at >= $1 and sitting is not null and asked in ('sign', 'order-sign')
group by rule, file, version, category, asked order by interrupted desc, shown desc, rule limit ${rulesMax * 2}`,
      values,
    }),
    database.query<Decided>({
      name: 'medication-rules-decided',
      text: `select rule, file, version, outcome, reason_code, count(distinct (sitting, slot))::int as n
from medication_alert where at >= $1 and sitting is not null and outcome is not null and tier <> 'aside'
group by rule, file, version, outcome, reason_code`,
      values,
    }),
    burdenSince(database, since),
  ]);
  const rules = new Map<string, RuleDoing>();
  const of = (row: { rule: string; file: string; version: string; category?: string }): RuleDoing => {
    const key = `${row.file}/${row.rule}|${row.version}`;
    const held = rules.get(key);
    if (held !== undefined) return held;
    const made: RuleDoing = {
      rule: row.rule,
      file: row.file,
      version: row.version,
      category: row.category ?? '',
      shown: 0,
      interrupted: 0,
      shadow: 0,
      silenced: 0,
      overridden: 0,
      changed: 0,
      notAccurate: 0,
      reasons: {},
      by: {},
    };
    rules.set(key, made);
    return made;
  };
  for (const row of counted.rows) {
    const rule = of(row);
    for (const name of ['shown', 'interrupted', 'shadow', 'silenced'] as const) rule[name] += row[name];
    rule.by[row.asked] = { shown: row.shown, interrupted: row.interrupted };
  }
  for (const row of decided.rows) {
    const rule = of(row);
    if (row.outcome === 'overridden') rule.overridden += row.n;
    else rule.changed += row.n; // changed; accepted: another program said so
    if (row.reason_code === 'not-accurate') rule.notAccurate += row.n;
    if (row.reason_code !== null) rule.reasons[row.reason_code] = (rule.reasons[row.reason_code] ?? 0) + row.n;
  }
  const [total] = checked.rows;
  const signed = new Map(burden.map((row) => [`${row.week} ${row.asked} ${row.role}`, row]));
  return {
    since,
    orders: [...signed.values()].reduce((sum, row) => sum + row.orders, 0),
    sittings: burden.reduce((sum, row) => sum + row.sittings, 0),
    checks: Number(total?.checks ?? 0),
    couldNot: Number(total?.could_not ?? 0),
    rules: [...rules.values()].slice(0, rulesMax),
    burden: burden.map(({ sittings: _, ...row }) => row),
  };
}

async function burdenSince(database: Database, since: Date): Promise<(Burden & { sittings: number })[]> {
  const { rows } = await database.query<Burden & { sittings: number }>({
    name: 'medication-burden',
    text: `select coalesce(s.week, i.week)::text as week, coalesce(s.asked, i.asked) as asked, coalesce(s.role, i.role) as role,
  coalesce(s.orders, 0)::int as orders, coalesce(s.sittings, 0)::int as sittings, coalesce(i.n, 0)::int as interruptions
from (select date_trunc('week', day)::date as week, asked, role, sum(orders) as orders, sum(sittings) as sittings
  from medication_signed where day >= $1::timestamptz::date group by 1, 2, 3) s
full join (select date_trunc('week', at at time zone 'UTC')::date as week, asked, role, count(distinct (sitting, slot, file, rule)) as n
  from medication_alert where at >= $1 and sitting is not null and asked in ('sign', 'order-sign') and seen = 'shown' and tier <> 'aside'
  group by 1, 2, 3) i on i.week = s.week and i.asked = s.asked and i.role = s.role
order by 1, 2, 3 limit 5000`,
    values: [since.toISOString()],
  });
  return rows;
}

export interface Week {
  week: string;
  shown: number;
  interrupted: number;
  overridden: number;
  changed: number;
  orders: number;
}

/** One rule by week, all its versions together. */
export async function ruleTrend(database: Database, { file, rule }: { file: string; rule: string }, since: Date): Promise<Week[]> {
  const { rows } = await database.query<Week>({
    name: 'medication-rule-trend',
    text: `with weeks as (select date_trunc('week', day)::date as week, sum(orders)::int as orders from medication_signed
  where day >= $3::timestamptz::date group by 1),
did as (select date_trunc('week', at at time zone 'UTC')::date as week,
  count(distinct (sitting, slot)) filter (where seen = 'shown' and asked in ('sign', 'order-sign'))::int as shown,
  count(distinct (sitting, slot)) filter (where seen = 'shown' and asked in ('sign', 'order-sign') and tier <> 'aside')::int as interrupted,
  count(distinct (sitting, slot)) filter (where outcome = 'overridden' and tier <> 'aside')::int as overridden,
  count(distinct (sitting, slot)) filter (where outcome in ('changed', 'accepted') and tier <> 'aside')::int as changed
  from medication_alert where file = $1 and rule = $2 and at >= $3 and sitting is not null group by 1)
select coalesce(w.week, d.week)::text as week, coalesce(d.shown, 0) as shown, coalesce(d.interrupted, 0) as interrupted,
  coalesce(d.overridden, 0) as overridden, coalesce(d.changed, 0) as changed, coalesce(w.orders, 0) as orders
from weeks w full join did d on d.week = w.week order by 1 limit 600`,
    values: [file, rule, since.toISOString()],
  });
  return rows;
}

/** A share with its interval. */
export interface Rate extends Interval {
  count: number;
  of: number;
}

/** What has no denominator has no rate. */
export const rate = (count: number, of: number): Rate | undefined => {
  if (of === 0) return undefined;
  const { share, low, high } = wilson(Math.min(count, of), of);
  return { count, of, share: digits(share), low: digits(low), high: digits(high) };
};
const digits = (value: number): number => Number(value.toFixed(4));

export function shownRule(row: RuleDoing, orders: number): ShownRule {
  const decided = row.overridden + row.changed;
  return {
    ...row,
    decided,
    firingRate: rate(row.shown, orders),
    interruptiveRate: rate(row.interrupted, orders),
    overrideRate: rate(row.overridden, decided),
    actedOnRate: rate(row.changed, decided),
    precision: rate(decided - row.notAccurate, decided),
  };
}

/** As JSON. */
export const shownRules = ({ since, orders, sittings, checks, couldNot, rules, burden }: RulesDoing): ShownRules => ({
  since: since.toISOString(),
  orders,
  sittings,
  checks,
  couldNot: rate(couldNot, checks),
  rules: rules.map((row) => shownRule(row, orders)),
  burden: burden.map((row) => ({
    ...row,
    ...(row.orders === 0 ? {} : { per100: Number(((100 * row.interruptions) / row.orders).toFixed(1)) }),
  })),
  says: 'Rates are of orders that were signed. An order counts as changed only where this program saw the card before and the signed order without it; cards of orders that were never signed are in no rate.',
});
