// The tables of OMOP: as its specification names them, and over a simulated hospital nothing lost, nothing doubled, nothing left hanging,
// and nothing of a person where none is to be shown.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from '../src/fhir/generated/types.ts';
import { loadDerived } from '../src/warehouse/derived/load.ts';
import { loadViews } from '../src/warehouse/view/load.ts';
import { asked, closeRooms, type Stand, simulatedTables } from './omop.fixture.ts';

const shipped = join(import.meta.dirname, 'views');
const given = <T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
const views = given(loadViews([shipped]));
const derived = given(loadDerived([shipped], views));
const omop = derived.filter(({ schema }) => schema === 'omop');

/** What the simulated patients do not have. */
const old: Resource[] = [
  { resourceType: 'Patient', id: 'old', birthDate: '1929-04-05', gender: 'other', deceasedDateTime: '2026-05-04T03:00:00Z' },
  { resourceType: 'Patient', id: 'unborn' },
  {
    resourceType: 'Encounter',
    id: 'of-nobody',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/none' },
    period: { start: '2026-01-01' },
  },
  {
    resourceType: 'Encounter',
    id: 'backwards',
    status: 'finished',
    class: { code: 'IMP' },
    subject: { reference: 'Patient/old' },
    period: { start: '2026-05-02', end: '2026-05-01' },
  },
  {
    resourceType: 'Encounter',
    id: 'planned',
    status: 'planned',
    class: { code: 'IMP' },
    subject: { reference: 'Patient/old' },
    period: { start: '2026-07-02' },
  },
  {
    resourceType: 'Condition',
    id: 'hanging',
    subject: { reference: 'Patient/old' },
    encounter: { reference: 'Encounter/planned' },
    onsetDateTime: '2026-05-02',
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J18.9' }] },
  },
];

let here: Stand;
beforeAll(async () => {
  here = await simulatedTables(views, 40, old);
});
afterAll(async () => {
  await closeRooms();
  rmSync(here.folder, { recursive: true, force: true });
});
const rows = (sql: string, detail?: Parameters<typeof asked>[4], tables = derived) => asked(here, views, tables, sql, detail);
const countOf = async (sql: string): Promise<number> => Number((await rows(sql))[0]?.[0]);

