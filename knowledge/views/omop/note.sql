-- title: OMOP: notes
-- description: One row a document: what it is and whose, without its text.
-- of: documents, omop.person, omop.visit_occurrence
-- column: note_id BIGINT required (key) Number of the row
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: note_date DATE required (date) Day of the note
-- column: note_datetime TIMESTAMP (date) Moment of the note, by the local clock
-- column: note_type_concept_id INTEGER required Where the row comes from (vocabulary Type Concept)
-- column: note_class_concept_id INTEGER required Standard concept of the note class; 0 where the site's mapping has none
-- column: note_title VARCHAR (text) Title of the document
-- column: note_text VARCHAR required Always empty: texts stay in the record
-- column: encoding_concept_id INTEGER required Standard concept of the encoding; 0 where the site's mapping has none
-- column: language_concept_id INTEGER required Standard concept of the language; 0 where the site's mapping has none
-- column: provider_id BIGINT (key) Number of who was responsible (provider)
-- column: visit_occurrence_id BIGINT (key) Number of the visit
-- column: visit_detail_id BIGINT (key) Not filled
-- column: note_source_value VARCHAR Note as recorded
-- column: note_event_id BIGINT (key) Not filled
-- column: note_event_field_concept_id INTEGER Not filled
select
  key_number(d.id) as note_id,
  n.person_id,
  cast(d.date as date) as note_date,
  cast(d.date as timestamp) as note_datetime,
  32831 as note_type_concept_id,
  0 as note_class_concept_id,
  d.title as note_title,
  '' as note_text,
  0 as encoding_concept_id,
  0 as language_concept_id,
  key_number(d.author_id) as provider_id,
  v.visit_occurrence_id,
  null as visit_detail_id,
  coalesce(d.type_code, d.type_display) as note_source_value,
  null as note_event_id,
  null as note_event_field_concept_id
from documents d
join omop.person n on n.person_id = key_number(d.patient_id)
left join omop.visit_occurrence v on v.visit_occurrence_id = key_number(d.encounter_id) and v.person_id = n.person_id
where coalesce(d.status, '') <> 'entered-in-error' and d.date is not null
