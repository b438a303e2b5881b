-- title: Most ordered drugs
-- description: Orders by drug.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=orders y=drug
select coalesce(medication_display, medication_text, medication_code) as drug, count(*) as orders
from medication_requests where authored >= cast($since as date)
group by 1 order by 2 desc limit 20
