-- title: Vaccinations
-- description: Vaccinations given, by month and vaccine; the eight most frequent.
-- detail: limited
-- summary: yes
-- parameter: since date = -24m "Since"
-- chart: stacked x=month y=doses series=vaccine unit=doses
with given as (
  select cast(date_trunc('month', occurred) as date) as month, coalesce(vaccine_display, vaccine_text, vaccine_code) as vaccine
  from immunizations where status = 'completed' and occurred >= cast($since as date)
), most as (select vaccine from given group by 1 order by count(*) desc limit 8)
select month, vaccine, count(*) as doses from given semi join most using (vaccine) group by 1, 2 order by 1, 2
