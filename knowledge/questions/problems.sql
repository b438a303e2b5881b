-- title: Active problems of all patients
-- description: Problems that are active now, by the number of patients.
-- detail: limited
-- summary: yes
-- chart: bar x=patients y=problem
select coalesce(code_display, code_text, code_code) as problem, count(distinct patient_id) as patients
from conditions where clinical_status = 'active' and category = 'problem-list-item'
group by 1 having count(distinct patient_id) >= 5 order by 2 desc limit 20
