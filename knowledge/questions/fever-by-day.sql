-- title: Inpatients with fever
-- description: Inpatient stays with a temperature of 38.3 °C and more, by day.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: line x=day y=stays unit=stays
select cast(o.effective as date) as day, count(distinct o.encounter_id) as stays
from observations o join encounters e on e.id = o.encounter_id
where e.class = 'IMP' and o.code_code = '8310-5' and o.unit = 'Cel' and o.value between 38.3 and 43 and o.effective >= cast($since as date)
group by 1 order by 1
