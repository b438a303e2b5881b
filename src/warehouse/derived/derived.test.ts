// Tables over tables: read and checked with a sentence for each mistake, and never showing more than what they are made of.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../record/contract.ts';
import type { Detail } from '../contract.ts';
import { ask } from '../query/ask.ts';
import { defaultKeeper, Keeper } from '../store/keeper.ts';
import { readManifest } from '../store/manifest.ts';
import { loadViews } from '../view/load.ts';
import type { Derived } from './contract.ts';
import { loadDerived } from './load.ts';
import { namedIn } from './names.ts';
import { derivedSeen } from './tables.ts';

const loaded = loadViews([join(import.meta.dirname, '../../../knowledge/views')]);
const views = loaded.ok ? loaded.value.filter(({ view }) => ['patients', 'locations'].includes(view.name)) : [];

/** Of files by their names. */
function read(files: Record<string, string>): ReturnType<typeof loadDerived> {
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-derived-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const done = loadDerived([folder, join(folder, 'absent')], views);
  rmSync(folder, { recursive: true });
  return done;
}
const tables = (files: Record<string, string>): Derived[] => {
  const done = read(files);
  if (!done.ok) throw new Error(done.problem.message);
  return done.value;
};

const born = `-- title: Births
-- of: patients
-- column: who VARCHAR required (key) Key
-- column: year INTEGER (birth) Year of birth
with own as (select p.id, p.birth_date as "day" from patients as p -- from nowhere
)
select extract(year from o."day") as year, o.id as who, 'from nothing' as more from own o`;
const old = `-- title: Old\n-- of: study.born\n-- column: who VARCHAR (key) Key\nselect b.who from study.born b where b.year < 1960`;

describe('a derived table', () => {
  it('has the columns of its head, in their order, and comes after what it is made of', () => {
    const [first, second] = tables({ 'a.sql': old, 'study/born.sql': born });
    expect([first?.name, second?.name]).toEqual(['study.born', 'a']);
    expect(first).toMatchObject({
      schema: 'study',
      title: 'Births',
      columns: [{ name: 'who', required: true, identifies: 'key' }, { name: 'year' }],
    });
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a column that its table does not have',
      { 'a.sql': born.replace('p.birth_date', 'p.birthdate') },
      'The table a takes the column "birthdate" from patients, which has none of that name. Is "birth_date" meant?',
    ],
    [
      'a table that there is not',
      { 'a.sql': born.replaceAll('patients', 'patient') },
      'The table a is of "patient", which there is not. Is "patients" meant?',
    ],
    [
      'a table that its head does not name',
      { 'a.sql': born.replace('-- of: patients', '-- of: locations') },
      'The table a reads patients: name it in the head, "-- of: patients"',
    ],
    [
      'a circle',
      { 'study/born.sql': born.replace('-- of: patients', '-- of: patients, b'), 'b.sql': old },
      'A table cannot be made of itself: b is made of study.born is made of b',
    ],
    [
      'the name of another table in its schema',
      { 'study/patients.sql': born },
      'The table study.patients has the name of a table without a schema: give it another one',
    ],
    ['a type that there is not', { 'a.sql': born.replace('INTEGER', 'INT') }, 'the type of year is one of BOOLEAN'],
    ['a word that its head does not have', { 'a.sql': `-- Title: x\n-- titel: y\n${born}` }, 'A table begins with "-- title: …"'],
    ['no column', { 'a.sql': '-- title: a\nselect 1' }, 'The head names no column'],
    ['a name with a capital letter', { 'A.sql': born }, '"A" is no name of a table or schema'],
  ])('is refused with a sentence for %s', (_, files, message) => {
    expect(read(files)).toMatchObject({ ok: false, problem: { kind: 'invalid', message: expect.stringContaining(message) } });
  });

  it('is seen by whoever sees all that it is made of', () => {
    const all = tables({ 'a.sql': old, 'study/born.sql': born });
    expect(derivedSeen(all, ['patients']).map(({ name }) => name)).toEqual(['study.born', 'a']);
    expect(derivedSeen(all, ['locations'])).toEqual([]);
    expect(derivedSeen(tables({ 'c.sql': '-- title: c\n-- rows: file\n-- column: a VARCHAR a' }), [])).toEqual([]);
  });
});

