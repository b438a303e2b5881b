-- title: Admissions by day
-- description: Inpatient stays by the day they began.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: line x=day y=stays unit=stays
-- drill: admissions-of-day day=day
select cast("start" as date) as day, count(*) as stays
from encounters where class = 'IMP' and "start" >= cast($since as date)
group by 1 order by 1
