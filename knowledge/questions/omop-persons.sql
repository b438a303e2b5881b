-- title: OMOP: persons by year of birth
-- description: Persons of omop.person by the decade of their birth and their sex, as Achilles counts them.
-- detail: de-identified
-- summary: yes
-- chart: stacked x=decade y=persons series=sex unit=persons
select
  p.year_of_birth - p.year_of_birth % 10 as decade,
  coalesce(c.concept_name, 'Not mapped') as sex,
  count(*) as persons
from omop.person p
left join omop.concept c on c.concept_id = p.gender_concept_id and c.concept_id <> 0
group by 1, 2
order by 1, 2
