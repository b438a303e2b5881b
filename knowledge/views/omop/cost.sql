-- title: OMOP: costs
-- description: One row a line of a claim that names its visit: what was asked for it. What was paid is in no table yet.
-- of: claim_items, claims, omop.visit_occurrence
-- column: cost_id BIGINT required (key) Number of the row
-- column: cost_event_id BIGINT required (key) Number of the visit that was billed
-- column: cost_domain_id VARCHAR required Visit: costs are those of visits
-- column: cost_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: currency_concept_id INTEGER Standard concept of the currency; 0 where the site's mapping has none
-- column: total_charge DOUBLE What was asked for the line of the claim
-- column: total_cost DOUBLE Not filled
-- column: total_paid DOUBLE Not filled
-- column: paid_by_payer DOUBLE Not filled
-- column: paid_by_patient DOUBLE Not filled
-- column: paid_patient_copay DOUBLE Not filled
-- column: paid_patient_coinsurance DOUBLE Not filled
-- column: paid_patient_deductible DOUBLE Not filled
-- column: paid_by_primary DOUBLE Not filled
-- column: paid_ingredient_cost DOUBLE Not filled
-- column: paid_dispensing_fee DOUBLE Not filled
-- column: payer_plan_period_id BIGINT (key) Not filled
-- column: amount_allowed DOUBLE Not filled
-- column: revenue_code_concept_id INTEGER Standard concept of the revenue code; 0 where the site's mapping has none
-- column: revenue_code_source_value VARCHAR Revenue code as recorded
-- column: drg_concept_id INTEGER Not filled
-- column: drg_source_value VARCHAR Not filled
select
  key_number(i.claim_id || '/' || i.line) as cost_id,
  v.visit_occurrence_id as cost_event_id,
  'Visit' as cost_domain_id,
  32810 as cost_type_concept_id,
  case when c.currency is not null then 0 end as currency_concept_id,
  i.net as total_charge,
  null as total_cost,
  null as total_paid,
  null as paid_by_payer,
  null as paid_by_patient,
  null as paid_patient_copay,
  null as paid_patient_coinsurance,
  null as paid_patient_deductible,
  null as paid_by_primary,
  null as paid_ingredient_cost,
  null as paid_dispensing_fee,
  null as payer_plan_period_id,
  null as amount_allowed,
  case when i.revenue is not null then 0 end as revenue_code_concept_id,
  i.revenue as revenue_code_source_value,
  null as drg_concept_id,
  null as drg_source_value
from claim_items i
join claims c on c.id = i.claim_id
join omop.visit_occurrence v on v.visit_occurrence_id = key_number(i.encounter_id) and v.person_id = key_number(i.patient_id)
where coalesce(c.status, '') not in ('entered-in-error', 'cancelled', 'draft')
