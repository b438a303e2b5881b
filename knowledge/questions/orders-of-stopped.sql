-- title: Orders by state
-- description: Orders by their state now.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=orders y=status
select status, count(*) as orders from medication_requests where authored >= cast($since as date) group by 1 order by 2 desc
