-- title: Charts opened by one account
-- description: Which charts, how often, when first and last, and for which purposes.
-- detail: identified
-- parameter: who text = admin "Account"
-- parameter: since date = -7d "Since"
-- chart: table
select patient_id, count(*) as accesses, min(recorded) as first, max(recorded) as last, string_agg(distinct purpose, ', ') as purposes,
  string_agg(distinct type, ', ') as types
from audit
where who = $who and action in ('read', 'vread', 'search', 'history') and outcome = 200 and patient_id is not null
  and recorded >= cast($since as date)
group by patient_id order by last desc limit 1000
