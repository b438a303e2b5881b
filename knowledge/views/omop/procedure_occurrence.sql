-- title: OMOP: procedures
-- description: One row a procedure that was done or goes on and has a day.
-- of: procedures, code_map, omop.person, omop.visit_occurrence
-- column: procedure_occurrence_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: procedure_concept_id INTEGER required Standard concept of the procedure; 0 where the site's mapping has none
-- column: procedure_date DATE required (date) Day of the procedure
-- column: procedure_datetime TIMESTAMP (date) Moment of the procedure, by the local clock
-- column: procedure_end_date DATE (date) Last day
-- column: procedure_end_datetime TIMESTAMP (date) When it ended, by the local clock
-- column: procedure_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: modifier_concept_id INTEGER Not filled
-- column: quantity INTEGER How much or how many
-- column: provider_id BIGINT (key) Number of who was responsible (provider)
-- column: visit_occurrence_id BIGINT (key) Number of the visit
-- column: visit_detail_id BIGINT (key) Not filled
-- column: procedure_source_value VARCHAR Procedure as recorded
-- column: procedure_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: modifier_source_value VARCHAR Not filled
select
  key_number(d.id) as procedure_occurrence_id,
  n.person_id,
  coalesce(m.concept_id, 0) as procedure_concept_id,
  cast(coalesce(d.performed, d.performed_start) as date) as procedure_date,
  cast(coalesce(d.performed, d.performed_start) as timestamp) as procedure_datetime,
  case when d.performed_end is not null then cast(greatest(d.performed_end, d.performed, d.performed_start) as date) end as procedure_end_date,
  case when d.performed_end is not null then cast(greatest(d.performed_end, d.performed, d.performed_start) as timestamp) end as procedure_end_datetime,
  32817 as procedure_type_concept_id,
  null as modifier_concept_id,
  1 as quantity,
  key_number(d.performer_id) as provider_id,
  v.visit_occurrence_id,
  null as visit_detail_id,
  coalesce(d.code_code, d.code_display) as procedure_source_value,
  coalesce(m.source_concept_id, 0) as procedure_source_concept_id,
  null as modifier_source_value
from procedures d
join omop.person n on n.person_id = key_number(d.patient_id)
left join omop.visit_occurrence v on v.visit_occurrence_id = key_number(d.encounter_id) and v.person_id = n.person_id
left join code_map m on m.system = d.code_system and m.code = d.code_code
where coalesce(d.status, '') not in ('entered-in-error', 'not-done', 'preparation') and coalesce(d.performed, d.performed_start) is not null
