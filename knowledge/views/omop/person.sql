-- title: OMOP: persons
-- description: One row a patient whose year of birth is known; others are left out, with all that is theirs, as the CDM wants it. Race and ethnicity are those of US Core.
-- of: patients, code_map
-- column: person_id BIGINT required (key) Number of the person, the same in all tables
-- column: gender_concept_id INTEGER required 8507 male, 8532 female, 0 otherwise
-- column: year_of_birth INTEGER required (birth) Year of birth; de-identified, of whoever is 90 or older, the year 90 years ago
-- column: month_of_birth INTEGER (birth) Month of birth; empty where de-identified
-- column: day_of_birth INTEGER (birth) Day of birth; empty where de-identified
-- column: birth_datetime TIMESTAMP (birth) Moment of birth, the day at midnight; empty where de-identified
-- column: race_concept_id INTEGER required Standard concept of the race; 0 where the site's mapping has none
-- column: ethnicity_concept_id INTEGER required Standard concept of the ethnicity; 0 where the site's mapping has none
-- column: location_id BIGINT (key) Number of the address (location)
-- column: provider_id BIGINT (key) Number of who was responsible (provider)
-- column: care_site_id BIGINT (key) Not filled
-- column: person_source_value VARCHAR (key) Key of the patient in the tables of FHIR
-- column: gender_source_value VARCHAR Gender as recorded
-- column: gender_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: race_source_value VARCHAR Race as recorded
-- column: race_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
-- column: ethnicity_source_value VARCHAR Ethnicity as recorded
-- column: ethnicity_source_concept_id INTEGER Concept of the code as recorded, by the site's mapping; 0 without one
select
  key_number(p.id) as person_id,
  coalesce(g.concept_id, 0) as gender_concept_id,
  -- Safe harbor takes the birth of whoever is 90 or older; a category of all of them may stay (45 CFR 164.514(b)(2)(i)(C)).
  coalesce(year(p.birth_date), year(current_date) - 90) as year_of_birth,
  case when shown_detail() <> 'de-identified' then month(p.birth_date) end as month_of_birth,
  case when shown_detail() <> 'de-identified' then day(p.birth_date) end as day_of_birth,
  case when shown_detail() <> 'de-identified' then p.birth_date end as birth_datetime,
  coalesce(r.concept_id, 0) as race_concept_id,
  coalesce(h.concept_id, 0) as ethnicity_concept_id,
  case when coalesce(p.street, p.city, p.district, p.state, p.postal_code, p.country) is not null
    then key_number(concat_ws('|', p.street, p.city, p.district, p.state, p.postal_code, p.country)) end as location_id,
  key_number(p.practitioner_id) as provider_id,
  null as care_site_id,
  p.id as person_source_value,
  p.gender as gender_source_value,
  coalesce(g.source_concept_id, 0) as gender_source_concept_id,
  p.race_code as race_source_value,
  coalesce(r.source_concept_id, 0) as race_source_concept_id,
  p.ethnicity_code as ethnicity_source_value,
  coalesce(h.source_concept_id, 0) as ethnicity_source_concept_id
from patients p
left join code_map g on g.system = 'http://hl7.org/fhir/administrative-gender' and g.code = p.gender
left join code_map r on r.system = 'urn:oid:2.16.840.1.113883.6.238' and r.code = p.race_code
left join code_map h on h.system = 'urn:oid:2.16.840.1.113883.6.238' and h.code = p.ethnicity_code
where p.birth_known
