-- title: Doses that were not given
-- description: Doses recorded as not done, by reason.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=doses y=reason
select coalesce(status_reason, 'no reason recorded') as reason, count(*) as doses
from medication_administrations where status = 'not-done' and coalesce(effective, effective_start) >= cast($since as date)
group by 1 order by 2 desc
