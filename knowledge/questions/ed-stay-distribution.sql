-- title: How long ED visits last
-- description: Ended visits by whole hours from arrival to leaving; twelve and more together.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=hours y=visits unit=visits
select least(12, date_diff('minute', "start", "end") // 60) as hours, count(*) as visits
from encounters
where class = 'EMER' and "end" >= "start" and "start" >= cast($since as date)
group by 1
order by 1
