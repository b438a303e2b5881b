-- title: Inpatients at midnight
-- description: Inpatient stays that had begun and not ended at the end of each day.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: area x=day y=patients unit=patients
select cast(d.day as date) as day, count(e.id) as patients
from unnest(generate_series(cast($since as date), current_date - interval 1 day, interval 1 day)) as d(day)
left join encounters e on e.class = 'IMP' and e."start" < d.day + interval 1 day
  and (e."end" >= d.day + interval 1 day or (e."end" is null and e.status = 'in-progress'))
group by 1 order by 1
