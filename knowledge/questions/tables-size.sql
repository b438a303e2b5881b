-- title: How much there is
-- description: Rows of the tables.
-- detail: limited
-- summary: yes
-- chart: bar x=rows y=table
select 'patients' as "table", count(*) as rows from patients
union all select 'encounters' as "table", count(*) as rows from encounters
union all select 'conditions' as "table", count(*) as rows from conditions
union all select 'observations' as "table", count(*) as rows from observations
union all select 'medication_requests' as "table", count(*) as rows from medication_requests
union all select 'medication_administrations' as "table", count(*) as rows from medication_administrations
union all select 'procedures' as "table", count(*) as rows from procedures
union all select 'claims' as "table", count(*) as rows from claims
union all select 'documents' as "table", count(*) as rows from documents
union all select 'immunizations' as "table", count(*) as rows from immunizations
union all select 'allergies' as "table", count(*) as rows from allergies
order by 2 desc
