-- title: Codes and their concepts
-- description: The standard concept of OMOP for a code, as far as the site has mapped it (omop.source_to_concept_map), by the address of its system. One row a code.
-- of: code_systems, omop.source_to_concept_map
-- column: system VARCHAR required Address of the system of codes
-- column: code VARCHAR required Code
-- column: concept_id INTEGER required Standard concept
-- column: source_concept_id INTEGER required Concept of the code itself, 0 where none is known
select
  s.system,
  m.source_code as code,
  m.target_concept_id as concept_id,
  m.source_concept_id
from omop.source_to_concept_map m
join code_systems s on s.vocabulary_id = m.source_vocabulary_id
where m.invalid_reason is null and current_date between m.valid_start_date and m.valid_end_date
