-- title: Deaths in hospital
-- description: Share of ended inpatient stays that ended with death, by month. Not adjusted for risk: see Outcomes.
-- detail: limited
-- summary: yes
-- parameter: since date = -24m "Since"
-- chart: line x=month y=per_cent unit=%
select cast(date_trunc('month', "end") as date) as month,
  round(100.0 * avg(case when discharge_disposition = 'exp' then 1 else 0 end), 2) as per_cent, count(*) as stays
from encounters where class = 'IMP' and "end" is not null and "end" >= cast($since as date)
group by 1 order by 1
