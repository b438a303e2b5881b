-- title: OMOP: places of care
-- description: One row a ward, room or bed.
-- of: locations
-- column: care_site_id BIGINT required (key) Number of the row
-- column: care_site_name VARCHAR Name of the ward or place
-- column: place_of_service_concept_id INTEGER Standard concept of the place of service; 0 where the site's mapping has none
-- column: location_id BIGINT (key) Not filled
-- column: care_site_source_value VARCHAR (key) Care site as recorded
-- column: place_of_service_source_value VARCHAR Place of service as recorded
select
  key_number(l.id) as care_site_id,
  l.name as care_site_name,
  case when l.type is not null then 0 end as place_of_service_concept_id,
  null as location_id,
  l.id as care_site_source_value,
  l.type as place_of_service_source_value
from locations l
