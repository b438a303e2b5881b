-- title: OMOP: parts of visits
-- description: One row a place of a visit.
-- of: encounter_locations, omop.visit_occurrence
-- column: visit_detail_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: visit_detail_concept_id INTEGER required Standard concept of the visit detail; 0 where the site's mapping has none
-- column: visit_detail_start_date DATE required (date) First day
-- column: visit_detail_start_datetime TIMESTAMP (date) When it began, by the local clock
-- column: visit_detail_end_date DATE required (date) Last day; of one that goes on, the day as of which the tables tell
-- column: visit_detail_end_datetime TIMESTAMP (date) When it ended, by the local clock
-- column: visit_detail_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: provider_id BIGINT (key) Number of who was responsible (provider)
-- column: care_site_id BIGINT (key) Number of the ward or place (care_site)
-- column: visit_detail_source_value VARCHAR Visit detail as recorded
-- column: visit_detail_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: admitted_from_concept_id INTEGER Not filled
-- column: admitted_from_source_value VARCHAR Not filled
-- column: discharged_to_source_value VARCHAR Not filled
-- column: discharged_to_concept_id INTEGER Not filled
-- column: preceding_visit_detail_id BIGINT (key) Not filled
-- column: parent_visit_detail_id BIGINT (key) Not filled
-- column: visit_occurrence_id BIGINT required (key) Number of the visit
select
  key_number(l.encounter_id || '/' || l.place) as visit_detail_id,
  v.person_id,
  v.visit_concept_id as visit_detail_concept_id,
  coalesce(cast(l."start" as date), v.visit_start_date) as visit_detail_start_date,
  coalesce(cast(l."start" as timestamp), v.visit_start_datetime) as visit_detail_start_datetime,
  greatest(coalesce(cast(l."end" as date), v.visit_end_date), cast(l."start" as date), v.visit_start_date) as visit_detail_end_date,
  greatest(coalesce(cast(l."end" as timestamp), v.visit_end_datetime), cast(l."start" as timestamp), v.visit_start_datetime) as visit_detail_end_datetime,
  32827 as visit_detail_type_concept_id,
  v.provider_id,
  key_number(l.location_id) as care_site_id,
  l.location_name as visit_detail_source_value,
  0 as visit_detail_source_concept_id,
  null as admitted_from_concept_id,
  null as admitted_from_source_value,
  null as discharged_to_source_value,
  null as discharged_to_concept_id,
  null as preceding_visit_detail_id,
  null as parent_visit_detail_id,
  v.visit_occurrence_id
from encounter_locations l
join omop.visit_occurrence v on v.visit_occurrence_id = key_number(l.encounter_id) and v.person_id = key_number(l.patient_id)
