-- title: Claims without a total
-- description: Claims that have no total, by state.
-- detail: limited
-- summary: yes
-- chart: bar x=claims y=status
select status, count(*) as claims from claims where total is null group by 1 order by 2 desc
