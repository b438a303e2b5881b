// What is counted and listed of the results of registries: by day, by clinic, practitioner and postal area, by age; and rows of persons.
import { ageBands } from '../surveillance/contract.ts';

/** Where somebody belongs: the clinic of the last visit to one, the general practitioner or else who was seen there, the postal code. */
const homes = `homes as (
  select t.id as patient_id, coalesce(v.clinic, '') as clinic, coalesce(t.practitioner_id, v.practitioner, '') as practitioner, coalesce(t.postal_code, '') as area
  from patients t left join (
    select e.patient_id, max_by(coalesce(house.name, place.name, ''), e.start) as clinic, max_by(e.practitioner_id, e.start) as practitioner
    from encounters e left join locations place on place.id = e.location_id left join locations house on house.id = place.part_of_id
    where e.class = 'AMB' and e.status not in ('planned', 'cancelled', 'entered-in-error') group by e.patient_id) v on v.patient_id = t.id)`;

/** Counts by registry, gap ('' is membership), day and outcome. */
export const trendEnd = 'select registry, gap, cast(at_day as varchar), outcome, count(*) from results group by all';

/** Counts of one day, by facet apart. */
export const facetsEnd = `, ${homes}, placed as (select r.registry, r.gap, r.outcome, h.clinic, h.practitioner, h.area, count(*) as n from results r join homes h on h.patient_id = r.patient_id group by all)
select registry, gap, outcome, '' as facet, '' as value, sum(n)::bigint as n from placed group by all
union all select registry, gap, outcome, 'clinic', clinic, sum(n)::bigint from placed group by all
union all select registry, gap, outcome, 'practitioner', practitioner, sum(n)::bigint from placed group by all
union all select registry, gap, outcome, 'area', area, sum(n)::bigint from placed group by all`;

const band = `case when p.born is null then 'unknown' ${[5, 18, 45, 65, 75].map((years, i) => `when cast(p.born + to_months(${years * 12}) as date) > p.at_day then '${ageBands[i]}'`).join(' ')} else '${ageBands[5]}' end`;
/** Members of one registry and everybody, by postal area and age. */
export const ratesEnd = `, ${homes}
select h.area, ${band} as age, count(r.patient_id) as members, count(*) as people
from people p join homes h on h.patient_id = p.patient_id left join results r on r.patient_id = p.patient_id and r.at_day = p.at_day and r.gap = '' and r.outcome = 'yes'
where h.area <> '' group by all`;

/** Rows of persons: asked without a summary, so that the right to export decides. `$outcome`, `$clinic`, `$practitioner`, `$area`: '' for any. */
export const listEnd = `, ${homes}
select r.patient_id, t.mrn, t.family, t.given, cast(t.birth_date as varchar) as born, t.phone, h.clinic, h.practitioner, r.outcome, r.reason,
  cast(r."last" as varchar) as "last", r.value, cast(r.due as varchar) as due
from results r join homes h on h.patient_id = r.patient_id join patients t on t.id = r.patient_id
where r.gap = $gap and ($outcome = '' or r.outcome = $outcome) and ($clinic = '' or h.clinic = $clinic)
  and ($practitioner = '' or h.practitioner in ($practitioner, concat('Practitioner/', $practitioner))) and ($area = '' or h.area = $area)
order by case r.outcome when 'gap' then 0 when 'unknown' then 1 when 'met' then 2 else 3 end, r.due nulls first, r.patient_id limit $rows`;
