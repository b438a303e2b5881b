// Registries in SQL give what they give in memory, whatever the definitions and the rows: the property that lets one be trusted for the other.
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Concept, Criterion, Fact, Gap, GapResult, Measure, People, Registry } from '../../methods/care-gaps/contract.ts';
import { localDay } from '../../methods/care-gaps/days.ts';
import { evaluateRegistry } from '../../methods/care-gaps/evaluate.ts';
import type { Row } from '../../warehouse/contract.ts';
import { factsOfRows } from './facts-of-rows.ts';
import { registriesSql } from './gaps-sql.ts';

const icd = 'http://hl7.org/fhir/sid/icd-10-cm';
const loinc = 'http://loinc.org';
const columns = {
  patients: { id: 'VARCHAR', birth_date: 'DATE', gender: 'VARCHAR', deceased_at: 'TIMESTAMPTZ', deceased: 'BOOLEAN', active: 'BOOLEAN' },
  conditions: {
    patient_id: 'VARCHAR',
    clinical_status: 'VARCHAR',
    verification_status: 'VARCHAR',
    code_system: 'VARCHAR',
    code_code: 'VARCHAR',
    code_display: 'VARCHAR',
    code_text: 'VARCHAR',
    onset: 'TIMESTAMPTZ',
    abatement: 'TIMESTAMPTZ',
    recorded: 'TIMESTAMPTZ',
    last_updated: 'TIMESTAMPTZ',
  },
  medication_requests: {
    patient_id: 'VARCHAR',
    status: 'VARCHAR',
    intent: 'VARCHAR',
    medication_system: 'VARCHAR',
    medication_code: 'VARCHAR',
    medication_display: 'VARCHAR',
    medication_text: 'VARCHAR',
    authored: 'TIMESTAMPTZ',
    last_updated: 'TIMESTAMPTZ',
  },
  observations: {
    patient_id: 'VARCHAR',
    status: 'VARCHAR',
    code_system: 'VARCHAR',
    code_code: 'VARCHAR',
    code_display: 'VARCHAR',
    code_text: 'VARCHAR',
    effective: 'TIMESTAMPTZ',
    effective_start: 'TIMESTAMPTZ',
    issued: 'TIMESTAMPTZ',
    value: 'DOUBLE',
    value_integer: 'INTEGER',
    unit: 'VARCHAR',
    unit_text: 'VARCHAR',
    comparator: 'VARCHAR',
  },
  observation_components: {
    patient_id: 'VARCHAR',
    status: 'VARCHAR',
    code_system: 'VARCHAR',
    code_code: 'VARCHAR',
    code_display: 'VARCHAR',
    code_text: 'VARCHAR',
    effective: 'TIMESTAMPTZ',
    value: 'DOUBLE',
    value_integer: 'INTEGER',
    unit: 'VARCHAR',
    unit_text: 'VARCHAR',
    comparator: 'VARCHAR',
  },
} as const;
type View = keyof typeof columns;

const zone = 'America/New_York';
const ids = ['a', 'b', 'c', 'd'];
const day = fc.integer({ min: 0, max: 1500 }).map((n) => new Date(Date.UTC(2022, 0, 1) + n * 86_400_000).toISOString().slice(0, 10));
const moment = fc.tuple(day, fc.constantFrom('00:00:00', '02:30:00', '15:00:00')).map(([on, at]) => `${on}T${at}Z`);
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { freq: 4 });
const said = fc.constantFrom('Colonoscopy, screening', 'warfarin sodium 5 MG', 'Retinal-screening', '');
const coding = {
  code_system: maybe(fc.constantFrom(icd, loinc)),
  code_code: maybe(fc.constantFrom('E11.9', 'I10', '4548-4', '8480-6')),
  code_display: maybe(said),
  code_text: maybe(said),
};
const patient = { patient_id: fc.constantFrom(...ids) };
const measured = {
  value: maybe(fc.integer({ min: 0, max: 20 }).map((n) => n / 2)),
  value_integer: maybe(fc.constant(7)),
  unit: maybe(fc.constantFrom('%', 'mmol/mol')),
  unit_text: maybe(fc.constant('%')),
  comparator: fc.constantFrom(null, null, '<', '>='),
};
const status = fc.constantFrom('final', 'final', 'amended', 'preliminary');
const rowOf: Record<View, fc.Arbitrary<Row>> = {
  patients: fc.record({
    id: fc.constant(''),
    birth_date: maybe(day.map((on) => `19${on.slice(2)}`)),
    gender: maybe(fc.constantFrom('female', 'male', 'other')),
    deceased_at: fc.option(moment, { freq: 1 }),
    deceased: fc.constantFrom(null, null, null, false, true),
    active: fc.constantFrom(null, true, true, false),
  }),
  conditions: fc.record({
    ...patient,
    clinical_status: maybe(fc.constantFrom('active', 'resolved')),
    verification_status: maybe(fc.constantFrom('confirmed', 'refuted')),
    ...coding,
    onset: maybe(moment),
    abatement: fc.option(moment, { freq: 1 }),
    recorded: maybe(moment),
    last_updated: moment,
  }),
  medication_requests: fc.record({
    ...patient,
    status: fc.constantFrom('active', 'stopped', 'draft'),
    intent: maybe(fc.constantFrom('order', 'proposal')),
    medication_system: fc.constant(null),
    medication_code: fc.constant(null),
    medication_display: maybe(said),
    medication_text: maybe(said),
    authored: maybe(moment),
    last_updated: moment,
  }),
  observations: fc.record({
    ...patient,
    status,
    ...coding,
    effective: maybe(moment),
    effective_start: maybe(moment),
    issued: maybe(moment),
    ...measured,
  }),
  observation_components: fc.record({ ...patient, status, ...coding, effective: maybe(moment), ...measured }),
};

