-- title: OMOP: visits
-- description: One row an encounter that took place or goes on and whose begin is known: not those planned, cancelled or entered in error.
-- of: encounters, code_map, omop.person
-- column: visit_occurrence_id BIGINT required (key) Number of the visit
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: visit_concept_id INTEGER required 9201 inpatient, 9202 outpatient, 9203 emergency, by the class of the encounter
-- column: visit_start_date DATE required (date) First day
-- column: visit_start_datetime TIMESTAMP (date) When it began, by the local clock
-- column: visit_end_date DATE required (date) Last day; of a visit that goes on, the day as of which the tables tell
-- column: visit_end_datetime TIMESTAMP (date) When it ended, by the local clock
-- column: visit_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: provider_id BIGINT (key) Number of who was responsible (provider)
-- column: care_site_id BIGINT (key) Number of the ward or place (care_site)
-- column: visit_source_value VARCHAR Visit as recorded
-- column: visit_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: admitted_from_concept_id INTEGER Standard concept of the admitted from; 0 where the site's mapping has none
-- column: admitted_from_source_value VARCHAR Admitted from as recorded
-- column: discharged_to_concept_id INTEGER Standard concept of the discharged to; 0 where the site's mapping has none
-- column: discharged_to_source_value VARCHAR Discharged to as recorded
-- column: preceding_visit_occurrence_id BIGINT (key) Not filled
with known as (
  select e.*, greatest(coalesce(e."end", (select max(l.last_updated) from encounters l)), e."start") as until from encounters e
  where e."start" is not null and coalesce(e.status, '') not in ('planned', 'cancelled', 'entered-in-error')
)
select
  key_number(k.id) as visit_occurrence_id,
  n.person_id,
  coalesce(m.concept_id, 0) as visit_concept_id,
  cast(k."start" as date) as visit_start_date,
  cast(k."start" as timestamp) as visit_start_datetime,
  cast(k.until as date) as visit_end_date,
  cast(k.until as timestamp) as visit_end_datetime,
  32827 as visit_type_concept_id,
  key_number(k.practitioner_id) as provider_id,
  key_number(k.location_id) as care_site_id,
  k.class as visit_source_value,
  coalesce(m.source_concept_id, 0) as visit_source_concept_id,
  case when k.admit_source is not null then coalesce(a.concept_id, 0) end as admitted_from_concept_id,
  k.admit_source as admitted_from_source_value,
  case when k.discharge_disposition is not null then coalesce(d.concept_id, 0) end as discharged_to_concept_id,
  k.discharge_disposition as discharged_to_source_value,
  null as preceding_visit_occurrence_id
from known k
join omop.person n on n.person_id = key_number(k.patient_id)
left join code_map m on m.system = 'http://terminology.hl7.org/CodeSystem/v3-ActCode' and m.code = k.class
left join code_map a on a.system = 'http://terminology.hl7.org/CodeSystem/admit-source' and a.code = k.admit_source
left join code_map d on d.system = 'http://terminology.hl7.org/CodeSystem/discharge-disposition' and d.code = k.discharge_disposition
