-- title: OMOP note nlp
-- description: No rows: no texts are read for it. It is there because tools of OHDSI ask for it.
-- column: note_nlp_id BIGINT required (key) Number of the row
-- column: note_id BIGINT required (key) Number of the note
-- column: section_concept_id INTEGER Standard concept of the section; 0 where the site's mapping has none
-- column: snippet VARCHAR Snippet
-- column: offset VARCHAR Place in the note
-- column: lexical_variant VARCHAR required Lexical variant
-- column: note_nlp_concept_id INTEGER Standard concept of the note nlp; 0 where the site's mapping has none
-- column: note_nlp_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: nlp_system VARCHAR Nlp system
-- column: nlp_date DATE required (date) Day of the nlp
-- column: nlp_datetime TIMESTAMP (date) Moment of the nlp, by the local clock
-- column: term_exists VARCHAR Term exists
-- column: term_temporal VARCHAR Term temporal
-- column: term_modifiers VARCHAR Term modifiers
select null as note_nlp_id, null as note_id, null as section_concept_id, null as snippet, null as "offset", null as lexical_variant, null as note_nlp_concept_id, null as note_nlp_source_concept_id, null as nlp_system, null as nlp_date, null as nlp_datetime, null as term_exists, null as term_temporal, null as term_modifiers
where false
