-- title: Moves between wards
-- description: Moves of inpatients from one ward to another, by week.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=moves unit=moves
with places as (
  select p.encounter_id, p."start", coalesce(up.name, p.location_name) as ward,
    lag(coalesce(up.name, p.location_name)) over (partition by p.encounter_id order by p."start") as before
  from encounter_locations p
  left join locations bed on bed.id = p.location_id
  left join locations up on up.id = bed.part_of_id
)
select cast(date_trunc('week', "start") as date) as week, count(*) as moves
from places where before is not null and before <> ward and "start" >= cast($since as date)
group by 1 order by 1
