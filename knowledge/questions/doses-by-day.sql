-- title: Doses by day
-- description: Doses recorded as given or as not done.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: stacked x=day y=doses series=outcome unit=doses
select cast(coalesce(effective, effective_start) as date) as day,
  case status when 'not-done' then 'not given' else 'given' end as outcome, count(*) as doses
from medication_administrations where status in ('completed', 'in-progress', 'not-done') and coalesce(effective, effective_start) >= cast($since as date)
group by 1, 2 order by 1, 2
