-- title: OMOP episode
-- description: No rows: episodes of illness are not told apart. It is there because tools of OHDSI ask for it.
-- column: episode_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: episode_concept_id INTEGER required Standard concept of the episode; 0 where the site's mapping has none
-- column: episode_start_date DATE required (date) First day
-- column: episode_start_datetime TIMESTAMP (date) When it began, by the local clock
-- column: episode_end_date DATE (date) Last day
-- column: episode_end_datetime TIMESTAMP (date) When it ended, by the local clock
-- column: episode_parent_id BIGINT (key) Episode parent id
-- column: episode_number INTEGER Episode number
-- column: episode_object_concept_id INTEGER required Standard concept of the episode object; 0 where the site's mapping has none
-- column: episode_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: episode_source_value VARCHAR Episode as recorded
-- column: episode_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
select null as episode_id, null as person_id, null as episode_concept_id, null as episode_start_date, null as episode_start_datetime, null as episode_end_date, null as episode_end_datetime, null as episode_parent_id, null as episode_number, null as episode_object_concept_id, null as episode_type_concept_id, null as episode_source_value, null as episode_source_concept_id
where false
