-- title: In the emergency department now
-- description: Visits that have begun and not ended.
-- detail: limited
-- summary: yes
-- chart: number y=patients
-- drill: ed-who-is-here
select count(*) as patients from encounters where class = 'EMER' and status in ('arrived', 'triaged', 'in-progress') and "end" is null
