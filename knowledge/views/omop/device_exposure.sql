-- title: OMOP: devices
-- description: One row a use of a device that has a day.
-- of: device_uses, devices, code_map, omop.person, omop.visit_occurrence
-- column: device_exposure_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: device_concept_id INTEGER required Standard concept of the device; 0 where the site's mapping has none
-- column: device_exposure_start_date DATE required (date) First day
-- column: device_exposure_start_datetime TIMESTAMP (date) When it began, by the local clock
-- column: device_exposure_end_date DATE (date) Last day
-- column: device_exposure_end_datetime TIMESTAMP (date) When it ended, by the local clock
-- column: device_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: unique_device_id VARCHAR Not filled: it names one device
-- column: production_id VARCHAR Number of the lot
-- column: quantity INTEGER How much or how many
-- column: provider_id BIGINT (key) Not filled
-- column: visit_occurrence_id BIGINT (key) Number of the visit
-- column: visit_detail_id BIGINT (key) Not filled
-- column: device_source_value VARCHAR Device as recorded
-- column: device_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: unit_concept_id INTEGER Not filled
-- column: unit_source_value VARCHAR Not filled
-- column: unit_source_concept_id INTEGER Not filled
select
  key_number(u.id) as device_exposure_id,
  n.person_id,
  coalesce(m.concept_id, 0) as device_concept_id,
  cast(coalesce(u."start", u.at, u.recorded) as date) as device_exposure_start_date,
  cast(coalesce(u."start", u.at, u.recorded) as timestamp) as device_exposure_start_datetime,
  case when coalesce(u."end", u.at) is not null then cast(greatest(coalesce(u."end", u.at), u."start") as date) end as device_exposure_end_date,
  case when coalesce(u."end", u.at) is not null then cast(greatest(coalesce(u."end", u.at), u."start") as timestamp) end as device_exposure_end_datetime,
  32817 as device_type_concept_id,
  null as unique_device_id,
  d.lot as production_id,
  1 as quantity,
  null as provider_id,
  v.visit_occurrence_id,
  null as visit_detail_id,
  coalesce(d.type_code, d.type_display) as device_source_value,
  coalesce(m.source_concept_id, 0) as device_source_concept_id,
  null as unit_concept_id,
  null as unit_source_value,
  null as unit_source_concept_id
from device_uses u
join omop.person n on n.person_id = key_number(u.patient_id)
left join omop.visit_occurrence v on v.visit_occurrence_id = key_number(u.encounter_id) and v.person_id = n.person_id
left join devices d on d.id = u.device_id
left join code_map m on m.system = d.type_system and m.code = d.type_code
where coalesce(u.status, '') not in ('entered-in-error', 'intended') and coalesce(u."start", u.at, u.recorded) is not null
