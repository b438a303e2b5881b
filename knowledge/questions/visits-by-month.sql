-- title: Visits by kind and month
-- description: Encounters that began, by class: AMB ambulatory, EMER emergency, IMP inpatient.
-- detail: limited
-- summary: yes
-- parameter: since date = -24m "Since"
-- chart: stacked x=month y=visits series=kind unit=visits
select cast(date_trunc('month', "start") as date) as month, class as kind, count(*) as visits
from encounters where "start" >= cast($since as date) and class is not null
group by 1, 2 order by 1, 2
