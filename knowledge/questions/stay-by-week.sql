-- title: Length of stay
-- description: Median and mean days of ended inpatient stays, by the week they ended.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: line x=week y=days series=measure unit=days
with stays as (
  select cast(date_trunc('week', "end") as date) as week, date_diff('hour', "start", "end") / 24.0 as days
  from encounters where class = 'IMP' and "end" >= "start" and "end" >= cast($since as date)
)
select week, round(median(days), 2) as days, 'median' as measure from stays group by 1
union all
select week, round(avg(days), 2), 'mean' from stays group by 1
order by 1, 3
