-- title: Discharges by weekday
-- description: Ended inpatient stays by weekday, 1 is Monday.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=weekday y=stays unit=stays
select isodow("end") as weekday, count(*) as stays
from encounters where class = 'IMP' and "end" >= cast($since as date)
group by 1 order by 1
