-- title: Messages that failed
-- description: By kind and what was wrong, of one channel or of all (%).
-- detail: limited
-- parameter: channel text = % "Channel"
-- parameter: since date = -7d "Since"
-- chart: table
select channel, sender, kind, problem, count(*) as messages, min(received) as first, max(received) as last
from messages where state = 'failed' and channel like $channel and received >= cast($since as date)
group by 1, 2, 3, 4 order by messages desc limit 200
