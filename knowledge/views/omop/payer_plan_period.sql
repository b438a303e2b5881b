-- title: OMOP: cover by payers
-- description: One row a coverage whose begin is known; one that goes on ends on the day as of which the tables tell.
-- of: coverage, omop.person
-- column: payer_plan_period_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: payer_plan_period_start_date DATE required (date) First day
-- column: payer_plan_period_end_date DATE required (date) Last day
-- column: payer_concept_id INTEGER Standard concept of the payer; 0 where the site's mapping has none
-- column: payer_source_value VARCHAR Payer as recorded
-- column: payer_source_concept_id INTEGER Not filled
-- column: plan_concept_id INTEGER Standard concept of the plan; 0 where the site's mapping has none
-- column: plan_source_value VARCHAR Plan as recorded
-- column: plan_source_concept_id INTEGER Not filled
-- column: sponsor_concept_id INTEGER Not filled
-- column: sponsor_source_value VARCHAR Not filled
-- column: sponsor_source_concept_id INTEGER Not filled
-- column: family_source_value VARCHAR Not filled
-- column: stop_reason_concept_id INTEGER Not filled
-- column: stop_reason_source_value VARCHAR Not filled
-- column: stop_reason_source_concept_id INTEGER Not filled
select
  key_number(c.id) as payer_plan_period_id,
  n.person_id,
  cast(c."start" as date) as payer_plan_period_start_date,
  cast(greatest(coalesce(c."end", (select max(l.last_updated) from coverage l)), c."start") as date) as payer_plan_period_end_date,
  case when c.payer is not null then 0 end as payer_concept_id,
  c.payer as payer_source_value,
  null as payer_source_concept_id,
  case when c.type_code is not null then 0 end as plan_concept_id,
  coalesce(c.type_code, c.type_display) as plan_source_value,
  null as plan_source_concept_id,
  null as sponsor_concept_id,
  null as sponsor_source_value,
  null as sponsor_source_concept_id,
  null as family_source_value,
  null as stop_reason_concept_id,
  null as stop_reason_source_value,
  null as stop_reason_source_concept_id
from coverage c
join omop.person n on n.person_id = key_number(c.patient_id)
where coalesce(c.status, '') <> 'entered-in-error' and c."start" is not null
