// Stays as reports of what was given and what happened later, counted: what disproportionality asks. Drugs and devices count that came before the first new
// event of the stay; events are diagnoses and critical results of the second day and later, and adverse events. No key of a person leaves the tables.
import type { Report } from '../../methods/disproportionality/screening.ts';
import type { Answer } from '../../warehouse/contract.ts';
import { Bound } from './condition-sql.ts';
import type { Question, RowTables } from './contract.ts';
import { withRows } from './with-rows.ts';

export const kindsOfSignal = ['drugs', 'devices'] as const;
export type SignalKind = (typeof kindsOfSignal)[number];

/** Names of what is given, as a JSON list; names of events, as a JSON list; age band and sex; how many stays. */
export function signalsQuestion(kind: SignalKind, tables: RowTables, { sinceMs, untilMs }: { sinceMs: number; untilMs: number }): Question {
  const bound = new Bound();
  const [since, until] = [bound.number(sinceMs), bound.number(untilMs)];
  const given =
    kind === 'drugs'
      ? "select encounter_id, ingredient as name, min(given_at) as begun from rows_administrations where ingredient is not null and status in ('completed', 'in-progress') group by all"
      : 'select s.id as encounter_id, d.device as name, min(d."start") as begun from rows_device_uses d join stays s on s.patient_id = d.patient_id and d."start" between s.since and s.until where d.device <> \'other\' group by all';
  const sql = `${withRows(
    tables,
    [kind === 'drugs' ? 'administrations' : 'device_uses', 'conditions', 'observations', 'safety_events', 'stays'],
    [
      `stays as materialized (select s.id, s.patient_id, epoch_ms(s.since) as since, coalesce(epoch_ms(s.until), ${until}::BIGINT) as until,
concat(case when p.birth_date is null then 'age not known' when date_diff('year', p.birth_date::DATE, s.since::DATE) < 18 then 'below 18' when date_diff('year', p.birth_date::DATE, s.since::DATE) < 65 then '18-64' else '65 and older' end, ', ', coalesce(p.gender, 'sex not known')) as stratum
from rows_stays s join encounters e on e.id = s.id join patients p on p.id = s.patient_id where e.class = 'IMP' and epoch_ms(s.since) >= ${since} and epoch_ms(s.since) < ${until})`,
      `events as materialized (
select c.encounter_id, 'diagnosis ' || left(c.code, 3) as name, min(c.recorded_at) as happened_at from rows_conditions c join stays s on s.id = c.encounter_id where c.recorded_at > s.since + 86400000 and c.code is not null group by all
union all select o.encounter_id, 'result ' || o.code || ' ' || o.interpretation, min(o.effective_at) from rows_observations o join stays s on s.id = o.encounter_id where o.interpretation in ('HH', 'LL', 'AA') and o.effective_at > s.since + 86400000 and o.code is not null and o.code not in ('news2') group by all
union all select a.encounter_id, 'adverse event: ' || a.event, min(a.occurred_at) from rows_safety_events a join stays s on s.id = a.encounter_id where a.occurred_at >= s.since group by all)`,
      'first_event as materialized (select encounter_id, min(happened_at) as first_at from events group by all)',
      `given as materialized (${given})`,
      'drugs as materialized (select g.encounter_id, list(g.name order by g.name) as names from given g left join first_event f on f.encounter_id = g.encounter_id where f.first_at is null or g.begun < f.first_at group by all)',
      'happened as materialized (select encounter_id, list(name order by name) as names from events group by all)',
    ],
  )}
select coalesce(to_json(d.names)::VARCHAR, '[]') as drugs, coalesce(to_json(h.names)::VARCHAR, '[]') as events, s.stratum, count(*)::DOUBLE as stays
from stays s left join drugs d on d.encounter_id = s.id left join happened h on h.encounter_id = s.id group by all order by all`;
  return { sql, parameters: bound.parameters };
}

export interface CountedReport extends Report {
  stays: number;
}

const namesIn = (cell: unknown): string[] => {
  const list: unknown = JSON.parse(String(cell));
  return Array.isArray(list) ? list.map(String) : [];
};
export const reportsOf = ({ rows }: Answer): CountedReport[] =>
  rows.map(([drugs, events, stratum, stays]) => ({
    drugs: namesIn(drugs),
    events: namesIn(events),
    stratum: String(stratum),
    stays: Number(stays),
  }));

/** What words the codes of events have, as the record shows them. */
export const eventWordsQuestion = (): Question => ({
  sql: `select 'diagnosis ' || left(code_code, 3) as name, mode(code_display) as words from conditions where code_code is not null and code_display is not null group by all
union all select 'result ' || code_code || ' ' || interpretation, mode(code_display) || case interpretation when 'HH' then ', critically high' when 'LL' then ', critically low' else ', critical' end
  from observations where interpretation in ('HH', 'LL', 'AA') and code_code is not null and code_display is not null group by code_code, interpretation`,
  parameters: {},
});
