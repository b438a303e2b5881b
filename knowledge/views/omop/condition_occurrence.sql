-- title: OMOP: conditions
-- description: One row a condition that is neither refuted nor entered in error and has a day: of its onset, its recording or its visit.
-- of: conditions, code_map, omop.person, omop.visit_occurrence
-- column: condition_occurrence_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: condition_concept_id INTEGER required Standard concept of the condition; 0 where the site's mapping has none
-- column: condition_start_date DATE required (date) First day
-- column: condition_start_datetime TIMESTAMP (date) When it began, by the local clock
-- column: condition_end_date DATE (date) Last day
-- column: condition_end_datetime TIMESTAMP (date) When it ended, by the local clock
-- column: condition_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: condition_status_concept_id INTEGER Not filled
-- column: stop_reason VARCHAR Not filled
-- column: provider_id BIGINT (key) Number of who was responsible (provider)
-- column: visit_occurrence_id BIGINT (key) Number of the visit
-- column: visit_detail_id BIGINT (key) Not filled
-- column: condition_source_value VARCHAR Condition as recorded
-- column: condition_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: condition_status_source_value VARCHAR Condition status as recorded
with dated as (
  select c.*, v.visit_occurrence_id, v.provider_id, n.person_id,
    coalesce(cast(coalesce(c.onset, c.recorded) as timestamp), v.visit_start_datetime) as begun
  from conditions c
  join omop.person n on n.person_id = key_number(c.patient_id)
  left join omop.visit_occurrence v on v.visit_occurrence_id = key_number(c.encounter_id) and v.person_id = n.person_id
  where coalesce(c.verification_status, '') not in ('entered-in-error', 'refuted')
)
select
  key_number(d.id) as condition_occurrence_id,
  d.person_id,
  coalesce(m.concept_id, 0) as condition_concept_id,
  cast(d.begun as date) as condition_start_date,
  d.begun as condition_start_datetime,
  case when d.abatement is not null then greatest(cast(d.abatement as date), cast(d.begun as date)) end as condition_end_date,
  case when d.abatement is not null then greatest(cast(d.abatement as timestamp), d.begun) end as condition_end_datetime,
  case d.category when 'problem-list-item' then 32840 else 32817 end as condition_type_concept_id,
  null as condition_status_concept_id,
  null as stop_reason,
  d.provider_id,
  d.visit_occurrence_id,
  null as visit_detail_id,
  coalesce(d.code_code, d.code_display) as condition_source_value,
  coalesce(m.source_concept_id, 0) as condition_source_concept_id,
  d.clinical_status as condition_status_source_value
from dated d
left join code_map m on m.system = d.code_system and m.code = d.code_code
where d.begun is not null
