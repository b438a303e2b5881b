-- title: Who is in the emergency department
-- description: The longest here first.
-- detail: identified
-- chart: table
select "start" as since, round(date_diff('minute', "start", now()) / 60.0, 1) as hours, reason_text as complaint, priority, patient_id
from encounters
where class = 'EMER' and status in ('arrived', 'triaged', 'in-progress') and "end" is null
order by "start"
