-- title: OMOP: eras of drugs
-- description: One row a time in which a person had a drug, with at most 30 days between one exposure and the next. Only drugs that the site has mapped; they are not brought together by ingredient.
-- of: omop.drug_exposure
-- column: drug_era_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: drug_concept_id INTEGER required Standard concept of the drug; 0 where the site's mapping has none
-- column: drug_era_start_date DATE required (date) First day
-- column: drug_era_end_date DATE required (date) Last day
-- column: drug_exposure_count INTEGER (date) Exposures in the era
-- column: gap_days INTEGER (date) Days between exposures within the era
with spans as (
  select s.person_id, s.drug_concept_id as concept, s.drug_exposure_start_date as begun, s.drug_exposure_end_date as ended
  from omop.drug_exposure s
  where s.drug_concept_id <> 0
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
  key_number(concat_ws('/', c.person_id, c.concept, min(c.begun))) as drug_era_id,
  c.person_id,
  c.concept as drug_concept_id,
  min(c.begun) as drug_era_start_date,
  max(c.ended) as drug_era_end_date,
  count(*) as drug_exposure_count,
  coalesce(sum(c.begun - c.ended_before) filter (c.begun > c.ended_before and c.begun <= c.ended_before + 30), 0) as gap_days
from counted c
group by c.person_id, c.concept, c.era
