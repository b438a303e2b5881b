-- title: Back within 72 hours
-- description: Share of ED visits followed by another within 72 hours of leaving, by week.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=per_cent unit=%
with visits as (
  select patient_id, "start", "end", lead("start") over (partition by patient_id order by "start") as next
  from encounters
  where class = 'EMER' and "end" is not null
)
select cast(date_trunc('week', "end") as date) as week,
  round(100.0 * avg(case when next <= "end" + interval 72 hour then 1 else 0 end), 1) as per_cent, count(*) as visits
from visits
where "end" >= cast($since as date) and "end" < now() - interval 72 hour
group by 1
order by 1
