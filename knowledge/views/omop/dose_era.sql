-- title: OMOP dose era
-- description: No rows: doses over time need strengths of drugs. It is there because tools of OHDSI ask for it.
-- column: dose_era_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: drug_concept_id INTEGER required Standard concept of the drug; 0 where the site's mapping has none
-- column: unit_concept_id INTEGER required Standard concept of the unit; 0 where the site's mapping has none
-- column: dose_value DOUBLE required Dose value
-- column: dose_era_start_date DATE required (date) First day
-- column: dose_era_end_date DATE required (date) Last day
select null as dose_era_id, null as person_id, null as drug_concept_id, null as unit_concept_id, null as dose_value, null as dose_era_start_date, null as dose_era_end_date
where false
