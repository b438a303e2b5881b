// The rows that indicators speak of, made of the views of the warehouse. Indicators keep the names of their field (given_at, ward, encounter_start); views
// keep those of FHIR; this is the one place that leads from one to the other, because a ward, a drug's group or the start of the encounter is a join that
// a view cannot say anyway.
import type { ColumnKind, DrugWord, RowTable, RowTables } from './contract.ts';

const ms = (moment: string): string => `epoch_ms(${moment})`;
/** The first that has a value. */
const first = (...columns: string[]): string => (columns.length === 1 ? columns[0]! : `coalesce(${columns.join(', ')})`);

/** Column: [kind, SQL]. */
type Columns = Readonly<Record<string, readonly [ColumnKind, string]>>;

const table = (columns: Columns, from: string, reads: readonly string[] = []): RowTable => ({
  sql: `select ${Object.entries(columns)
    .map(([name, [kind, sql]]) => `${kind === 'moment' ? ms(sql) : sql} as "${name}"`)
    .join(', ')} ${from}`,
  reads,
  columns: Object.fromEntries(Object.entries(columns).map(([name, [kind]]) => [name, kind])),
});

const id: Columns = { id: ['text', 't.id'], patient_id: ['text', 't.patient_id'] };
const ofEncounter = 'left join rows_stays s on s.id = t.encounter_id';
const inEncounter: Columns = { encounter_id: ['text', 't.encounter_id'], ward: ['text', 's.ward'], encounter_start: ['moment', 's.since'] };

/** Codes of http://terminology.hl7.org/CodeSystem/adverse-event-category that speak of medicines. */
const ofMedication =
  "('product-use-error', 'wrong-dose', 'incorrect-prescribing-information', 'wrong-technique', 'wrong-route-of-administration', 'wrong-rate', 'wrong-duration', 'wrong-time', 'expired-drug')";
const words = (...columns: string[]): string => `lower(concat_ws(' ', ${columns.join(', ')}))`;

