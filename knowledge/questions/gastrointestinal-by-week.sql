-- title: Gastrointestinal complaints
-- description: ED visits whose complaint names vomiting or diarrhoea, by week.
-- detail: identified
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=visits unit=visits
select cast(date_trunc('week', "start") as date) as week, count(*) as visits
from encounters where class = 'EMER' and regexp_matches(lower(reason_text), 'vomit|diarrh|nausea') and "start" >= cast($since as date)
group by 1 order by 1
