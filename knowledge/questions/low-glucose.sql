-- title: Low glucose
-- description: Laboratory or bedside glucose below 70 mg/dL or 3.9 mmol/L, by week.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=results unit=results
select cast(date_trunc('week', effective) as date) as week, count(*) as results
from observations
where code_code in ('2345-7', '2339-0', '41653-7', '14749-6', '15074-8')
  and ((unit = 'mg/dL' and value < 70) or (unit = 'mmol/L' and value < 3.9)) and effective >= cast($since as date)
group by 1 order by 1
