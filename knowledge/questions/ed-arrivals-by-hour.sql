-- title: ED arrivals by hour and weekday
-- description: Mean visits that begin in an hour of the week. Weekdays begin with Monday.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: heat x=hour series=weekday y=visits
with weeks as (
  select greatest(1, date_diff('day', cast($since as date), current_date) / 7.0) as count
)
select hour("start") as hour, isodow("start") as weekday, round(count(*) / any_value(weeks.count), 2) as visits
from encounters, weeks
where class = 'EMER' and "start" >= cast($since as date)
group by 1, 2
order by 2, 1
