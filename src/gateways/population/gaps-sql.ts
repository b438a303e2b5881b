// Registries over all people as one SELECT: membership and gaps at the days that are asked for, with the same outcomes as src/methods/care-gaps/evaluate.ts
// (held together by gaps-sql.test.ts). Names of concepts are held to letters by their reader; everything else goes as parameters.
import type { Concept, Criterion, Gap, Measure, People, Range, Registry } from '../../methods/care-gaps/contract.ts';
import type { Parameters } from '../../warehouse/contract.ts';
import { factsSql, kindsOf, rulesOf, unitsOf } from './facts-sql.ts';

/** Common table expressions by what they say, so that the same criterion of several gaps is asked once. */
class Expressions {
  readonly #byBody = new Map<string, string>();
  add(body: string, kind = 'c'): string {
    const name = this.#byBody.get(body) ?? `${kind}${this.#byBody.size}`;
    this.#byBody.set(body, name);
    return name;
  }
  get list(): string[] {
    return [...this.#byBody].map(([body, name]) => `${name} as materialized (${body})`);
  }
}

const later = (day: string, months: number): string => `cast(${day} + to_months(${whole(months)}) as date)`;
const whole = (n: number): string => String(Math.trunc(n));
const number = (n: number): string => `${Number(n)}::double`;
const names = (concepts: readonly string[]): string => concepts.map((name) => `'${name.replaceAll(/[^a-z0-9-]/g, '')}'`).join(', ');
const and = (parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(' and ') || 'true';

const inRange = ({ atLeast, below }: Range): string =>
  and([atLeast === undefined ? undefined : `f.low >= ${number(atLeast)}`, below === undefined ? undefined : `f.high < ${number(below)}`]);
const outOfRange = ({ atLeast, below }: Range): string =>
  [...(atLeast === undefined ? [] : [`f.high < ${number(atLeast)}`]), ...(below === undefined ? [] : [`f.low >= ${number(below)}`])].join(
    ' or ',
  ) || 'false';

/** Rows (at_day, patient_id, last): of whoever fulfils it. */
function criterionSql({ concepts, months, times = 1, apartDays = 0, active = false, atLeast, below }: Criterion): string {
  const where = and([
    `f.concept in (${names(concepts)})`,
    'f.day <= d.at_day',
    months === undefined ? undefined : `${later('f.day', months)} > d.at_day`,
    active ? 'case when f.until is null then f.live else f.until > d.at_day end' : undefined,
    inRange({ ...(atLeast === undefined ? {} : { atLeast }), ...(below === undefined ? {} : { below }) }),
  ]);
  const having = and([
    times > 1 ? `count(distinct f.day) >= ${whole(times)}` : undefined,
    apartDays > 0 ? `date_diff('day', min(f.day), max(f.day)) >= ${whole(apartDays)}` : undefined,
  ]);
  return `select d.at_day, f.patient_id, max(f.day) as last from days d cross join f where ${where} group by all${having === 'true' ? '' : ` having ${having}`}`;
}

/** What a SELECT of people joins on the way. */
class Joins {
  readonly #names = new Set<string>();
  of(expression: string): string {
    this.#names.add(expression);
    return expression;
  }
  get sql(): string {
    return [...this.#names]
      .map((name) => `left join ${name} on ${name}.at_day = p.at_day and ${name}.patient_id = p.patient_id`)
      .join('\n  ');
  }
}

interface Making {
  expressions: Expressions;
  joins: Joins;
}
const joined = ({ expressions, joins }: Making, body: string): string => joins.of(expressions.add(body));
const holds = (making: Making, criterion: Criterion): string => `${joined(making, criterionSql(criterion))}.at_day is not null`;

/** 'yes', 'no', or why it is not known. */
function belongsSql({ ageMonths, sex, any, all, none }: People, making: Making): string {
  const no = [
    ...(any === undefined ? [] : [`not (${any.map((each) => holds(making, each)).join(' or ') || 'false'})`]),
    ...(all ?? []).map((each) => `not (${holds(making, each)})`),
    ...(none ?? []).map((each) => holds(making, each)),
    ...(sex === undefined ? [] : [`(p.sex in ('female', 'male') and p.sex <> '${sex === 'male' ? 'male' : 'female'}')`]),
    ...(ageMonths?.atLeast === undefined ? [] : [`coalesce(${later('p.born', ageMonths.atLeast)} > p.at_day, false)`]),
    ...(ageMonths?.below === undefined ? [] : [`coalesce(${later('p.born', ageMonths.below)} <= p.at_day, false)`]),
  ];
  return `case ${no.length === 0 ? '' : `when ${no.join(' or ')} then 'no'`}
    ${ageMonths === undefined ? '' : "when p.born is null then 'birth-unknown'"}
    ${sex === undefined ? '' : "when coalesce(p.sex, '') not in ('female', 'male') then 'sex-unknown'"}
    when true then 'yes' end`;
}

/** Columns of an outcome: SQL each. `counted`: on which days anybody is. */
interface Measured {
  outcome: string;
  reason?: string;
  last?: string;
  value?: string;
  due?: string;
  counted?: string;
}
const greatest = (days: readonly string[]): string => (days.length === 1 ? days[0]! : `greatest(${days.join(', ')})`);
const none = 'cast(null as date)';

function doneSql({ any }: Measure & { kind: 'done' }, making: Making, from: string): Measured {
  const seen = any.map((each) => {
    const { months, times: _, apartDays: __, ...ever } = each;
    return { months, met: holds(making, each), last: `${joined(making, criterionSql(ever))}.last` };
  });
  const met = seen.map((each) => each.met).join(' or ');
  const again = seen.filter(({ months }) => months !== undefined);
  const dueOf = (of: (last: string, met: string) => string): string =>
    again.length === 0 ? none : greatest(again.map(({ months = 0, last, met: own }) => of(later(last, months), own)));
  const forGood = seen.filter(({ months }) => months === undefined).map((each) => each.met);
  return {
    outcome: `case when ${met} then 'met' else 'gap' end`,
    last: `case when ${met} then ${greatest(seen.map((each) => `case when ${each.met} then ${each.last} end`))} else ${greatest(seen.map(({ last }) => last))} end`,
    due: `case ${forGood.length === 0 ? '' : `when ${forGood.join(' or ')} then null`} when ${met} then ${dueOf((last, own) => `case when ${own} then ${last} end`)} else coalesce(${dueOf((last) => last)}, ${from}) end`,
  };
}

function seasonSql({ concepts, from, until }: Measure & { kind: 'season' }, making: Making): Measured {
  const on = (year: string, day: string): string =>
    `cast(concat(lpad(cast(${year} as varchar), 4, '0'), '-${day.replaceAll(/[^0-9-]/g, '')}') as date)`;
  const year = `(year(p.at_day) - case when strftime(p.at_day, '%m-%d') >= '${from.replaceAll(/[^0-9-]/g, '')}' then 0 else 1 end)`;
  const begins = on(year, from);
  const last = `${joined(making, criterionSql({ concepts }))}.last`;
  const met = `coalesce(${last} >= ${begins}, false)`;
  return {
    counted: `p.at_day < ${on(from < until ? year : `(${year} + 1)`, until)}`,
    outcome: `case when ${met} then 'met' else 'gap' end`,
    last,
    due: `case when ${met} then ${later(begins, 12)} else ${begins} end`,
  };
}

function valueSql({ months, targets }: Measure & { kind: 'value' }, making: Making): Measured {
  const judged = targets.map((target) => {
    const within = `f.concept in (${names([target.concept])}) and f.day <= d.at_day and ${later('f.day', months)} > d.at_day`;
    return joined(
      making,
      `select d.at_day, f.patient_id, f.day as last, ${target.below === undefined ? 'max' : 'min'}(f.value) as value, bool_or(${inRange(target)}) as met, bool_or(${outOfRange(target)}) as beyond
  from (select d.at_day, f.patient_id, max(f.day) as day from days d cross join f where ${within} group by all) d
  join f on f.patient_id = d.patient_id and f.day = d.day and f.concept in (${names([target.concept])}) group by all`,
    );
  });
  const met = judged.map((name) => `coalesce(${name}.met, false)`);
  const last = greatest(judged.map((name) => `${name}.last`));
  const all = met.join(' and ');
  const out = judged.map((name, i) => `(not ${met[i]} and coalesce(${name}.beyond, false))`).join(' or ');
  return {
    outcome: `case when ${all} then 'met' when ${out} then 'gap' else 'unknown' end`,
    reason: `case when ${all} or ${out} then '' when ${judged.map((name) => `${name}.last is null`).join(' or ')} then 'no-value' else 'value-not-comparable' end`,
    last,
    value: `${judged[0]}.value`,
    due: `case when ${all} then ${later(last, months)} end`,
  };
}

function takingSql({ concepts }: Measure & { kind: 'taking' }, making: Making): Measured {
  const now = joined(making, criterionSql({ concepts, active: true }));
  const ever = joined(making, criterionSql({ concepts }));
  return {
    outcome: `case when ${now}.at_day is not null then 'met' else 'gap' end`,
    last: `coalesce(${now}.last, ${ever}.last)`,
  };
}

function avoidSql({ concepts }: Measure & { kind: 'avoid' }, making: Making): Measured {
  const now = joined(making, criterionSql({ concepts, active: true }));
  return { outcome: `case when ${now}.at_day is null then 'met' else 'gap' end`, last: `${now}.last` };
}

function shareSql(measure: Measure & { kind: 'share' }, making: Making): Measured {
  const { concept, months, share, times } = measure;
  const name = joined(
    making,
    `select d.at_day, f.patient_id, max(f.day) as last, count(*) as n, count(*) filter (${inRange(measure)}) as good from days d cross join f
  where f.concept in (${names([concept])}) and f.value is not null and f.day <= d.at_day and ${later('f.day', months)} > d.at_day group by all`,
  );
  const few = `coalesce(${name}.n, 0) < ${whole(times)}`;
  return {
    outcome: `case when ${few} then 'unknown' when ${name}.good >= ${number(share)} * ${name}.n then 'met' else 'gap' end`,
    reason: `case when ${few} then 'few-values' else '' end`,
    last: `${name}.last`,
    value: `case when ${few} then null else (100 * ${name}.good)::double / ${name}.n end`,
  };
}

function measuredSql(measure: Measure, making: Making, from: string): Measured {
  switch (measure.kind) {
    case 'done':
      return doneSql(measure, making, from);
    case 'season':
      return seasonSql(measure, making);
    case 'value':
      return valueSql(measure, making);
    case 'taking':
      return takingSql(measure, making);
    case 'avoid':
      return avoidSql(measure, making);
    case 'share':
      return shareSql(measure, making);
  }
}

function gapSql(registry: Registry, gap: Gap, members: string, expressions: Expressions): string {
  const making: Making = { expressions, joins: new Joins() };
  const months = [registry.members, gap.who].flatMap((people) =>
    people?.ageMonths?.atLeast === undefined ? [] : [people.ageMonths.atLeast],
  );
  const own = measuredSql(gap.measure, making, months.length === 0 ? none : later('p.born', Math.max(...months)));
  const excluded = (gap.excluded ?? []).map((each, i) => `when ${holds(making, each)} then 'excluded:${i}'`);
  const apart = `case ${excluded.join(' ')} when p.who <> 'yes' then p.who else '' end`;
  const before: Making = { expressions, joins: new Joins() };
  const who = belongsSql(gap.who ?? {}, before);
  const plain = (sql: string | undefined, empty: string): string =>
    sql === undefined ? empty : `case when o.apart = '' then ${sql} else ${empty} end`;
  // Two steps, so that who it applies to is worked out once.
  return `select '${registry.name}' as registry, '${gap.id}' as gap, at_day, patient_id,
  case when starts_with(apart, 'excluded') then 'excluded' when apart <> '' then 'unknown' else outcome end as outcome,
  case when apart <> '' then apart else reason end as reason,
  ${plain('o.last', none)} as last, ${plain('o.value', 'cast(null as double)')} as value, ${plain('o.due', none)} as due
from (select p.at_day, p.patient_id, p.who, ${apart} as apart, ${own.outcome} as outcome, ${own.reason ?? "''"} as reason, ${own.last ?? none} as last,
  ${own.value ?? 'cast(null as double)'} as value, ${own.due ?? none} as due
  from (select p.*, ${who} as who from ${members} p
  ${before.joins.sql}) p
  ${making.joins.sql}
  where p.who <> 'no'${own.counted === undefined ? '' : ` and ${own.counted}`}) o`;
}

export interface RegistriesSql {
  /** `with …`: the tables `results` (registry, gap, at_day, patient_id, outcome, reason, last, value, due; gap '' is membership, outcome yes or unsure). */
  with: string;
  parameters: Parameters;
}

/** Of these registries at these days. Results are not materialised: count them, or read one day of one gap. */
export function registriesSql(
  registries: readonly Registry[],
  concepts: readonly Concept[],
  { days, zone, gap }: { days: readonly string[]; zone: string; gap?: string },
): RegistriesSql {
  const expressions = new Expressions();
  const members: string[] = [];
  const results: string[] = [];
  registries.forEach((registry, i) => {
    const making: Making = { expressions, joins: new Joins() };
    const state = belongsSql(registry.members, making);
    members.push(
      `all${i} as materialized (select * from (select p.*, ${state} as state from people p\n  ${making.joins.sql}) where state <> 'no')`,
    );
    members.push(`members${i} as (select at_day, patient_id, born, sex from all${i} where state = 'yes')`);
    if (gap === undefined)
      results.push(
        `select '${registry.name}' as registry, '' as gap, at_day, patient_id, case when state = 'yes' then 'yes' else 'unsure' end as outcome, '' as reason, ${none} as last, cast(null as double) as value, ${none} as due from all${i}`,
      );
    for (const each of registry.gaps)
      if (gap === undefined || each.id === gap) results.push(gapSql(registry, each, `members${i}`, expressions));
  });
  const used = usedConcepts(registries, concepts);
  return {
    with: `with days as (select unnest(from_json($days, '["DATE"]')) as at_day),
${factsSql(kindsOf(used)).join(',\n')},
people as materialized (select d.at_day, t.id as patient_id, cast(t.birth_date as date) as born, t.gender as sex from patients t cross join days d
  where t.active is distinct from false and t.deceased is distinct from true
  and coalesce(${deathDay} > d.at_day, true) and coalesce(cast(t.birth_date as date) <= d.at_day, true)),
${[...expressions.list, ...members].join(',\n')},
results as (${results.join('\nunion all ')})`,
    parameters: { days: JSON.stringify(days), zone, rules: JSON.stringify(rulesOf(used)), units: JSON.stringify(unitsOf(used)) },
  };
}

const deathDay =
  "case when epoch_ms(t.deceased_at) % 86400000 = 0 then cast(timezone('UTC', t.deceased_at) as date) else cast(timezone($zone, t.deceased_at) as date) end";

/** Concepts that the registries speak of. */
export function usedConcepts(registries: readonly Registry[], concepts: readonly Concept[]): Concept[] {
  const named = new Set<string>();
  const people = (of: People | undefined): void => {
    for (const each of [...(of?.any ?? []), ...(of?.all ?? []), ...(of?.none ?? [])]) for (const name of each.concepts) named.add(name);
  };
  for (const { members, gaps } of registries) {
    people(members);
    for (const { who, excluded = [], measure } of gaps) {
      people(who);
      const own =
        measure.kind === 'done'
          ? measure.any.flatMap((each) => each.concepts)
          : measure.kind === 'value'
            ? measure.targets.map(({ concept }) => concept)
            : measure.kind === 'share'
              ? [measure.concept]
              : measure.concepts;
      for (const name of [...own, ...excluded.flatMap((each) => each.concepts)]) named.add(name);
    }
  }
  return concepts.filter(({ name }) => named.has(name));
}