describe('the names in a SELECT', () => {
  it.each([
    ['select * from a join omop.b x on true left join "c" on 1 = 1', ['a', 'omop.b', 'c']],
    ['with q as (select * from a), r(n) as (select 1) select * from q join r on true', ['a', 'r']],
    ["select trim(both ' ' from name), 'from z' /* from y */ -- from w\nfrom a", ['a']],
    ['select * from unnest([1]) u join range(3) on true', []],
    ['select * from (select * from a) where x in (select y from b)', ['a', 'b']],
  ])('%s', (sql, names) => expect(namedIn(sql).tables).toEqual(names));

  it('are left to DuckDB where they may be of a query', () => {
    const { columns } = namedIn('select a.x, b.y, q.z from a join (select 1 as y) b on true join omop.c q on true');
    expect(columns).toEqual([
      { tables: ['a'], column: 'x' },
      { tables: ['omop.c'], column: 'z' },
    ]);
  });
});

describe('a derived table that is asked', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lamplight-derived-'));
    const keeper = await Keeper.open(defaultKeeper(folder), views);
    const changes = ['ann', 'bob'].map(
      (id, at): Change => ({
        position: BigInt(at + 1),
        at: new Date(0),
        by: 'test',
        operation: 'create',
        type: 'Patient',
        id,
        version: 1,
        pat: `pat-${id}`,
        body: JSON.stringify({ resourceType: 'Patient', id, birthDate: id === 'ann' ? '1950-05-06' : '1980-01-02' }),
      }),
    );
    await keeper.take(changes, 2n);
    await keeper.flush();
    keeper.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const asked = (sql: string, files: Record<string, string>, more: { detail?: Detail; visible?: string[] } = {}) =>
    ask(sql, {
      folder,
      manifest: readManifest(folder)!,
      seen: views.map((view) => ({ view, scoped: more.visible !== undefined })),
      derived: tables(files),
      detail: more.detail ?? 'identified',
      ...(more.visible === undefined ? {} : { visible: more.visible }),
    });
  const both = { 'a.sql': old, 'study/born.sql': born };

  it('gives its rows, typed as the head says', async () => {
    expect(await asked('select * from study.born order by year', both)).toMatchObject({
      value: {
        columns: [
          { name: 'who', type: 'VARCHAR' },
          { name: 'year', type: 'INTEGER' },
        ],
        rows: [
          ['ann', 1950],
          ['bob', 1980],
        ],
      },
    });
    expect(await asked('select study.born.year from a join study.born using (who)', both)).toMatchObject({ value: { rows: [[1950]] } });
  });

  it('shows neither rows nor values that its tables do not show', async () => {
    expect(await asked('select who from study.born', both, { visible: ['pat-bob'] })).toMatchObject({ value: { rows: [['bob']] } });
    const shown = await asked('select who from study.born', both, { detail: 'de-identified' });
    expect(shown).toMatchObject({
      value: { rows: [[expect.stringMatching(/^[0-9a-f]{16}$/)], [expect.stringMatching(/^[0-9a-f]{16}$/)]] },
    });
  });

  it('reaches nothing beside the tables that its head names', async () => {
    const head = '-- title: x\n-- of: locations\n-- column: a VARCHAR x\n';
    for (const sql of [
      `select a from read_parquet('${folder}/*.parquet')`,
      'select l.id as a from locations l, patients',
      'select v.pat as a from locations l, _visible v',
    ])
      expect(await asked('select * from x', { 'x.sql': head + sql }), sql).toMatchObject({
        ok: false,
        problem: { message: expect.stringContaining('the table x cannot be made') },
      });
    expect(await asked('select * from main.patients', both)).toMatchObject({ problem: { kind: 'not-found' } });
    expect(await asked('select * from study.duckdb_tables', both)).toMatchObject({ problem: { kind: 'not-found' } });
  });

  it('has the rows of its file, with what a text holds, and empty cells as nothing', async () => {
    const files = {
      'study/c.sql': '-- title: c\n-- rows: file\n-- key: a\n-- column: a VARCHAR required a\n-- column: n INTEGER n\n-- column: d DATE d',
      'study/c.csv': '# ours\na,n,d\n"x, ""y""\nz",7,20260131\nb,,\n',
    };
    expect(await asked('select * from study.c order by a', files)).toMatchObject({
      value: {
        rows: [
          ['b', null, null],
          ['x, "y"\nz', 7, '2026-01-31'],
        ],
      },
    });
  });
});
