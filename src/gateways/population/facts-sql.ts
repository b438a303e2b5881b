// Facts of all people as one table: what src/methods/care-gaps/contract.ts calls a Fact, made of the views of the warehouse, and named by the concepts that
// they are of. facts-of-rows.ts makes the same of the rows of one person.
import { systemsOf, wordPattern } from '../../methods/care-gaps/concepts.ts';
import type { Concept, FactKind } from '../../methods/care-gaps/contract.ts';

/** Days without a time came as midnight of UTC, and stay what they say. */
const local = (moment: string): string =>
  `case when epoch_ms(${moment}) % 86400000 = 0 then cast(timezone('UTC', ${moment}) as date) else cast(timezone($zone, ${moment}) as date) end`;

interface Source {
  kind: FactKind;
  view: string;
  /** Of the view `t`: what a fact has. */
  system: string;
  code: string;
  words: readonly string[];
  at: string;
  until?: string;
  live?: string;
  value?: string;
  unit?: string;
  comparator?: string;
  where: string;
}
const coded = { system: 't.code_system', code: 't.code_code', words: ['t.code_display', 't.code_text'] };
const done = "t.status in ('final', 'amended', 'corrected')";
const measured = { value: 'coalesce(t.value, t.value_integer)', unit: 'coalesce(t.unit, t.unit_text)', comparator: 't.comparator' };

export const sources: readonly Source[] = [
  {
    ...coded,
    kind: 'condition',
    view: 'conditions',
    at: 'coalesce(t.onset, t.recorded, t.last_updated)',
    until: 't.abatement',
    live: "coalesce(t.clinical_status, 'active') in ('active', 'recurrence', 'relapse')",
    where: "coalesce(t.verification_status, '') not in ('entered-in-error', 'refuted', 'differential')",
  },
  {
    kind: 'medication',
    view: 'medication_requests',
    system: 't.medication_system',
    code: 't.medication_code',
    words: ['t.medication_display', 't.medication_text'],
    at: 'coalesce(t.authored, t.last_updated)',
    live: "t.status in ('active', 'on-hold')",
    where: "t.status in ('active', 'on-hold', 'completed', 'stopped') and coalesce(t.intent, 'order') not in ('proposal', 'option')",
  },
  {
    ...coded,
    ...measured,
    kind: 'observation',
    view: 'observations',
    at: 'coalesce(t.effective, t.effective_start, t.issued)',
    where: done,
  },
  // Parts of an observation are facts of their own, such as systolic pressure.
  { ...coded, ...measured, kind: 'observation', view: 'observation_components', at: 't.effective', where: done },
  { ...coded, kind: 'report', view: 'diagnostic_reports', at: 'coalesce(t.effective, t.effective_start, t.issued)', where: done },
  { ...coded, kind: 'procedure', view: 'procedures', at: 'coalesce(t.performed_start, t.performed)', where: "t.status = 'completed'" },
  {
    kind: 'immunization',
    view: 'immunizations',
    system: 't.vaccine_system',
    code: 't.vaccine_code',
    words: ['t.vaccine_display', 't.vaccine_text'],
    at: 't.occurred',
    where: "t.status = 'completed'",
  },
  {
    ...coded,
    kind: 'allergy',
    view: 'allergies',
    at: 'coalesce(t.onset, t.recorded, t.last_updated)',
    where:
      "coalesce(t.verification_status, '') not in ('entered-in-error', 'refuted') and coalesce(t.clinical_status, 'active') = 'active'",
  },
  {
    kind: 'visit',
    view: 'encounters',
    system: "'http://terminology.hl7.org/CodeSystem/v3-ActCode'",
    code: 't.class',
    words: ['t.type_display', 't.type_text'],
    at: 't.start',
    where: "t.status not in ('planned', 'cancelled', 'entered-in-error')",
  },
];

