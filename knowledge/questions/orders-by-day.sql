-- title: Medication orders by day
-- description: Orders by the day they were written.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: line x=day y=orders unit=orders
select cast(authored as date) as day, count(*) as orders
from medication_requests where authored >= cast($since as date) and intent = 'order'
group by 1 order by 1
