-- title: Amounts claimed
-- description: Sum of the totals of claims, by month and currency.
-- detail: limited
-- summary: yes
-- parameter: since date = -24m "Since"
-- chart: stacked x=month y=amount series=currency
select cast(date_trunc('month', created) as date) as month, coalesce(currency, 'not said') as currency, round(sum(total)) as amount
from claims where created >= cast($since as date) group by 1, 2 order by 1, 2
