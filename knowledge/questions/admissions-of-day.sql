-- title: Admissions of one day
-- description: Each inpatient stay that began on a day.
-- detail: identified
-- parameter: day date = today "Day"
-- chart: table
with ward as (
  select place.encounter_id, max_by(coalesce(up.name, place.location_name), place."start") as ward
  from encounter_locations place
  left join locations bed on bed.id = place.location_id
  left join locations up on up.id = bed.part_of_id
  group by 1
)
select e."start", e."end", ward.ward, e.admit_source, e.reason_text as reason, e.patient_id
from encounters e left join ward on ward.encounter_id = e.id
where e.class = 'IMP' and cast(e."start" as date) = cast($day as date)
order by e."start"
