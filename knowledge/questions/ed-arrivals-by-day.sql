-- title: ED arrivals by day
-- description: Visits of the emergency department by the day they began.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: line x=day y=visits unit=visits
-- drill: ed-visits-of-day day=day
select cast("start" as date) as day, count(*) as visits
from encounters
where class = 'EMER' and "start" >= cast($since as date)
group by 1
order by 1
