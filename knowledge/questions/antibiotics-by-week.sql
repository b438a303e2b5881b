-- title: Stays with antibiotics
-- description: Stays with an order of an antibiotic, by week and drug; the ten most frequent. By words, not by codes.
-- detail: limited
-- summary: yes
-- parameter: since date = -12m "Since"
-- chart: stacked x=week y=stays series=drug unit=stays
with orders as (
  select cast(date_trunc('week', authored) as date) as week, encounter_id,
    regexp_extract(lower(coalesce(medication_display, medication_text, '')), '(amoxicillin|ampicillin|piperacillin|cef[a-z]+|meropenem|ertapenem|vancomycin|gentamicin|azithromycin|doxycycline|ciprofloxacin|levofloxacin|metronidazole|clindamycin|nitrofurantoin|trimethoprim|linezolid)', 1) as drug
  from medication_requests where authored >= cast($since as date)
), most as (
  select drug from orders where drug <> '' group by 1 order by count(*) desc limit 10
)
select week, drug, count(distinct coalesce(encounter_id, '')) as stays
from orders semi join most using (drug)
group by 1, 2 order by 1, 2