describe('the tables of OMOP CDM 5.4', () => {
  it('are those of the specification, with its fields in its order and of its types', () => {
    const lines = readFileSync(join(shipped, 'omop/cdm54-fields.txt'), 'utf8').split('\n');
    const fields = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(' '));
    const types: Record<string, RegExp> = { integer: /^(INTEGER|BIGINT)$/, date: /^DATE$/, datetime: /^TIMESTAMP$/, float: /^DOUBLE$/ };
    expect([...new Set(fields.map(([table]) => `omop.${table}`))].sort()).toEqual(omop.map(({ name }) => name).sort());
    for (const { name, columns } of omop) {
      const own = fields.filter(([table]) => `omop.${table}` === name);
      expect(
        columns.map((column) => [column.name, column.required]),
        name,
      ).toEqual(own.map(([, field, , required]) => [field, required === 'required']));
      for (const [at, [, field, type]] of own.entries()) expect(columns[at]!.type, `${name}.${field}`).toMatch(types[type!] ?? /^VARCHAR$/);
      for (const { name: column, description } of columns) expect(description, `${name}.${column}`).toMatch(/\S/);
    }
  });

  it.each(omop.map(({ name }) => name))('%s can be asked, and has a value in each required field', async (name) => {
    const table = omop.find((one) => one.name === name)!;
    for (const detail of ['identified', 'de-identified'] as const) {
      const empty = table.columns.filter(({ required }) => required).map((column) => `count(*) filter ("${column.name}" is null)`);
      const [found] = await rows(`select ${empty.join(', ')} from ${name}`, detail);
      expect(found, detail).toEqual(empty.map(() => 0));
    }
  });

  it('have each resource once, under a number of its own', async () => {
    const patients = new Set(
      here.resources.flatMap((one) => (one.resourceType === 'Patient' && one.birthDate !== undefined ? [one.id] : [])),
    );
    const ofSomebody = (one: Resource): boolean => {
      const { subject, patient } = one as { subject?: { reference?: string }; patient?: { reference?: string } };
      return patients.has((subject ?? patient)?.reference?.split('/')[1]);
    };
    const left = ['entered-in-error', 'cancelled', 'draft', 'not-done', 'planned'];
    const of = (type: Resource['resourceType']): Resource[] =>
      here.resources.filter(
        (one) => one.resourceType === type && ofSomebody(one) && !left.includes((one as { status?: string }).status ?? ''),
      );
    const parts = of('Observation').flatMap((one) => (one.resourceType === 'Observation' ? (one.component ?? []) : []));
    const expected: [string[], number][] = [
      [['person'], patients.size],
      [['visit_occurrence'], of('Encounter').length],
      [['condition_occurrence'], of('Condition').length],
      [['procedure_occurrence'], of('Procedure').length],
      [['note'], of('DocumentReference').length],
      [['measurement', 'observation'], of('Observation').length + parts.length + of('AllergyIntolerance').length],
      [['drug_exposure'], of('MedicationRequest').length + of('MedicationAdministration').length + of('Immunization').length],
    ];
    for (const [tables, count] of expected) {
      const all = tables.map((table) => `select ${table}_id as id from omop.${table}`).join(' union all ');
      expect(await rows(`select count(*), count(distinct id) from (${all})`), tables.join()).toEqual([[count, count]]);
      expect(count, tables.join()).toBeGreaterThan(3);
    }
  });

  it('name nobody and no visit that there is not, and end no earlier than they begin', async () => {
    const wrong: string[] = [];
    for (const { name, columns } of omop) {
      const has = (column: string): boolean => columns.some((one) => one.name === column);
      const checks = [
        ...(['person', 'visit_occurrence'] as const)
          .filter((target) => has(`${target}_id`))
          .map((target) => `${target}_id is not null and ${target}_id not in (select ${target}_id from omop.${target})`),
        ...columns
          .filter((column) => /start_date(time)?$/.test(column.name) && has(column.name.replace('_start_', '_end_')))
          .map((column) => `${column.name.replace('_start_', '_end_')} < ${column.name}`),
      ];
      if (checks.length === 0) continue;
      const [counts] = await rows(`select ${checks.map((check) => `count(*) filter (${check})`).join(', ')} from ${name}`);
      wrong.push(...checks.filter((_, at) => counts?.[at] !== 0).map((check) => `${name}: ${check}`));
    }
    expect(wrong).toEqual([]);
    expect(
      await rows("select visit_occurrence_id from omop.condition_occurrence where condition_occurrence_id = key_number('hanging')"),
    ).toEqual([[null]]);
  });

  it('say class, sex and kinds of rows as concepts that are among those of omop.concept', async () => {
    expect(await rows('select distinct visit_concept_id from omop.visit_occurrence order by 1')).toEqual([[9201], [9202], [9203]]);
    expect(await rows('select distinct gender_concept_id from omop.person order by 1')).toEqual([[0], [8507], [8532]]);
    for (const { name, columns } of omop)
      for (const { name: column } of columns)
        if (/(^|_)type_concept_id$|^(gender|visit|operator)_concept_id$/.test(column))
          expect(
            await countOf(`select count(*) from ${name} where ${column} not in (select concept_id from omop.concept)`),
            `${name}.${column}`,
          ).toBe(0);
  });

  it('show nothing of a person where they are de-identified', async () => {
    const hidden = new Set<string>();
    const keep = (...values: (string | undefined)[]): void => {
      for (const value of values) if (value !== undefined && value.length > 2) hidden.add(value);
    };
    for (const one of here.resources) {
      keep(one.id);
      if (one.resourceType === 'Patient') {
        for (const name of one.name ?? []) keep(name.family, ...(name.given ?? []));
        for (const { line, city, postalCode } of one.address ?? []) keep(city, postalCode, ...(line ?? []));
        keep(...(one.identifier ?? []).map(({ value }) => value), ...(one.telecom ?? []).map(({ value }) => value));
      }
    }
    const clinical = omop.filter(({ of }) => of.length > 0 && !of.includes('omop.vocabulary'));
    const distinct = async (table: string, columns: readonly string[], detail: 'identified' | 'de-identified'): Promise<string[][]> => {
      const lists = columns.map((column) => `coalesce(list(distinct cast("${column}" as varchar)) filter ("${column}" is not null), [])`);
      return columns.length === 0 ? [] : ((await rows(`select ${lists.join(', ')} from ${table}`, detail))[0] as string[][]);
    };
    for (const { name, columns } of clinical) {
      const of = (...types: string[]): string[] => columns.filter(({ type }) => types.includes(type)).map((column) => column.name);
      const days = await distinct(name, of('DATE', 'TIMESTAMP'), 'de-identified');
      expect(
        days.flat().filter((day) => !/^\d{4}-01-01( 00:00:00)?$/.test(day)),
        name,
      ).toEqual([]);
      const texts = await distinct(name, of('VARCHAR'), 'de-identified');
      expect(
        texts.flat().filter((text) => hidden.has(text)),
        name,
      ).toEqual([]);
      // Of an address its own parts are the key, as much of them as is shown.
      const keys = of('BIGINT').filter((column) => column !== 'location_id');
      const known = new Set((await distinct(name, keys, 'identified')).flat());
      expect(
        (await distinct(name, keys, 'de-identified')).flat().filter((key) => known.has(key)),
        name,
      ).toEqual([]);
    }
    const born = 'select year_of_birth, month_of_birth, day_of_birth, birth_datetime from omop.person';
    const year = new Date().getUTCFullYear();
    expect(await rows(`${born} where gender_source_value = 'other'`, 'de-identified')).toEqual([[year - 90, null, null, null]]);
    expect(await rows(`${born} where person_source_value = 'old'`)).toEqual([[1929, 4, 5, '1929-04-05 00:00:00']]);
  });

  it('hold in columns that identify nothing the same, however much is shown', async () => {
    // Addresses that differ no more where less of them is shown are one.
    for (const { name, columns } of omop.filter((one) => one.name !== 'omop.location')) {
      const plain = columns
        .filter(({ identifies, type }) => identifies === undefined && type !== 'DATE')
        .map((column) => `"${column.name}"`);
      if (plain.length === 0) continue;
      const sql = `select count(*), cast(sum(hash(${plain.join(', ')})::hugeint) as varchar) from ${name}`;
      expect(await rows(sql, 'de-identified'), name).toEqual(await rows(sql, 'identified'));
    }
  });

  it('have eras as they are reckoned by hand', async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:');
    const duck = await instance.connect();
    await duck.run('create schema omop; create macro key_number(key) as (md5_number_lower(key) >> 1)::BIGINT');
    await duck.run(
      'create table omop.condition_occurrence (person_id BIGINT, condition_concept_id INTEGER, condition_start_date DATE, condition_end_date DATE)',
    );
    const { content } = omop.find(({ name }) => name === 'omop.condition_era')!;
    const sql = content.kind === 'select' ? content.sql : '';
    const span = fc.record({
      person: fc.integer({ min: 1, max: 2 }),
      concept: fc.integer({ min: 0, max: 2 }),
      begun: fc.integer({ min: 0, max: 400 }),
      days: fc.option(fc.integer({ min: 0, max: 60 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(span, { maxLength: 25 }), async (spans) => {
        await duck.run('delete from omop.condition_occurrence');
        for (const { person, concept, begun, days } of spans)
          await duck.run(
            `insert into omop.condition_occurrence values (${person}, ${concept}, date '2020-01-01' + ${begun}, ${days === null ? 'null' : `date '2020-01-01' + ${begun + days}`})`,
          );
        const found = await duck.runAndReadAll(
          `select person_id::integer, condition_concept_id, condition_era_start_date - date '2020-01-01', condition_era_end_date - date '2020-01-01', condition_occurrence_count::integer from (${sql}) order by all`,
        );
        expect(found.getRowsJson().map((row) => row.map(Number))).toEqual(erasOf(spans));
      }),
      { numRuns: 60 },
    );
    instance.closeSync();
  });
});

interface Span {
  person: number;
  concept: number;
  begun: number;
  days: number | null;
}

/** Any two with at most 30 days between them are of one era, and so is whatever hangs together by that. */
function erasOf(spans: readonly Span[]): number[][] {
  const eras: { person: number; concept: number; begun: number; ended: number; count: number }[] = [];
  for (const { person, concept, begun, days } of spans) {
    if (concept === 0) continue;
    const era = { person, concept, begun, ended: begun + (days ?? 0), count: 1 };
    // Until nothing is near any more: what was taken in may have brought it nearer to others.
    for (;;) {
      const at = eras.findIndex(
        (one) => one.person === person && one.concept === concept && one.begun <= era.ended + 30 && era.begun <= one.ended + 30,
      );
      if (at < 0) break;
      const [one] = eras.splice(at, 1);
      Object.assign(era, { begun: Math.min(era.begun, one!.begun), ended: Math.max(era.ended, one!.ended), count: era.count + one!.count });
    }
    eras.push(era);
  }
  const rows = eras.map(({ person, concept, begun, ended, count }) => [person, concept, begun, ended, count]);
  return rows.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!);
}

