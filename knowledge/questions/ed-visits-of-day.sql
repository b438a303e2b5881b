-- title: ED visits of one day
-- description: Each visit of the emergency department that began on a day, with its complaint. Rows of persons: who may export may ask.
-- detail: identified
-- parameter: day date = today "Day"
-- chart: table
select "start", "end", reason_text as complaint, priority, discharge_disposition as went_to, patient_id
from encounters
where class = 'EMER' and cast("start" as date) = cast($day as date)
order by "start"
