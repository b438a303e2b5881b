-- title: OMOP: providers
-- description: One row a practitioner.
-- of: practitioners, code_map
-- column: provider_id BIGINT required (key) Number of the row
-- column: provider_name VARCHAR (direct) Name of the provider
-- column: npi VARCHAR (direct) National number of the provider
-- column: dea VARCHAR (direct) Not filled
-- column: specialty_concept_id INTEGER Standard concept of the specialty; 0 where the site's mapping has none
-- column: care_site_id BIGINT (key) Not filled
-- column: year_of_birth INTEGER Not filled
-- column: gender_concept_id INTEGER Standard concept of the gender; 0 where the site's mapping has none
-- column: provider_source_value VARCHAR (key) Provider as recorded
-- column: specialty_source_value VARCHAR Specialty as recorded
-- column: specialty_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: gender_source_value VARCHAR Gender as recorded
-- column: gender_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
select
  key_number(p.id) as provider_id,
  concat_ws(' ', p.given, p.family) as provider_name,
  p.npi,
  null as dea,
  case when p.qualification_code is not null then 0 end as specialty_concept_id,
  null as care_site_id,
  null as year_of_birth,
  coalesce(g.concept_id, 0) as gender_concept_id,
  p.id as provider_source_value,
  coalesce(p.qualification_code, p.qualification_display) as specialty_source_value,
  case when p.qualification_code is not null then 0 end as specialty_source_concept_id,
  p.gender as gender_source_value,
  coalesce(g.source_concept_id, 0) as gender_source_concept_id
from practitioners p
left join code_map g on g.system = 'http://hl7.org/fhir/administrative-gender' and g.code = p.gender
