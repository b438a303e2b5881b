-- title: ED visits that led to admission
-- description: Share of visits followed by an inpatient stay of the same patient within twelve hours of leaving, by week.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=per_cent unit=%
select cast(date_trunc('week', ed."start") as date) as week,
  round(100.0 * avg(case when exists (
    select 1 from encounters stay
    where stay.class = 'IMP' and stay.patient_id = ed.patient_id
      and stay."start" between ed."start" and ed."end" + interval 12 hour
  ) then 1 else 0 end), 1) as per_cent, count(*) as visits
from encounters ed
where ed.class = 'EMER' and ed."end" is not null and ed."start" >= cast($since as date)
group by 1
order by 1
