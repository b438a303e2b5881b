-- title: Discharges by hour of the day
-- description: Ended inpatient stays by the hour they ended.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=hour y=stays unit=stays
select hour("end") as hour, count(*) as stays
from encounters where class = 'IMP' and "end" >= cast($since as date)
group by 1 order by 1
