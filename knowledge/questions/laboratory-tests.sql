-- title: Most frequent tests
-- description: Laboratory results by what was measured, with the share outside the reference range.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- chart: bar x=results y=test
select coalesce(code_display, code_text) as test, count(*) as results,
  round(100.0 * avg(case when interpretation in ('H', 'L', 'HH', 'LL', 'A', 'AA') or value < low or value > high then 1 else 0 end), 1) as per_cent_outside
from observations where category = 'laboratory' and effective >= cast($since as date)
group by 1 order by 2 desc limit 20
