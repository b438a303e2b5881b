-- title: Longest stays
-- description: Inpatients by the days they have been here.
-- detail: identified
-- chart: table
with ward as (
  select place.encounter_id, max_by(coalesce(up.name, place.location_name), place."start") as ward
  from encounter_locations place
  left join locations bed on bed.id = place.location_id
  left join locations up on up.id = bed.part_of_id
  group by 1
)
select e."start" as since, date_diff('day', e."start", now()) as days, ward.ward, e.reason_text as reason, e.patient_id
from encounters e left join ward on ward.encounter_id = e.id
where e.class = 'IMP' and e.status = 'in-progress' and e."end" is null
order by e."start"
limit 100
