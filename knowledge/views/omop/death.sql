-- title: OMOP: deaths
-- description: One row a person who died on a day that is known.
-- of: patients, omop.person
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: death_date DATE required (date) Day of the death
-- column: death_datetime TIMESTAMP (date) Moment of the death, by the local clock
-- column: death_type_concept_id INTEGER Where the row comes from (vocabulary Type Concept)
-- column: cause_concept_id INTEGER Not filled
-- column: cause_source_value VARCHAR Not filled
-- column: cause_source_concept_id INTEGER Not filled
select
  n.person_id,
  cast(p.deceased_at as date) as death_date,
  cast(p.deceased_at as timestamp) as death_datetime,
  32817 as death_type_concept_id,
  null as cause_concept_id,
  null as cause_source_value,
  null as cause_source_concept_id
from patients p
join omop.person n on n.person_id = key_number(p.id)
where p.deceased_at is not null
