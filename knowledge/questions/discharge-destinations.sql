-- title: Where inpatients went
-- description: Ended stays by where the patient went.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: bar x=stays y=went_to
select coalesce(discharge_disposition, 'not recorded') as went_to, count(*) as stays
from encounters where class = 'IMP' and "end" >= cast($since as date)
group by 1 order by 2 desc
