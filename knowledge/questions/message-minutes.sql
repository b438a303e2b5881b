-- title: Minutes from receipt to laid
-- description: The median of the minutes from when a message was on disk to when it was in the record or delivered, by day and channel.
-- detail: limited
-- parameter: since date = -28d "Since"
-- chart: line x=day y=minutes series=channel unit=minutes
select cast(received as date) as day, channel, round(median(seconds) / 60, 3) as minutes,
  round(quantile_cont(seconds, 0.95) / 60, 3) as minutes_95, count(*) as messages
from messages where state = 'done' and received >= cast($since as date)
group by 1, 2 order by 1, 2
