-- title: Doses by hour of the day
-- description: Doses that were given, by hour.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=hour y=doses unit=doses
select hour(coalesce(effective, effective_start)) as hour, count(*) as doses
from medication_administrations where status = 'completed' and coalesce(effective, effective_start) >= cast($since as date)
group by 1 order by 1
