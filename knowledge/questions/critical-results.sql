-- title: Critical results
-- description: Results marked HH or LL, or AA, by week.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=results unit=results
-- drill: critical-results-of-week week=week
select cast(date_trunc('week', effective) as date) as week, count(*) as results
from observations where interpretation in ('HH', 'LL', 'AA') and effective >= cast($since as date)
group by 1 order by 1
