-- title: Patients by age and gender
-- description: Patients who are alive, in bands of ten years.
-- detail: limited
-- summary: yes
-- chart: stacked x=age_from y=patients series=gender unit=patients
select least(90, date_diff('year', birth_date, current_date) // 10 * 10) as age_from, coalesce(gender, 'unknown') as gender, count(*) as patients
from patients where birth_date is not null and deceased_at is null and coalesce(deceased, false) = false
group by 1, 2 order by 1, 2