describe('a mapping of the site', () => {
  const mapped = (text: string, file = 'source_to_concept_map.csv'): ReturnType<typeof loadDerived> => {
    const site = mkdtempSync(join(tmpdir(), 'lamplight-site-'));
    mkdirSync(join(site, 'omop'));
    writeFileSync(join(site, 'omop', file), text);
    const loaded = loadDerived([shipped, site], views);
    rmSync(site, { recursive: true });
    return loaded;
  };
  const header =
    'source_code,source_concept_id,source_vocabulary_id,source_code_description,target_concept_id,target_vocabulary_id,valid_start_date,valid_end_date,invalid_reason\n';

  it('gives its codes their concepts, and eras with them; ours of the same key give way', async () => {
    const tables = given(
      mapped(
        `${header}J18.9,45595799,ICD10CM,"Pneumonia, ""unspecified""",255848,SNOMED,19700101,20991231,\nIMP,0,FHIR class,,262,Visit,2020-01-01,2099-12-31,\nAMB,0,FHIR class,,1,Visit,2020-01-01,2020-12-31,\n`,
      ),
    );
    const conditions = 'select condition_concept_id, condition_source_concept_id from omop.condition_occurrence';
    expect(await rows(`${conditions} where condition_source_value = 'J18.9' group by all`, 'de-identified', tables)).toEqual([
      [255848, 45595799],
    ]);
    expect(await rows(`${conditions} where condition_source_value <> 'J18.9' group by all`, 'identified', tables)).toEqual([[0, 0]]);
    expect(
      await rows("select condition_concept_id from omop.condition_era where person_id = key_number('old')", 'identified', tables),
    ).toEqual([[255848]]);
    // AMB is not valid any more.
    expect(await rows('select distinct visit_concept_id from omop.visit_occurrence order by 1', 'identified', tables)).toEqual([
      [0],
      [262],
      [9203],
    ]);
  });

  it.each([
    [
      'a concept that is no number',
      `${header}I10,0,ICD10CM,,pneumonia,SNOMED,1970-01-01,2099-12-31,\n`,
      '2:16',
      'target_concept_id is a whole number',
    ],
    [
      'a day that there is not',
      `# ours\n${header}I10,0,ICD10CM,"a\nb",1,SNOMED,1970-02-30,2099-12-31,\n`,
      '4:13',
      'valid_start_date is a day',
    ],
    [
      'a code twice',
      `${header}I10,0,ICD10CM,,1,SNOMED,1970-01-01,2099-12-31,\nI10,0,ICD10CM,,2,SNOMED,1970-01-01,2099-12-31,\n`,
      '3:7',
      'line 2 has the same',
    ],
    ['a code that is missing', `${header},0,ICD10CM,,1,SNOMED,1970-01-01,2099-12-31,\n`, '2:1', 'source_code has a value'],
    ['a value too few', `${header}I10,0,ICD10CM\n`, '2:7', '3 values'],
    ['columns in another order', 'source_concept_id,source_code\n', '1:1', 'column 1 is source_code'],
    ['a quotation mark left open', `${header}"I10,0\n`, '2:1', 'never closed'],
    ['nothing', '', '1:1', 'The first line names the columns'],
  ])('is refused with line and column for %s', (_, text, where, message) => {
    expect(mapped(text)).toMatchObject({ ok: false, problem: { where, message: expect.stringContaining(`.csv:${where}: `) } });
    expect(mapped(text)).toMatchObject({ problem: { message: expect.stringContaining(message) } });
  });

  it('may be separated by tabs, as Athena gives files, and is refused where no table has its name', () => {
    expect(
      mapped(
        'vocabulary_id\tvocabulary_name\tvocabulary_reference\tvocabulary_version\tvocabulary_concept_id\nNone\t"OMOP\tx\tv5 2026\t44819096\n',
        'vocabulary.csv',
      ).ok,
    ).toBe(true);
    expect(mapped(header, 'person.csv')).toMatchObject({
      problem: { message: expect.stringContaining('no table omop.person whose rows are a file') },
    });
  });
});
