-- title: OMOP: addresses
-- description: One row an address of patients, as much of it as may be seen.
-- of: patients
-- column: location_id BIGINT required (key) Number of the row
-- column: address_1 VARCHAR (direct) Street and number
-- column: address_2 VARCHAR Not filled
-- column: city VARCHAR (direct) Town
-- column: state VARCHAR State
-- column: zip VARCHAR (postal) Postal code; de-identified, three characters
-- column: county VARCHAR (direct) County
-- column: location_source_value VARCHAR Not filled
-- column: country_concept_id INTEGER Standard concept of the country; 0 where the site's mapping has none
-- column: country_source_value VARCHAR Country as recorded
-- column: latitude DOUBLE (direct) Not filled
-- column: longitude DOUBLE (direct) Not filled
select distinct
  key_number(concat_ws('|', p.street, p.city, p.district, p.state, p.postal_code, p.country)) as location_id,
  p.street as address_1,
  null as address_2,
  p.city,
  p.state,
  p.postal_code as zip,
  p.district as county,
  null as location_source_value,
  case when p.country is not null then 0 end as country_concept_id,
  p.country as country_source_value,
  null as latitude,
  null as longitude
from patients p
where p.birth_known and coalesce(p.street, p.city, p.district, p.state, p.postal_code, p.country) is not null
