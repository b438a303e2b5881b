-- title: Patients without what identifies them
-- description: Patients without a date of birth, a gender, a number or an address.
-- detail: identified
-- summary: yes
-- chart: bar x=patients y=missing
select 'date of birth' as missing, count(*) filter (where birth_date is null) as patients from patients
union all select 'gender', count(*) filter (where gender is null or gender = 'unknown') from patients
union all select 'number', count(*) filter (where mrn is null) from patients
union all select 'postal code', count(*) filter (where postal_code is null) from patients
