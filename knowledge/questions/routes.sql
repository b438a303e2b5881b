-- title: Doses by route
-- description: Orders by route.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=orders y=route
select coalesce(route_code, 'not recorded') as route, count(*) as orders
from medication_requests where authored >= cast($since as date)
group by 1 order by 2 desc limit 15
