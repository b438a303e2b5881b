-- title: OMOP: eras of conditions
-- description: One row a time in which a person had a condition, with at most 30 days between one and the next. Only conditions that the site has mapped.
-- of: omop.condition_occurrence
-- column: condition_era_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: condition_concept_id INTEGER required Standard concept of the condition; 0 where the site's mapping has none
-- column: condition_era_start_date DATE required (date) First day
-- column: condition_era_end_date DATE required (date) Last day
-- column: condition_occurrence_count INTEGER (date) Conditions in the era
with spans as (
  select s.person_id, s.condition_concept_id as concept, s.condition_start_date as begun, coalesce(s.condition_end_date, s.condition_start_date) as ended
  from omop.condition_occurrence s
  where s.condition_concept_id <> 0
), before as (
  select x.*, max(x.ended) over (
    partition by x.person_id, x.concept order by x.begun, x.ended rows between unbounded preceding and 1 preceding
  ) as ended_before
  from spans x
), counted as (
  -- Another era begins where more than 30 days are between it and all that came before.
  select b.*, count(*) filter (b.ended_before is null or b.begun > b.ended_before + 30) over (
    partition by b.person_id, b.concept order by b.begun, b.ended rows between unbounded preceding and current row
  ) as era
  from before b
)
select
  key_number(concat_ws('/', c.person_id, c.concept, min(c.begun))) as condition_era_id,
  c.person_id,
  c.concept as condition_concept_id,
  min(c.begun) as condition_era_start_date,
  max(c.ended) as condition_era_end_date,
  count(*) as condition_occurrence_count
from counted c
group by c.person_id, c.concept, c.era
