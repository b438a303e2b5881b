-- title: What left the record
-- description: Exports, files that were taken, and questions in SQL, by account.
-- detail: identified
-- parameter: since date = -28d "Since"
-- chart: table
select who, role, action, count(*) as times, max(recorded) as last
from audit
where action in ('export', 'download', 'warehouse-query', 'report-file', 'report-pdf', 'backup') and outcome = 200
  and recorded >= cast($since as date)
group by 1, 2, 3 order by times desc, who limit 200