const concepts: Concept[] = [
  {
    name: 'diabetes',
    title: '',
    of: [
      { kind: 'condition', families: ['E11', 'I1'] },
      { kind: 'condition', words: ['retinal screen*'] },
    ],
  },
  {
    name: 'hba1c',
    title: '',
    of: [{ kind: 'observation', codes: ['4548-4', '8480-6'] }],
    units: [
      { unit: '%', times: 1, plus: 0 },
      { unit: 'mmol/mol', times: 0.09148, plus: 2.152 },
    ],
  },
  {
    name: 'screened',
    title: '',
    of: [{ kind: 'observation', words: ['colonoscopy', 'retinal screen*'], codes: ['4548-4'] }],
    units: [{ unit: '%', times: 1, plus: 0 }],
  },
  { name: 'warfarin', title: '', of: [{ kind: 'medication', words: ['warfarin'] }] },
];
const range = fc.record({ atLeast: fc.integer({ min: 0, max: 9 }), below: fc.integer({ min: 1, max: 10 }) }, { requiredKeys: [] });
const named = fc.subarray(
  concepts.map(({ name }) => name),
  { minLength: 1 },
);
const criterion: fc.Arbitrary<Criterion> = fc
  .tuple(
    fc.record({ concepts: named }),
    fc.record(
      {
        months: fc.integer({ min: 1, max: 40 }),
        times: fc.integer({ min: 1, max: 3 }),
        apartDays: fc.integer({ min: 0, max: 90 }),
        active: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    fc.option(range),
  )
  .map(([one, two, three]) => ({ ...one, ...two, ...three }));
const people: fc.Arbitrary<People> = fc.record(
  {
    ageMonths: fc.record({ atLeast: fc.integer({ min: 0, max: 1000 }), below: fc.integer({ min: 900, max: 1500 }) }, { requiredKeys: [] }),
    sex: fc.constantFrom('female' as const, 'male' as const),
    any: fc.array(criterion, { minLength: 1, maxLength: 2 }),
    all: fc.array(criterion, { maxLength: 1 }),
    none: fc.array(criterion, { maxLength: 1 }),
  },
  { requiredKeys: [] },
);
const measure: fc.Arbitrary<Measure> = fc.oneof(
  fc.record({ kind: fc.constant('done' as const), any: fc.array(criterion, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('season' as const),
    concepts: named,
    from: fc.constantFrom('08-01', '01-15'),
    until: fc.constantFrom('04-01', '06-30'),
  }),
  fc.record({
    kind: fc.constant('value' as const),
    months: fc.integer({ min: 1, max: 40 }),
    targets: fc.array(
      fc.tuple(range, fc.constantFrom('hba1c', 'screened', 'warfarin')).map(([of, concept]) => ({ ...of, concept })),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({ kind: fc.constantFrom('taking' as const, 'avoid' as const), concepts: named }),
  fc
    .tuple(
      range,
      fc.record({
        kind: fc.constant('share' as const),
        concept: fc.constantFrom('hba1c', 'screened'),
        months: fc.integer({ min: 1, max: 40 }),
        share: fc.constantFrom(0.5, 0.6),
        times: fc.integer({ min: 1, max: 3 }),
      }),
    )
    .map(([of, rest]) => ({ ...of, ...rest })),
);
const source = { agency: 'x', year: 2026, title: 'x', section: 'x' };
const gapOf = fc.record({
  who: fc.option(people, { nil: {} }),
  excluded: fc.array(
    criterion.map((each) => ({ ...each, because: 'said so' })),
    { maxLength: 2 },
  ),
  measure,
});
const registry: fc.Arbitrary<Registry> = fc
  .record({ members: fc.option(people, { nil: {} }), gaps: fc.array(gapOf, { minLength: 1, maxLength: 3 }) })
  .map(({ members, gaps }) => ({
    kind: 'registry',
    name: 'made',
    title: '',
    question: '',
    version: '1',
    status: 'unreviewed',
    reviewer: '',
    source,
    licence: '',
    limits: '',
    members,
    gaps: gaps.map((gap, i): Gap => ({ id: `g${i}`, title: '', action: '', says: '', source, ...gap })),
  }));

let instance: DuckDBInstance;
let duck: Awaited<ReturnType<DuckDBInstance['connect']>>;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  duck = await instance.connect();
  await duck.run('set threads = 1');
  for (const [view, of] of Object.entries(columns))
    await duck.run(
      `create table ${view} (${Object.entries(of)
        .map(([name, type]) => `"${name}" ${type}`)
        .join(', ')})`,
    );
});
afterAll(() => {
  duck.closeSync();
  instance.closeSync();
});

async function lay(tables: Record<View, Row[]>): Promise<void> {
  for (const [view, rows] of Object.entries(tables)) {
    await duck.run(`delete from ${view}`);
    const of = Object.entries(columns[view as View]);
    const json = JSON.stringify(rows);
    const shape = JSON.stringify([
      Object.fromEntries(of.map(([name, type]) => [name, type === 'TIMESTAMPTZ' || type === 'DATE' ? 'VARCHAR' : type])),
    ]);
    await duck.run(
      `insert into ${view} select ${of.map(([name, type]) => `cast("${name}" as ${type})`).join(', ')} from (select unnest(from_json($json, '${shape}'), recursive := true))`,
      { json },
    );
  }
}

type Line = [string, string, string, string, string, string | null, number | null, string | null];
async function bySql(made: Registry, days: string[]): Promise<Line[]> {
  const { with: start, parameters } = registriesSql([made], concepts, { days, zone });
  const reader = await duck.runAndReadAll(
    `${start} select gap, cast(at_day as varchar), patient_id, outcome, reason, cast(last as varchar), value, cast(due as varchar) from results`,
    parameters as Record<string, string>,
  );
  return reader.getRowsJson() as Line[];
}

function inMemory(made: Registry, tables: Record<View, Row[]>, days: string[]): Line[] {
  const dayOf = localDay(zone);
  return days.flatMap((today) =>
    tables.patients
      .filter((row) => row['active'] !== false && row['deceased'] !== true)
      .flatMap((row): Line[] => {
        const own = (view: View): Fact[] =>
          factsOfRows(
            view,
            tables[view].filter((each) => each['patient_id'] === row['id']),
            dayOf,
          );
        const facts = (['conditions', 'medication_requests', 'observations', 'observation_components'] as const).flatMap(own);
        const died = row['deceased_at'];
        const person = {
          born: row['birth_date'] as string | null,
          sex: row['gender'] as string | null,
          died: typeof died === 'string' ? dayOf(died) : null,
          facts,
        };
        const { member, gaps } = evaluateRegistry(made, concepts, person, today);
        if (member === 'no') return [];
        const line = ({ gap, outcome, reason, last, value, due }: GapResult): Line => [
          gap,
          today,
          String(row['id']),
          outcome,
          reason,
          last,
          value,
          due,
        ];
        return [['', today, String(row['id']), member, '', null, null, null], ...gaps.map(line)];
      }),
  );
}
const sorted = (lines: Line[]): string[] =>
  lines
    .map(([gap, on, who, outcome, reason, last, value, due]) =>
      JSON.stringify([
        gap,
        on,
        who,
        outcome,
        reason.replace(/^excluded:\d+$/, 'said so'),
        last,
        value === null ? null : Number(value.toFixed(6)),
        due,
      ]),
    )
    .sort();

const tablesOf: fc.Arbitrary<Record<View, Row[]>> = fc.record({
  patients: fc.tuple(...ids.map((id) => rowOf.patients.map((row) => ({ ...row, id })))) as fc.Arbitrary<Row[]>,
  conditions: fc.array(rowOf.conditions, { maxLength: 12 }),
  medication_requests: fc.array(rowOf.medication_requests, { maxLength: 6 }),
  observations: fc.array(rowOf.observations, { maxLength: 16 }),
  observation_components: fc.array(rowOf.observation_components, { maxLength: 8 }),
});

test('registries in SQL give what they give in memory', async () => {
  await fc.assert(
    fc.asyncProperty(registry, tablesOf, fc.uniqueArray(day, { minLength: 1, maxLength: 2 }), async (made, tables, days) => {
      await lay(tables);
      expect(sorted(await bySql(made, days))).toEqual(sorted(inMemory(made, tables, days)));
    }),
    { numRuns: 60 },
  );
}, 120_000);
