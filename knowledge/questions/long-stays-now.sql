-- title: Stays of more than 14 days
-- description: Inpatients who have been here for more than 14 days.
-- detail: limited
-- summary: yes
-- chart: number y=patients
-- drill: longest-stays
select count(*) as patients from encounters
where class = 'IMP' and status = 'in-progress' and "end" is null and "start" < now() - interval 14 day
