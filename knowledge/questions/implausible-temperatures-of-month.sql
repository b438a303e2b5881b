-- title: Implausible temperatures of one month
-- description: Each reading above 45 °C or below 25 °C of the month that begins on a day.
-- detail: identified
-- parameter: month date = today "Month from"
-- chart: table
select effective, value, unit, patient_id, id as observation_id
from observations where code_code = '8310-5' and unit = 'Cel' and (value > 45 or value < 25)
  and effective >= cast($month as date) and effective < cast($month as date) + interval 1 month
order by effective
