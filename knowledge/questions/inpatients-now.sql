-- title: Inpatients now
-- description: Stays that have begun and not ended.
-- detail: limited
-- summary: yes
-- chart: number y=patients
select count(*) as patients from encounters where class = 'IMP' and status = 'in-progress' and "end" is null
