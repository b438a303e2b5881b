-- title: Back within 30 days
-- description: Share of ended inpatient stays followed by another within 30 days, by month of discharge; the last 30 days are left out. Not adjusted: see Outcomes.
-- detail: limited
-- summary: yes
-- parameter: since date = -24m "Since"
-- chart: line x=month y=per_cent unit=%
with stays as (
  select patient_id, "end", discharge_disposition, lead("start") over (partition by patient_id order by "start") as next
  from encounters where class = 'IMP'
)
select cast(date_trunc('month', "end") as date) as month,
  round(100.0 * avg(case when next <= "end" + interval 30 day then 1 else 0 end), 1) as per_cent, count(*) as stays
from stays
where "end" >= cast($since as date) and "end" < now() - interval 30 day and coalesce(discharge_disposition, '') <> 'exp'
group by 1 order by 1
