// The questions of surveillance to the tables. A visit is an encounter on the local day of its beginning; in a stay, a diagnosis counts on the day
// of its onset. What complaints and codes mean comes in as parameters (two lists each), so that the same SQL serves every definition.

/** `$zone`, `$since` and `$until` (UTC), `$class`; filters `$area`, `$age`, `$sex`, `$place`, '' for none. */
const visits = `
visits as (
  select e.id, e.patient_id, e.class, e."start", e."end", e.reason_code, e.last_updated,
    cast(timezone($zone, e."start") as date) as day,
    coalesce(e.reason_text, e.reason_display, '') as complaint,
    coalesce(p.gender, 'unknown') as sex,
    coalesce(p.postal_code, '') as area,
    coalesce(house.name, place.name, '') as place,
    case
      when p.birth_date is null then 'unknown'
      when date_sub('year', p.birth_date, cast(timezone($zone, e."start") as date)) < 5 then '0-4'
      when date_sub('year', p.birth_date, cast(timezone($zone, e."start") as date)) < 18 then '5-17'
      when date_sub('year', p.birth_date, cast(timezone($zone, e."start") as date)) < 45 then '18-44'
      when date_sub('year', p.birth_date, cast(timezone($zone, e."start") as date)) < 65 then '45-64'
      when date_sub('year', p.birth_date, cast(timezone($zone, e."start") as date)) < 75 then '65-74'
      else '75+'
    end as age
  from encounters e
  left join patients p on p.id = e.patient_id
  left join locations place on place.id = e.location_id
  left join locations house on house.id = place.part_of_id
  where e."start" >= cast($since as timestamptz) and e."start" < cast($until as timestamptz)
    and e.status not in ('planned', 'cancelled', 'entered-in-error')
    and ($class = 'all' or e.class = $class)
),
seen as (
  select * from visits
  where ($area = '' or area = $area) and ($age = '' or age = $age) and ($sex = '' or sex = $sex) and ($place = '' or place = $place)
)`;

/** `$texts` with `$textNames`, `$codes` with `$codeNames`: JSON lists that belong together. */
const hits = `
said as (select unnest(from_json($texts, '["VARCHAR"]')) as complaint, unnest(from_json($textNames, '["VARCHAR"]')) as syndrome),
coded as (select unnest(from_json($codes, '["VARCHAR"]')) as code, unnest(from_json($codeNames, '["VARCHAR"]')) as syndrome),
told as (
  select v.id, s.syndrome, v.day, null as code, null as recorded from seen v join said s on s.complaint = v.complaint
  union all
  select v.id, c.syndrome, v.day, v.reason_code, null from seen v join coded c on c.code = v.reason_code
  union all
  select v.id, c.syndrome,
    case when v.class = 'IMP' and d.onset is not null then greatest(v.day, cast(timezone($zone, d.onset) as date)) else v.day end,
    d.code_code, d.recorded
  from seen v join conditions d on d.encounter_id = v.id join coded c on c.code = d.code_code
  where coalesce(d.verification_status, '') not in ('entered-in-error', 'refuted')
),
hits as (
  select id, syndrome, min(day) as day, list(distinct code) filter (code is not null) as codes, min(recorded) as recorded
  from told group by id, syndrome
)`;

/** Distinct complaints with their numbers: for the reader of complaints, shown to nobody. */
export const complaintsSql = `with ${visits}
select complaint, count(*) as n from seen where complaint <> '' group by complaint order by n desc`;

export const codesSql = `with ${visits}
select distinct code from (
  select reason_code as code from seen union all select d.code_code from seen v join conditions d on d.encounter_id = v.id
) where code is not null`;

