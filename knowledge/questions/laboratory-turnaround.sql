-- title: From sample to result
-- description: Median minutes from the sample to the result, by week. Results without the time of issue are left out.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=minutes unit=minutes
select cast(date_trunc('week', issued) as date) as week, round(median(date_diff('minute', effective, issued))) as minutes, count(*) as results
from observations where category = 'laboratory' and issued >= effective and issued >= cast($since as date)
group by 1 order by 1
