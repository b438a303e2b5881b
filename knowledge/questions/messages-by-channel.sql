-- title: Messages by channel
-- description: Messages of other systems by channel and what became of them.
-- detail: limited
-- parameter: since date = -7d "Since"
-- chart: stacked x=channel y=messages series=state unit=messages
-- drill: messages-failed channel=channel
select channel, state, count(*) as messages, sum(bytes) as bytes
from messages where received >= cast($since as date)
group by 1, 2 order by 1, 2
