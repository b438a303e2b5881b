-- title: ED visits by age
-- description: Visits by age of the patient in bands of ten years.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=age_from y=visits unit=visits
select least(90, date_diff('year', p.birth_date, e."start") // 10 * 10) as age_from, count(*) as visits
from encounters e join patients p on p.id = e.patient_id
where e.class = 'EMER' and p.birth_date is not null and e."start" >= cast($since as date)
group by 1
order by 1
