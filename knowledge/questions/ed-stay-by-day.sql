-- title: Time in the emergency department
-- description: Median and 90th percentile of hours from arrival to leaving, by the day of arrival. Of visits that have ended.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: line x=day y=hours series=measure unit=hours
with stays as (
  select cast("start" as date) as day, date_diff('minute', "start", "end") / 60.0 as hours
  from encounters
  where class = 'EMER' and "end" is not null and "start" >= cast($since as date)
)
select day, round(median(hours), 2) as hours, 'median' as measure from stays group by 1
union all
select day, round(quantile_cont(hours, 0.9), 2), '90th percentile' from stays group by 1
order by 1, 3
