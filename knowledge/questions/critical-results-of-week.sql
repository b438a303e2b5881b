-- title: Critical results of one week
-- description: Each result marked HH, LL or AA of the week that begins on a day.
-- detail: identified
-- parameter: week date = today "Week from"
-- chart: table
select effective, coalesce(code_display, code_text) as what, value, unit, interpretation, patient_id
from observations
where interpretation in ('HH', 'LL', 'AA') and effective >= cast($week as date) and effective < cast($week as date) + interval 7 day
order by effective