const text = (sql: string): string => `coalesce(${sql}, '')`;
const rawOf = ({
  kind,
  view,
  system,
  code,
  words,
  at,
  until,
  live = 'true',
  value,
  unit = "''",
  comparator = "''",
  where,
}: Source): string =>
  `select '${kind}' as kind, ${text(system)} as system, ${text(code)} as code, concat_ws(' ', ${words.join(', ')}) as words, t.patient_id, ${local(at)} as day,
  ${until === undefined ? 'cast(null as date)' : local(until)} as until, ${live} as live, ${value === undefined ? 'cast(null as double)' : `cast(${value} as double)`} as value, ${text(unit)} as unit, ${text(comparator)} as comparator
  from ${view} t where t.patient_id is not null and ${at} is not null and ${where}`;

/** `raw`: facts of everybody; `f`: those of a concept, once for each. `$zone`, `$rules`, `$units`. */
export function factsSql(kinds: ReadonlySet<FactKind>): string[] {
  return [
    `raw as (${sources
      .filter(({ kind }) => kinds.has(kind))
      .map(rawOf)
      .join('\nunion all ')})`,
    'codings as (select distinct kind, system, code, words from raw)',
    `rules as (select unnest(from_json($rules, '[{"concept":"VARCHAR","kind":"VARCHAR","mode":"VARCHAR","text":"VARCHAR","systems":["VARCHAR"]}]'), recursive := true))`,
    `plain as (select *, concat(' ', trim(regexp_replace(lower(words), '[^a-z0-9]+', ' ', 'g')), ' ') as plain from codings)`,
    `named as (select distinct c.kind, c.system, c.code, c.words, r.concept from plain c join rules r on r.kind = c.kind and (
    (r.mode = 'code' and c.code = r.text and list_contains(r.systems, c.system))
    or (r.mode = 'family' and c.code <> '' and starts_with(c.code, r.text) and list_contains(r.systems, c.system))
    or (r.mode = 'words' and contains(c.plain, r.text))))`,
    `units as (select unnest(from_json($units, '[{"concept":"VARCHAR","unit":"VARCHAR","times":"DOUBLE","plus":"DOUBLE"}]'), recursive := true))`,
    `valued as (select n.concept, w.patient_id, w.day, w.until, w.live, w.comparator, w.value * u.times + u.plus as value
  from raw w join named n on n.kind = w.kind and n.system = w.system and n.code = w.code and n.words = w.words
  left join units u on u.concept = n.concept and u.unit = w.unit)`,
    `f as materialized (select concept, patient_id, day, until, live, value,
  case when value is null or starts_with(comparator, '<') then '-infinity'::double else value end as low,
  case when value is null or starts_with(comparator, '>') then 'infinity'::double else value end as high from valued)`,
  ];
}

interface Rule {
  concept: string;
  kind: FactKind;
  mode: 'code' | 'family' | 'words';
  text: string;
  systems: readonly string[];
}

export const rulesOf = (concepts: readonly Concept[]): Rule[] =>
  concepts.flatMap(({ name, of }) =>
    of.flatMap(({ kind, codes = [], families = [], words = [] }) => {
      const rule = (mode: Rule['mode'], text: string): Rule => ({
        concept: name,
        kind,
        mode,
        text,
        systems: mode === 'words' ? [] : systemsOf[kind],
      });
      return [
        ...codes.map((code) => rule('code', code)),
        ...families.map((family) => rule('family', family)),
        ...words.map((phrase) => rule('words', wordPattern(phrase))),
      ];
    }),
  );

export const unitsOf = (concepts: readonly Concept[]): { concept: string; unit: string; times: number; plus: number }[] =>
  concepts.flatMap(({ name, units = [] }) => units.map((each) => ({ concept: name, ...each })));

export const kindsOf = (concepts: readonly Concept[]): Set<FactKind> => new Set(concepts.flatMap(({ of }) => of.map(({ kind }) => kind)));
