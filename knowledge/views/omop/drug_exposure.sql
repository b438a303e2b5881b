-- title: OMOP: drugs
-- description: One row a prescription (type 32838), a dose given (32818) or a vaccination (32818): who counts doses takes one of them. Doses not given, drafts and what was entered in error are left out.
-- of: medication_requests, medication_administrations, immunizations, code_map, omop.person, omop.visit_occurrence
-- column: drug_exposure_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: drug_concept_id INTEGER required Standard concept of the drug; 0 where the site's mapping has none
-- column: drug_exposure_start_date DATE required (date) First day
-- column: drug_exposure_start_datetime TIMESTAMP (date) When it began, by the local clock
-- column: drug_exposure_end_date DATE required (date) Last day
-- column: drug_exposure_end_datetime TIMESTAMP (date) When it ended, by the local clock
-- column: verbatim_end_date DATE (date) Not filled
-- column: drug_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: stop_reason VARCHAR Not filled
-- column: refills INTEGER Not filled
-- column: quantity DOUBLE How much or how many
-- column: days_supply INTEGER Not filled
-- column: sig VARCHAR Not filled: instructions are free text
-- column: route_concept_id INTEGER Standard concept of the route; 0 where the site's mapping has none
-- column: lot_number VARCHAR Number of the lot
-- column: provider_id BIGINT (key) Number of who was responsible (provider)
-- column: visit_occurrence_id BIGINT (key) Number of the visit
-- column: visit_detail_id BIGINT (key) Not filled
-- column: drug_source_value VARCHAR Drug as recorded
-- column: drug_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: route_source_value VARCHAR Route as recorded
-- column: dose_unit_source_value VARCHAR Unit of the dose as recorded
with drugs as (
  select key_number('MedicationRequest/' || r.id) as id, r.patient_id, r.encounter_id, r.medication_system as system, r.medication_code as code,
    r.medication_display as display, r.authored as begun, r.authored as ended, 32838 as type, r.dose, r.dose_unit, r.route_code, r.requester_id as who,
    null as lot
  from medication_requests r
  where coalesce(r.status, '') not in ('entered-in-error', 'cancelled', 'draft') and coalesce(r.intent, '') not in ('proposal', 'plan', 'option')
  union all
  select key_number('MedicationAdministration/' || a.id), a.patient_id, a.encounter_id, a.medication_system, a.medication_code, a.medication_display,
    coalesce(a.effective, a.effective_start), coalesce(a.effective_end, a.effective, a.effective_start), 32818, a.dose, a.dose_unit, a.route_code,
    a.performer_id, null
  from medication_administrations a
  where coalesce(a.status, '') not in ('entered-in-error', 'not-done')
  union all
  select key_number('Immunization/' || i.id), i.patient_id, i.encounter_id, i.vaccine_system, i.vaccine_code, i.vaccine_display, i.occurred,
    i.occurred, 32818, i.dose, i.dose_unit, i.route, null, i.lot_number
  from immunizations i
  where coalesce(i.status, '') not in ('entered-in-error', 'not-done')
)
select
  x.id as drug_exposure_id,
  n.person_id,
  coalesce(m.concept_id, 0) as drug_concept_id,
  cast(x.begun as date) as drug_exposure_start_date,
  cast(x.begun as timestamp) as drug_exposure_start_datetime,
  cast(greatest(x.ended, x.begun) as date) as drug_exposure_end_date,
  cast(greatest(x.ended, x.begun) as timestamp) as drug_exposure_end_datetime,
  null as verbatim_end_date,
  x.type as drug_type_concept_id,
  null as stop_reason,
  null as refills,
  x.dose as quantity,
  null as days_supply,
  null as sig,
  case when x.route_code is not null then coalesce(t.concept_id, 0) end as route_concept_id,
  x.lot as lot_number,
  key_number(x.who) as provider_id,
  v.visit_occurrence_id,
  null as visit_detail_id,
  coalesce(x.code, x.display) as drug_source_value,
  coalesce(m.source_concept_id, 0) as drug_source_concept_id,
  x.route_code as route_source_value,
  x.dose_unit as dose_unit_source_value
from drugs x
join omop.person n on n.person_id = key_number(x.patient_id)
left join omop.visit_occurrence v on v.visit_occurrence_id = key_number(x.encounter_id) and v.person_id = n.person_id
left join code_map m on m.system = x.system and m.code = x.code
-- Routes have no system in the tables; R4 names codes of SNOMED CT for them.
left join code_map t on t.system = 'http://snomed.info/sct' and t.code = x.route_code
where x.begun is not null
