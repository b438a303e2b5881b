-- title: OMOP episode event
-- description: No rows: episodes of illness are not told apart. It is there because tools of OHDSI ask for it.
-- column: episode_id BIGINT required (key) Number of the episode
-- column: event_id BIGINT required (key) Number of the row
-- column: episode_event_field_concept_id INTEGER required Standard concept of the episode event field; 0 where the site's mapping has none
select null as episode_id, null as event_id, null as episode_event_field_concept_id
where false
