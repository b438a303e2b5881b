-- title: OMOP: source
-- description: One row: what these tables are.
-- of: patients, omop.vocabulary
-- column: cdm_source_name VARCHAR required Cdm source name
-- column: cdm_source_abbreviation VARCHAR required Cdm source abbreviation
-- column: cdm_holder VARCHAR required Cdm holder
-- column: source_description VARCHAR Source description
-- column: source_documentation_reference VARCHAR Not filled
-- column: cdm_etl_reference VARCHAR Cdm etl reference
-- column: source_release_date DATE required (date) Day of the latest change of a patient
-- column: cdm_release_date DATE required Day of the cdm release
-- column: cdm_version VARCHAR Cdm version
-- column: cdm_version_concept_id INTEGER required Standard concept of the cdm version; 0 where the site's mapping has none
-- column: vocabulary_version VARCHAR required Vocabulary version
select
  'Lamplight' as cdm_source_name,
  'Lamplight' as cdm_source_abbreviation,
  'The site that runs this Lamplight' as cdm_holder,
  'Views over the record as FHIR R4, as of the latest change' as source_description,
  null as source_documentation_reference,
  'docs/omop.md of Lamplight' as cdm_etl_reference,
  coalesce(cast(max(p.last_updated) as date), date '1970-01-01') as source_release_date,
  current_date as cdm_release_date,
  'v5.4' as cdm_version,
  756265 as cdm_version_concept_id,
  coalesce((select max(v.vocabulary_version) from omop.vocabulary v where v.vocabulary_id = 'None'), 'none') as vocabulary_version
from patients p
