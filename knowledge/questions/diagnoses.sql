-- title: Most frequent diagnoses
-- description: Conditions by code, recorded since.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: bar x=patients y=diagnosis
select coalesce(code_display, code_text, code_code) as diagnosis, count(distinct patient_id) as patients
from conditions where recorded >= cast($since as date)
group by 1 having count(distinct patient_id) >= 5 order by 2 desc limit 20
