-- title: OMOP: what cannot be
-- description: Rows that contradict themselves, as the Data Quality Dashboard of OHDSI looks for them: before birth, long after death, in the future, or where two numbers are the same. Of the years alone where days are not shown.
-- detail: limited
-- summary: yes
-- chart: table
with happened as (
  select 'condition' as what, c.person_id, c.condition_start_date as day, c.condition_occurrence_id as id from omop.condition_occurrence c
  union all
  select 'drug', d.person_id, d.drug_exposure_start_date, d.drug_exposure_id from omop.drug_exposure d
  union all
  select 'measurement', m.person_id, m.measurement_date, m.measurement_id from omop.measurement m
  union all
  select 'procedure', p.person_id, p.procedure_date, p.procedure_occurrence_id from omop.procedure_occurrence p
  union all
  select 'visit', v.person_id, v.visit_start_date, v.visit_occurrence_id from omop.visit_occurrence v
)
select
  h.what,
  count(*) as "rows",
  count(*) filter (year(h.day) < p.year_of_birth) as before_birth,
  count(*) filter (h.day > x.death_date + 60) as after_death,
  count(*) filter (h.day > current_date + 1) as in_future,
  count(*) - count(distinct h.id) as same_number
from happened h
join omop.person p on p.person_id = h.person_id
left join omop.death x on x.person_id = h.person_id
group by h.what
order by h.what
