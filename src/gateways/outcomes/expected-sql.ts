// Stays with what their patients bring along, counted by day, ward and risk: what a model of the site's own past is fitted on. No key of a person leaves
// the tables.
import type { Answer } from '../../warehouse/contract.ts';
import { Bound } from './condition-sql.ts';
import type { Question, RowTables } from './contract.ts';
import type { Cell } from './expected.ts';
import { withRows } from './with-rows.ts';

export interface FactorGroup {
  name: string;
  title: string;
  codes: readonly string[];
}
/** What a patient brings along (any diagnosis until the day after admission), and reasons for this stay. */
export interface RiskFactors {
  version: string;
  groups: readonly FactorGroup[];
  admissions: readonly FactorGroup[];
}

export const outcomeNames = ['mortality', 'readmission', 'long-stay'] as const;
export type OutcomeName = (typeof outcomeNames)[number];

/** Of a stay `s`: whether it counts, and whether it happened. */
const outcomes: Record<OutcomeName, { title: string; says: string; counts: string; happened: string }> = {
  mortality: {
    title: 'Deaths in hospital',
    says: 'stays that ended with death',
    counts: 'true',
    happened: "s.disposition is not distinct from 'exp'",
  },
  readmission: {
    title: 'Unplanned readmission within 30 days',
    says: 'those who left alive and came back unplanned within 30 days',
    counts: "s.disposition is distinct from 'exp' and s.until < $now::BIGINT - 2592000000::BIGINT",
    happened:
      "s.id in (select a.id from stays a join encounters b on b.patient_id = a.patient_id and b.id <> a.id where b.class = 'IMP' and b.priority is distinct from 'EL' and epoch_ms(b.start) between a.until and a.until + 2592000000::BIGINT)",
  },
  'long-stay': {
    title: 'Long stays',
    says: 'stays longer than nine of ten of the time that is looked at',
    counts: 'true',
    happened: 's.until - s.since > (select quantile_cont(until - since, 0.9) from stays)',
  },
};
export function wordsOfOutcome(name: OutcomeName): { title: string; says: string } {
  const { title, says } = outcomes[name];
  return { title, says };
}

const family = ({ codes }: FactorGroup, bound: Bound): string =>
  `coalesce(bool_or(${codes.map((code) => `starts_with(c.code_code, ${bound.text(code)})`).join(' or ')}), false)`;
const bits = (names: readonly string[]): string =>
  names.map((name, bit) => `case when ${name} then ${2 ** bit} else 0 end`).join(' + ') || '0';

/** Day of the end (since 1970), ward, age in years (by fives), female, planned, factors as bits, stays, events. */
export function expectedQuestion(
  name: OutcomeName,
  { groups, admissions }: RiskFactors,
  tables: RowTables,
  { sinceMs, untilMs }: { sinceMs: number; untilMs: number },
): Question {
  const bound = new Bound();
  const { counts, happened } = outcomes[name];
  const columns = [...groups.map((_, n) => `g${n}`), ...admissions.map((_, n) => `a${n}`)];
  const sql = `${withRows(
    tables,
    ['wards'],
    [
      `stays as materialized (select e.id, e.patient_id, epoch_ms(e.start) as since, epoch_ms(e."end") as until, w.ward, e.priority = 'EL' as planned, e.discharge_disposition as disposition,
p.gender = 'female' as female, least(95, greatest(0, 5 * floor(date_diff('year', p.birth_date::DATE, e.start::DATE) / 5))) as age
from encounters e join patients p on p.id = e.patient_id left join rows_wards w on w.id = e.location_id
where e.class = 'IMP' and e.status = 'finished' and e."end" >= e.start and epoch_ms(e."end") >= ${bound.number(sinceMs)} and epoch_ms(e."end") < ${bound.number(untilMs)} and p.birth_date is not null)`,
      `brought as materialized (select s.id, ${groups.map((group, n) => `${family(group, bound)} as g${n}`).join(', ')} from stays s join conditions c on c.patient_id = s.patient_id
where epoch_ms(coalesce(c.recorded, c.onset)) <= s.since + 86400000 group by s.id)`,
      `came as materialized (select s.id, ${admissions.map((group, n) => `${family(group, bound)} as a${n}`).join(', ')} from stays s join conditions c on c.encounter_id = s.id
where epoch_ms(coalesce(c.recorded, c.onset)) <= s.since + 86400000 group by s.id)`,
    ],
  )}
select floor(s.until / 86400000)::DOUBLE as day, s.ward, s.age::DOUBLE as age, coalesce(s.female, false) as female, coalesce(s.planned, false) as planned, (${bits(columns)})::DOUBLE as factors,
count(*)::DOUBLE as stays, count(*) filter (${happened})::DOUBLE as events
from stays s left join brought on brought.id = s.id left join came on came.id = s.id where ${counts} group by all order by day, ward, age, factors, female, planned`;
  return { sql, parameters: { ...bound.parameters, ...(counts.includes('$now') ? { now: untilMs } : {}) } };
}

export const cellsOf = ({ rows }: Answer): Cell[] =>
  rows.map(([day, ward, age, female, planned, factors, stays, events]) => ({
    day: Number(day),
    ward: ward === null ? '' : String(ward),
    age: Number(age),
    female: female === true,
    planned: planned === true,
    factors: Number(factors),
    stays: Number(stays),
    events: Number(events),
  }));
