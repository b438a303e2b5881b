-- title: High potassium
-- description: Potassium above 6.0 mmol/L, by week.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=results unit=results
select cast(date_trunc('week', effective) as date) as week, count(*) as results
from observations where code_code in ('2823-3', '6298-4') and unit in ('mmol/L', 'meq/L') and value > 6 and effective >= cast($since as date)
group by 1 order by 1
