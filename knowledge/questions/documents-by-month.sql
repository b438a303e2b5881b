-- title: Documents by month
-- description: Documents by month and type.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: stacked x=month y=documents series=kind unit=documents
select cast(date_trunc('month', date) as date) as month, coalesce(type_display, type_text, 'not said') as kind, count(*) as documents
from documents where date >= cast($since as date) group by 1, 2 order by 1, 2
