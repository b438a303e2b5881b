-- title: OMOP: measurements
-- description: One row an observation with a number, or of the laboratory or the vital signs, and one for each of its parts that has a number. Others stand in omop.observation.
-- of: observations, observation_components, code_map, omop.person, omop.visit_occurrence
-- column: measurement_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: measurement_concept_id INTEGER required Standard concept of the measurement; 0 where the site's mapping has none
-- column: measurement_date DATE required (date) Day of the measurement
-- column: measurement_datetime TIMESTAMP (date) Moment of the measurement, by the local clock
-- column: measurement_time VARCHAR Not filled: the CDM keeps it for older tools only
-- column: measurement_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: operator_concept_id INTEGER Standard concept of the operator; 0 where the site's mapping has none
-- column: value_as_number DOUBLE The value as a number
-- column: value_as_concept_id INTEGER Standard concept of the value as; 0 where the site's mapping has none
-- column: unit_concept_id INTEGER Standard concept of the unit; 0 where the site's mapping has none
-- column: range_low DOUBLE Lower end of the range that is given as usual
-- column: range_high DOUBLE Upper end of it
-- column: provider_id BIGINT (key) Number of who was responsible (provider)
-- column: visit_occurrence_id BIGINT (key) Number of the visit
-- column: visit_detail_id BIGINT (key) Not filled
-- column: measurement_source_value VARCHAR Measurement as recorded
-- column: measurement_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: unit_source_value VARCHAR Unit as recorded
-- column: unit_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: value_source_value VARCHAR Value as recorded
-- column: measurement_event_id BIGINT (key) Not filled
-- column: meas_event_field_concept_id INTEGER Not filled
with measured as (
  select key_number(o.id) as id, o.patient_id, o.encounter_id, o.code_system, o.code_code, o.code_display,
    coalesce(o.effective, o.effective_start, o.issued) as at, coalesce(o.value, o.value_integer) as value, o.comparator, o.unit, o.value_code, o.low, o.high,
    case o.category when 'laboratory' then 32856 when 'vital-signs' then 32836 else 32817 end as type
  from observations o
  where coalesce(o.status, '') not in ('entered-in-error', 'cancelled')
    and (o.value is not null or o.value_integer is not null or o.category in ('laboratory', 'vital-signs'))
  union all
  select key_number(c.observation_id || '/' || c.part), c.patient_id, c.encounter_id, c.code_system, c.code_code, c.code_display,
    c.effective, coalesce(c.value, c.value_integer), c.comparator, c.unit, c.value_code, c.low, c.high, 32817
  from observation_components c
  where coalesce(c.status, '') not in ('entered-in-error', 'cancelled') and (c.value is not null or c.value_integer is not null)
)
select
  x.id as measurement_id,
  n.person_id,
  coalesce(m.concept_id, 0) as measurement_concept_id,
  cast(x.at as date) as measurement_date,
  cast(x.at as timestamp) as measurement_datetime,
  null as measurement_time,
  x.type as measurement_type_concept_id,
  case when x.value is not null then coalesce(c.concept_id, 0) end as operator_concept_id,
  x.value as value_as_number,
  case when x.value_code is not null then 0 end as value_as_concept_id,
  case when x.unit is not null then coalesce(u.concept_id, 0) end as unit_concept_id,
  x.low as range_low,
  x.high as range_high,
  v.provider_id,
  v.visit_occurrence_id,
  null as visit_detail_id,
  coalesce(x.code_code, x.code_display) as measurement_source_value,
  coalesce(m.source_concept_id, 0) as measurement_source_concept_id,
  x.unit as unit_source_value,
  case when x.unit is not null then coalesce(u.source_concept_id, 0) end as unit_source_concept_id,
  coalesce(x.value_code, cast(x.value as varchar)) as value_source_value,
  null as measurement_event_id,
  null as meas_event_field_concept_id
from measured x
join omop.person n on n.person_id = key_number(x.patient_id)
left join omop.visit_occurrence v on v.visit_occurrence_id = key_number(x.encounter_id) and v.person_id = n.person_id
left join code_map m on m.system = x.code_system and m.code = x.code_code
left join code_map u on u.system = 'http://unitsofmeasure.org' and u.code = x.unit
left join code_map c on c.system = 'http://hl7.org/fhir/quantity-comparator' and c.code = coalesce(x.comparator, '=')
where x.at is not null
