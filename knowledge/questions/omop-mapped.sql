-- title: OMOP: share of rows with a concept
-- description: How many rows of each table have a standard concept by the site's mapping, and how many codes are still without one.
-- detail: de-identified
-- summary: yes
-- chart: bar x=what y=share unit=%
with said as (
  select 'conditions' as what, c.condition_concept_id as concept, c.condition_source_value as code from omop.condition_occurrence c
  union all
  select 'drugs', d.drug_concept_id, d.drug_source_value from omop.drug_exposure d
  union all
  select 'procedures', p.procedure_concept_id, p.procedure_source_value from omop.procedure_occurrence p
  union all
  select 'measurements', m.measurement_concept_id, m.measurement_source_value from omop.measurement m
  union all
  select 'observations', o.observation_concept_id, o.observation_source_value from omop.observation o
  union all
  select 'visits', v.visit_concept_id, v.visit_source_value from omop.visit_occurrence v
)
select
  what,
  round(100.0 * count(*) filter (concept <> 0) / count(*), 1) as share,
  count(*) as "rows",
  count(distinct code) filter (concept = 0) as codes_without
from said
group by what
order by what