/** `drugs` is handed in: one row a word that names an ingredient. It is a parameter of every question that asks for administrations. */
export const rowTables: RowTables = {
  // The ward of a place: the nearest around it that is one; of a bed without one what it is part of.
  wards: table(
    {
      id: ['text', 'l.id'],
      ward: [
        'text',
        `case when l.physical_type = 'wa' then l.name when m.physical_type = 'wa' then m.name when n.physical_type = 'wa' then n.name
when l.physical_type in ('bd', 'ro') then coalesce(m.name, l.name) else l.name end`,
      ],
    },
    'from locations l left join locations m on m.id = l.part_of_id left join locations n on n.id = m.part_of_id',
  ),
  // What other rows ask of their encounter.
  stays: {
    sql: 'select e.id, e.patient_id, e.start as since, e."end" as until, w.ward from encounters e left join rows_wards w on w.id = e.location_id',
    reads: ['wards'],
    columns: { id: 'text', patient_id: 'text', ward: 'text' },
  },
  encounters: table(
    {
      ...id,
      class: ['text', 't.class'],
      status: ['text', 't.status'],
      priority: ['text', 't.priority'],
      discharge_disposition: ['text', 't.discharge_disposition'],
      start: ['moment', 't.start'],
      end: ['moment', 't."end"'],
      arrived_at: ['moment', first('t.arrived', 't.start')],
      seen_at: ['moment', first('t.attended', 't.in_progress')],
      ward: ['text', 'w.ward'],
    },
    'from encounters t left join rows_wards w on w.id = t.location_id',
    ['wards'],
  ),
  patients: {
    sql: 'select id, id as patient_id, epoch_ms(deceased_at) as deceased_at from patients',
    columns: { id: 'text', patient_id: 'text', deceased_at: 'moment' },
  },
  conditions: table(
    { ...id, ...inEncounter, code: ['text', 't.code_code'], recorded_at: ['moment', first('t.recorded', 't.onset')] },
    `from conditions t ${ofEncounter} where t.verification_status is distinct from 'entered-in-error' and t.verification_status is distinct from 'refuted'`,
    ['stays'],
  ),
  observations: table(
    {
      ...id,
      ...inEncounter,
      code: ['text', 't.code_code'],
      value: ['number', 't.value'],
      unit: ['text', 't.unit'],
      interpretation: ['text', 't.interpretation'],
      effective_at: ['moment', first('t.effective', 't.effective_start')],
      issued: ['moment', 't.issued'],
      acknowledged_at: ['moment', 'k.done'],
    },
    `from observations t ${ofEncounter} left join (select focus_observation_id, min(done) as done from tasks where status = 'completed' and focus_observation_id is not null group by all) k on k.focus_observation_id = t.id
where t.status is distinct from 'entered-in-error' and t.status is distinct from 'cancelled'`,
    ['stays'],
  ),
  // A word of the name says the ingredient, the first that does where several are in it.
  drug_names: {
    sql: `with words as (select unnest(from_json($drugs::JSON, '[{"word":"VARCHAR","ingredient":"VARCHAR","drugClass":"VARCHAR"}]'), recursive := true)),
names as (select distinct ${words('medication_display', 'medication_text')} as name from medication_administrations),
parts as (select name, unnest(string_split_regex(name, '[^a-z]+')) as part, generate_subscripts(string_split_regex(name, '[^a-z]+'), 1) as place from names)
select p.name, min_by(w.ingredient, p.place) as ingredient, min_by(w.drugClass, p.place) filter (w.drugClass is not null) as drug_class from parts p join words w on w.word = p.part group by p.name`,
    columns: { name: 'text', ingredient: 'text', drug_class: 'text' },
  },
  administrations: table(
    {
      ...id,
      ...inEncounter,
      status: ['text', 't.status'],
      drug_class: ['text', 'n.drug_class'],
      ingredient: ['text', 'n.ingredient'],
      given_at: ['moment', first('t.effective', 't.effective_start')],
    },
    `from medication_administrations t ${ofEncounter} left join rows_drug_names n on n.name = ${words('t.medication_display', 't.medication_text')}`,
    ['stays', 'drug_names'],
  ),
  procedures: table(
    {
      ...id,
      encounter_id: ['text', 't.encounter_id'],
      ward: ['text', 'coalesce(s.ward, w.ward)'],
      status: ['text', 't.status'],
      category: ['text', "case when t.category in ('surgical', '387713003') then 'surgical' else t.category end"],
      performed_at: ['moment', first('t.performed_start', 't.performed')],
    },
    `from procedures t ${ofEncounter} left join rows_wards w on w.id = t.location_id where t.status is distinct from 'entered-in-error' and t.status is distinct from 'not-done'`,
    ['stays', 'wards'],
  ),
  safety_events: table(
    {
      ...id,
      encounter_id: ['text', 't.encounter_id'],
      ward: ['text', 'coalesce(w.ward, s.ward)'],
      event: [
        'text',
        `case when regexp_matches(${words('t.event_code', 't.event_display', 't.event_text')}, '\\bfalls?\\b|\\bfell\\b|\\bfallen\\b') then 'fall' when t.category in ${ofMedication} then 'medication' else 'other' end`,
      ],
      harm: ['text', "case when t.outcome = 'fatal' then 'death' when t.actuality = 'potential' then 'none' else t.severity end"],
      occurred_at: ['moment', first('t.occurred', 't.detected', 't.recorded')],
    },
    `from safety_events t ${ofEncounter} left join rows_wards w on w.id = t.location_id`,
    ['stays', 'wards'],
  ),
  device_uses: table(
    {
      ...id,
      encounter_id: ['text', 't.encounter_id'],
      ward: ['text', 's.ward'],
      device: [
        'text',
        `case when regexp_matches(${words('t.device_display', 'd.type_display', 'd.type_text', 'd.name')}, 'central (venous )?(line|catheter)|\\bcvc\\b|\\bpicc\\b') then 'central-line'
when regexp_matches(${words('t.device_display', 'd.type_display', 'd.type_text', 'd.name')}, 'urinary catheter|bladder catheter|\\bfoley\\b') then 'urinary-catheter' else 'other' end`,
      ],
      start: ['moment', 't.start'],
      end: ['moment', 't."end"'],
    },
    `from device_uses t ${ofEncounter} left join devices d on d.id = t.device_id where t.status is distinct from 'entered-in-error'`,
    ['stays'],
  ),
};

/** What questions that read `administrations` need beside their own parameters. */
export const drugsParameter = (drugs: readonly DrugWord[]): { drugs: string } => ({ drugs: JSON.stringify(drugs) });