/** Counts by day, syndrome and each facet apart; the syndrome '' is all visits. */
export const countsSql = `with ${visits}, ${hits},
counted as (
  select h.day, h.syndrome, v.area, v.age, v.sex, v.place from hits h join seen v on v.id = h.id
  union all select day, '', area, age, sex, place from seen
)
select cast(day as varchar) as day, syndrome, 'all' as facet, '' as value, count(*) as n from counted group by 1, 2
union all select cast(day as varchar), syndrome, 'area', area, count(*) from counted where area <> '' group by 1, 2, 4
union all select cast(day as varchar), syndrome, 'age', age, count(*) from counted group by 1, 2, 4
union all select cast(day as varchar), syndrome, 'sex', sex, count(*) from counted group by 1, 2, 4
union all select cast(day as varchar), syndrome, 'place', place, count(*) from counted where place <> '' group by 1, 2, 4`;

/** Of one syndrome: cases by area and age. */
export const areasSql = `with ${visits}, ${hits}
select v.area, v.age, count(*) filter (h.id is not null) as cases, count(*) as visits
from seen v left join hits h on h.id = v.id and h.syndrome = $syndrome
where v.area <> '' group by 1, 2`;

/** Of one syndrome: cases by area and day. */
export const placesSql = `with ${visits}, ${hits}
select v.area, cast(h.day as varchar) as day, count(*) as n from hits h join seen v on v.id = h.id
where h.syndrome = $syndrome and v.area <> '' group by 1, 2`;

/** Of one syndrome: cases by day and by the day on which the record was told (the diagnosis recorded, else the visit's end, else its last change). */
export const lateSql = `with ${visits}, ${hits}
select cast(h.day as varchar) as day,
  cast(greatest(h.day, cast(timezone($zone, coalesce(h.recorded, v."end", v.last_updated)) as date)) as varchar) as told, count(*) as n
from hits h join seen v on v.id = h.id where h.syndrome = $syndrome group by 1, 2`;

/** Rows of persons: asked without a summary, so that the right to export decides. */
export const lineListSql = `with ${visits}, ${hits}
select v.id, v.patient_id, p.mrn, p.family, p.given, cast(p.birth_date as varchar) as birth_date, v.sex, v.age, v.area, v.place, v.class,
  cast(h.day as varchar) as day, v."start", v.complaint, h.codes, v.reason_code
from hits h join seen v on v.id = h.id left join patients p on p.id = v.patient_id
where h.syndrome = $syndrome and h.day between cast($from as date) and cast($to as date)
order by h.day desc, v."start" desc, v.id limit $rows`;

/** Diagnoses that may have to be notified, by code; and laboratory results by code or by a word of the test's name. */
export const diagnosesSql = `select d.id, d.patient_id, d.encounter_id, d.code_code, d.code_display, d.verification_status,
  p.mrn, p.family, p.given, cast(p.birth_date as varchar) as birth_date, p.gender, p.postal_code,
  coalesce(d.onset, d.recorded) as "at"
from conditions d left join patients p on p.id = d.patient_id
where coalesce(d.recorded, d.onset) >= cast($since as timestamptz) and coalesce(d.recorded, d.onset) < cast($until as timestamptz)
  and coalesce(d.verification_status, '') not in ('entered-in-error', 'refuted')
  and regexp_matches(upper(replace(d.code_code, '.', '')), $starts) order by "at" desc limit $rows`;

export const resultsSql = `select o.id, o.patient_id, o.encounter_id, o.code_code, coalesce(o.code_text, o.code_display, '') as name,
  concat_ws(' ', o.value_code_text, o.value_text) as words, o.interpretation, o.value, o.unit,
  p.mrn, p.family, p.given, cast(p.birth_date as varchar) as birth_date, p.gender, p.postal_code, coalesce(o.effective, o.issued) as "at"
from observations o left join patients p on p.id = o.patient_id
where coalesce(o.effective, o.issued) >= cast($since as timestamptz) and coalesce(o.effective, o.issued) < cast($until as timestamptz)
  and o.status in ('final', 'preliminary', 'amended', 'corrected')
  and (list_contains(from_json($loinc, '["VARCHAR"]'), o.code_code)
    or regexp_matches(lower(concat_ws(' ', o.code_text, o.code_display)), $named))
order by "at" desc limit $rows`;
