-- title: ED visits that ended within four hours
-- description: Share of ended visits, by week of arrival.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=per_cent unit=%
select cast(date_trunc('week', "start") as date) as week,
  round(100.0 * avg(case when "end" <= "start" + interval 4 hour then 1 else 0 end), 1) as per_cent, count(*) as visits
from encounters
where class = 'EMER' and "end" is not null and "start" >= cast($since as date)
group by 1
order by 1
