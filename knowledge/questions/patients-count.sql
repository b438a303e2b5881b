-- title: Patients
-- description: Patients of the record.
-- detail: limited
-- summary: yes
-- chart: number y=patients
select count(*) as patients from patients
