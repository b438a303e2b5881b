-- title: Claims by month
-- description: Claims by the month they were made, and by kind.
-- detail: limited
-- summary: yes
-- parameter: since date = -24m "Since"
-- chart: stacked x=month y=claims series=kind unit=claims
select cast(date_trunc('month', created) as date) as month, coalesce(type, 'not said') as kind, count(*) as claims
from claims where created >= cast($since as date) group by 1, 2 order by 1, 2
