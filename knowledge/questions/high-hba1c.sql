-- title: HbA1c by band
-- description: The last HbA1c of each patient since, by band.
-- detail: limited
-- summary: yes
-- parameter: since date = -24m "Since"
-- chart: bar x=patients y=hba1c
with last as (
  select patient_id, arg_max(value, effective) as value from observations
  where code_code = '4548-4' and unit = '%' and effective >= cast($since as date) group by 1
)
select case when value < 7 then 'below 7 %' when value < 8 then '7 to 8 %' when value < 9 then '8 to 9 %' else '9 % and more' end as hba1c, count(*) as patients
from last group by 1 order by min(value)
