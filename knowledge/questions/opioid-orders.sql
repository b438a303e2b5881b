-- title: Orders of opioids
-- description: Orders whose drug has a name of an opioid, by week. By words, not by codes.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=orders unit=orders
select cast(date_trunc('week', authored) as date) as week, count(*) as orders
from medication_requests
where regexp_matches(lower(coalesce(medication_display, medication_text, '')), 'morphine|oxycodone|hydromorphone|fentanyl|hydrocodone|tramadol|codeine|methadone|tapentadol')
  and authored >= cast($since as date)
group by 1 order by 1
