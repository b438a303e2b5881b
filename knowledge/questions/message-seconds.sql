-- title: Seconds from receipt to laid
-- description: The median of the seconds from when a message was on disk to when it was in the record or delivered, by day and channel.
-- detail: limited
-- parameter: since date = -28d "Since"
-- chart: line x=day y=seconds series=channel unit=seconds
select cast(received as date) as day, channel, round(median(m.seconds), 3) as seconds, round(quantile_cont(m.seconds, 0.95), 3) as seconds_95,
  count(*) as messages
from messages m where state = 'done' and received >= cast($since as date)
group by 1, 2 order by 1, 2
