-- title: Inpatients now, by ward
-- description: Stays that have begun and not ended, by the ward of the last place.
-- detail: limited
-- summary: yes
-- chart: bar x=patients y=ward
-- drill: inpatients-of-ward ward=ward
with ward as (
  select place.encounter_id, max_by(coalesce(up.name, place.location_name), place."start") as ward
  from encounter_locations place
  left join locations bed on bed.id = place.location_id
  left join locations up on up.id = bed.part_of_id
  group by 1
)
select coalesce(ward.ward, 'not known') as ward, count(*) as patients
from encounters e left join ward on ward.encounter_id = e.id
where e.class = 'IMP' and e.status = 'in-progress' and e."end" is null
group by 1 order by 2 desc
