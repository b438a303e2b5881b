-- title: Allergies
-- description: Recorded allergies and intolerances by substance.
-- detail: limited
-- summary: yes
-- chart: bar x=patients y=substance
select coalesce(code_display, code_text, code_code) as substance, count(distinct patient_id) as patients
from allergies where coalesce(clinical_status, 'active') = 'active' and coalesce(verification_status, '') <> 'entered-in-error'
  and coalesce(code_text, code_display, '') not ilike 'no known%'
group by 1 having count(distinct patient_id) >= 5 order by 2 desc limit 20
