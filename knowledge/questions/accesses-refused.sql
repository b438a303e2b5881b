-- title: Refused accesses
-- description: What was refused, by role and day: a burst is a role that lacks a right, or somebody who tries doors.
-- detail: limited
-- parameter: since date = -28d "Since"
-- chart: stacked x=day y=refused series=role unit=accesses
select cast(recorded as date) as day, role, count(*) as refused, count(distinct who) as accounts
from audit where outcome in (401, 403) and recorded >= cast($since as date)
group by 1, 2 order by 1, 2
