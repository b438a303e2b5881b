-- title: Orders as needed
-- description: Share of orders that are as needed, by week.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=per_cent unit=%
select cast(date_trunc('week', authored) as date) as week,
  round(100.0 * avg(case when as_needed then 1 else 0 end), 1) as per_cent, count(*) as orders
from medication_requests where authored >= cast($since as date)
group by 1 order by 1
