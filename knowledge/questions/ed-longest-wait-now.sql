-- title: Longest here now
-- description: Hours since the arrival of the patient who has been in the emergency department longest.
-- detail: limited
-- summary: yes
-- chart: number y=hours unit=hours
-- drill: ed-who-is-here
select round(max(date_diff('minute', "start", now())) / 60.0, 1) as hours
from encounters where class = 'EMER' and status in ('arrived', 'triaged', 'in-progress') and "end" is null
