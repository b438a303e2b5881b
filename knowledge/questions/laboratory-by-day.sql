-- title: Laboratory results by day
-- description: Final and preliminary results by the day of the sample.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: line x=day y=results unit=results
select cast(effective as date) as day, count(*) as results
from observations where category = 'laboratory' and effective >= cast($since as date)
group by 1 order by 1
