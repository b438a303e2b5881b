-- title: Visits without a diagnosis
-- description: Share of ended visits that no condition names, by kind and month.
-- detail: limited
-- summary: yes
-- parameter: since date = -24m "Since"
-- chart: line x=month y=per_cent series=kind unit=%
select cast(date_trunc('month', e."end") as date) as month, e.class as kind,
  round(100.0 * avg(case when c.encounter_id is null then 1 else 0 end), 1) as per_cent
from encounters e left join (select distinct encounter_id from conditions) c on c.encounter_id = e.id
where e."end" >= cast($since as date) and e.class is not null
group by 1, 2 order by 1, 2
