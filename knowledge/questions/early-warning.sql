-- title: Vital signs that call for a look
-- description: Sets of vital signs by day with a respiratory rate of 25 and more, a saturation below 92 % or a systolic pressure below 91 mmHg among them.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: line x=day y=stays unit=stays
with odd as (
  select cast(effective as date) as day, encounter_id from observations
  where effective >= cast($since as date)
    and ((code_code = '9279-1' and value >= 25) or (code_code in ('2708-6', '59408-5') and value < 92))
  union
  select cast(effective as date), encounter_id from observation_components
  where effective >= cast($since as date) and code_code = '8480-6' and value < 91
)
select day, count(distinct encounter_id) as stays from odd group by 1 order by 1
