-- title: OMOP: observations
-- description: One row an observation that is no measurement, each of its parts without a number, and each allergy.
-- of: observations, observation_components, allergies, code_map, omop.person, omop.visit_occurrence
-- column: observation_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: observation_concept_id INTEGER required Standard concept of the observation; 0 where the site's mapping has none
-- column: observation_date DATE required (date) Day of the observation
-- column: observation_datetime TIMESTAMP (date) Moment of the observation, by the local clock
-- column: observation_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: value_as_number DOUBLE Not filled
-- column: value_as_string VARCHAR Not filled: such values are free text
-- column: value_as_concept_id INTEGER Standard concept of the value as; 0 where the site's mapping has none
-- column: qualifier_concept_id INTEGER Not filled
-- column: unit_concept_id INTEGER Not filled
-- column: provider_id BIGINT (key) Number of who was responsible (provider)
-- column: visit_occurrence_id BIGINT (key) Number of the visit
-- column: visit_detail_id BIGINT (key) Not filled
-- column: observation_source_value VARCHAR Observation as recorded
-- column: observation_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: unit_source_value VARCHAR Not filled
-- column: qualifier_source_value VARCHAR Not filled
-- column: value_source_value VARCHAR Value as recorded
-- column: observation_event_id BIGINT (key) Not filled
-- column: obs_event_field_concept_id INTEGER Not filled
with said as (
  select key_number('Observation/' || o.id) as id, o.patient_id, o.encounter_id, o.code_system, o.code_code, o.code_display,
    coalesce(o.effective, o.effective_start, o.issued) as at, coalesce(o.value_code, cast(o.value_boolean as varchar)) as value
  from observations o
  where coalesce(o.status, '') not in ('entered-in-error', 'cancelled')
    and o.value is null and o.value_integer is null and coalesce(o.category, '') not in ('laboratory', 'vital-signs')
  union all
  select key_number('Observation/' || c.observation_id || '/' || c.part), c.patient_id, c.encounter_id, c.code_system, c.code_code, c.code_display,
    c.effective, coalesce(c.value_code, cast(c.value_boolean as varchar))
  from observation_components c
  where coalesce(c.status, '') not in ('entered-in-error', 'cancelled') and c.value is null and c.value_integer is null
  union all
  select key_number('AllergyIntolerance/' || a.id), a.patient_id, a.encounter_id, a.code_system, a.code_code, a.code_display,
    coalesce(a.onset, a.recorded), a.manifestation_code
  from allergies a
  where coalesce(a.verification_status, '') not in ('entered-in-error', 'refuted')
)
select
  x.id as observation_id,
  n.person_id,
  coalesce(m.concept_id, 0) as observation_concept_id,
  cast(x.at as date) as observation_date,
  cast(x.at as timestamp) as observation_datetime,
  32817 as observation_type_concept_id,
  null as value_as_number,
  null as value_as_string,
  case when x.value is not null then 0 end as value_as_concept_id,
  null as qualifier_concept_id,
  null as unit_concept_id,
  v.provider_id,
  v.visit_occurrence_id,
  null as visit_detail_id,
  coalesce(x.code_code, x.code_display) as observation_source_value,
  coalesce(m.source_concept_id, 0) as observation_source_concept_id,
  null as unit_source_value,
  null as qualifier_source_value,
  x.value as value_source_value,
  null as observation_event_id,
  null as obs_event_field_concept_id
from said x
join omop.person n on n.person_id = key_number(x.patient_id)
left join omop.visit_occurrence v on v.visit_occurrence_id = key_number(x.encounter_id) and v.person_id = n.person_id
left join code_map m on m.system = x.code_system and m.code = x.code_code
where x.at is not null
