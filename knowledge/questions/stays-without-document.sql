-- title: Stays without a document
-- description: Share of ended inpatient stays that no document names, by month.
-- detail: limited
-- summary: yes
-- parameter: since date = -24m "Since"
-- chart: line x=month y=per_cent unit=%
select cast(date_trunc('month', e."end") as date) as month,
  round(100.0 * avg(case when d.encounter_id is null then 1 else 0 end), 1) as per_cent, count(*) as stays
from encounters e left join (select distinct encounter_id from documents) d on d.encounter_id = e.id
where e.class = 'IMP' and e."end" >= cast($since as date)
group by 1 order by 1
