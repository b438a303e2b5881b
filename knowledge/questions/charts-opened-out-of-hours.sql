-- title: Charts opened out of hours
-- description: Charts opened between 20:00 and 06:00 and at weekends, by role and day. A chart counts once a day and role.
-- detail: limited
-- parameter: since date = -28d "Since"
-- chart: stacked x=day y=charts series=role unit=charts
select cast(recorded as date) as day, role, count(distinct patient_id) as charts
from audit
where action in ('read', 'vread', 'search', 'history') and outcome = 200 and patient_id is not null and role <> 'system'
  and (hour(recorded) >= 20 or hour(recorded) < 6 or isodow(recorded) >= 6)
  and recorded >= cast($since as date)
group by 1, 2 order by 1, 2
