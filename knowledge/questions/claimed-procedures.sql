-- title: What is billed most
-- description: Lines of claims by product or service.
-- detail: limited
-- summary: yes
-- chart: bar x=amount y=service
select coalesce(product_display, product_text, product_code) as service, count(*) as lines, round(sum(net)) as amount
from claim_items group by 1 order by 3 desc nulls last limit 20
