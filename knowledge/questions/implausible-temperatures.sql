-- title: Implausible temperatures
-- description: Body temperatures above 45 °C or below 25 °C, by month: Fahrenheit typed as Celsius, most often.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: bar x=month y=readings unit=readings
-- drill: implausible-temperatures-of-month month=month
select cast(date_trunc('month', effective) as date) as month, count(*) as readings
from observations where code_code = '8310-5' and unit = 'Cel' and (value > 45 or value < 25) and effective >= cast($since as date)
group by 1 order by 1
