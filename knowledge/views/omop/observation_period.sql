-- title: OMOP: observation periods
-- description: One row a person: from the first to the last day on which a visit, an observation, a drug or a procedure is recorded.
-- of: observations, medication_requests, medication_administrations, procedures, omop.person, omop.visit_occurrence
-- column: observation_period_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: observation_period_start_date DATE required (date) First day
-- column: observation_period_end_date DATE required (date) Last day
-- column: period_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
with recorded as (
  select key_number(o.patient_id) as person_id, cast(min(coalesce(o.effective, o.effective_start)) as date) as begun, cast(max(coalesce(o.effective, o.effective_start)) as date) as ended
  from observations o where coalesce(o.status, '') not in ('entered-in-error', 'cancelled') group by o.patient_id
  union all
  select key_number(r.patient_id), cast(min(r.authored) as date), cast(max(r.authored) as date)
  from medication_requests r where coalesce(r.status, '') not in ('entered-in-error', 'cancelled', 'draft') group by r.patient_id
  union all
  select key_number(a.patient_id), cast(min(coalesce(a.effective, a.effective_start)) as date), cast(max(coalesce(a.effective_end, a.effective, a.effective_start)) as date)
  from medication_administrations a where coalesce(a.status, '') not in ('entered-in-error', 'not-done') group by a.patient_id
  union all
  select key_number(d.patient_id), cast(min(coalesce(d.performed, d.performed_start)) as date), cast(max(coalesce(d.performed_end, d.performed, d.performed_start)) as date)
  from procedures d where coalesce(d.status, '') not in ('entered-in-error', 'not-done') group by d.patient_id
  union all
  select v.person_id, min(v.visit_start_date), max(v.visit_end_date) from omop.visit_occurrence v group by v.person_id
)
select
  n.person_id as observation_period_id,
  n.person_id,
  min(x.begun) as observation_period_start_date,
  greatest(max(x.ended), min(x.begun)) as observation_period_end_date,
  32817 as period_type_concept_id
from recorded x
join omop.person n on n.person_id = x.person_id
where x.begun is not null
group by n.person_id
