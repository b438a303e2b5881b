-- title: Most frequent complaints
-- description: Complaints of the emergency department as they were written; those of fewer than five visits are not listed.
-- detail: identified
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=visits y=complaint
select lower(trim(reason_text)) as complaint, count(*) as visits
from encounters
where class = 'EMER' and reason_text is not null and "start" >= cast($since as date)
group by 1
having count(*) >= 5
order by 2 desc
limit 15
