-- title: Who opened most charts
-- description: People by the patients whose charts they opened: reads and searches about one patient. Programs are left out.
-- detail: identified
-- parameter: since date = -7d "Since"
-- chart: bar x=charts y=who unit=charts
-- drill: charts-opened-by who=who
select who, role, count(distinct patient_id) as charts, count(*) as accesses, max(recorded) as last
from audit
where action in ('read', 'vread', 'search', 'history') and outcome = 200 and patient_id is not null and role <> 'system'
  and recorded >= cast($since as date)
group by who, role order by charts desc, who limit 40
