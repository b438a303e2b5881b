-- title: OMOP cohort
-- description: No rows: cohorts are kept where they are made, since nothing is written here. It is there because tools of OHDSI ask for it.
-- column: cohort_definition_id INTEGER required Cohort definition id
-- column: subject_id BIGINT required (key) Number of the person
-- column: cohort_start_date DATE required (date) First day
-- column: cohort_end_date DATE required (date) Last day
select null as cohort_definition_id, null as subject_id, null as cohort_start_date, null as cohort_end_date
where false
