-- title: OMOP specimen
-- description: No rows: specimens are in no table yet. It is there because tools of OHDSI ask for it.
-- column: specimen_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: specimen_concept_id INTEGER required Standard concept of the specimen; 0 where the site's mapping has none
-- column: specimen_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: specimen_date DATE required (date) Day of the specimen
-- column: specimen_datetime TIMESTAMP (date) Moment of the specimen, by the local clock
-- column: quantity DOUBLE How much or how many
-- column: unit_concept_id INTEGER Standard concept of the unit; 0 where the site's mapping has none
-- column: anatomic_site_concept_id INTEGER Standard concept of the anatomic site; 0 where the site's mapping has none
-- column: disease_status_concept_id INTEGER Standard concept of the disease status; 0 where the site's mapping has none
-- column: specimen_source_id VARCHAR Specimen source id
-- column: specimen_source_value VARCHAR Specimen as recorded
-- column: unit_source_value VARCHAR Unit as recorded
-- column: anatomic_site_source_value VARCHAR Anatomic site as recorded
-- column: disease_status_source_value VARCHAR Disease status as recorded
select null as specimen_id, null as person_id, null as specimen_concept_id, null as specimen_type_concept_id, null as specimen_date, null as specimen_datetime, null as quantity, null as unit_concept_id, null as anatomic_site_concept_id, null as disease_status_concept_id, null as specimen_source_id, null as specimen_source_value, null as unit_source_value, null as anatomic_site_source_value, null as disease_status_source_value
where false
