// The tables tell what the feed told, once, whatever happens in between; and a query reaches nothing but the tables.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../policy/contract.ts';
import type { Change } from '../record/contract.ts';
import type { AskLimits, CompiledView, Detail } from './contract.ts';
import { ask } from './query/ask.ts';
import { defaultAskLimits } from './query/limits.ts';
import { seenBy } from './query/tables.ts';
import { defaultKeeper, Keeper } from './store/keeper.ts';
import { readManifest } from './store/manifest.ts';
import { loadViews } from './view/load.ts';

const loaded = loadViews([join(import.meta.dirname, '../../knowledge/views')]);
const views: CompiledView[] = loaded.ok
  ? loaded.value.filter(({ view }) => ['patients', 'observations', 'locations'].includes(view.name))
  : [];

const analyst: Person = { id: '00000000-0000-7000-8000-000000000001', name: 'ana', role: 'analyst' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-warehouse-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let position = 0n;
const change = (
  type: 'Patient' | 'Observation' | 'Location',
  id: string,
  body: Record<string, unknown> | undefined,
  operation: Change['operation'],
): Change => ({
  position: ++position,
  at: new Date('2026-11-23T00:00:00Z'),
  by: 'test',
  operation,
  type,
  id,
  version: 1,
  pat: `pat-${id.split('-')[0]}`,
  body: body === undefined ? '' : JSON.stringify({ resourceType: type, id, ...body }),
});
const patient = (id: string, family: string, operation: Change['operation'] = 'create', birthDate = '1970-06'): Change =>
  change('Patient', id, { name: [{ family }], birthDate, address: [{ postalCode: '89073' }] }, operation);
const observation = (id: string, value: number, operation: Change['operation'] = 'create'): Change =>
  change('Observation', id, { status: 'final', subject: { reference: 'Patient/ann' }, valueQuantity: { value } }, operation);

async function told(changes: readonly Change[]): Promise<void> {
  const keeper = await Keeper.open(defaultKeeper(folder), views);
  await keeper.take(changes, changes.at(-1)?.position ?? 0n);
  await keeper.flush();
  while (await keeper.compact());
  keeper.close();
}

async function asked(
  sql: string,
  more: { person?: Person; detail?: Detail; visible?: string[]; limits?: Partial<AskLimits>; timeZone?: string } = {},
) {
  const { seen } = seenBy(more.person ?? analyst, 'HOPERAT', views);
  const manifest = readManifest(folder);
  if (manifest === undefined) throw new Error('there is no manifest');
  return ask(sql, {
    folder,
    manifest,
    seen,
    detail: more.detail ?? 'identified',
    ...(more.visible === undefined ? {} : { visible: more.visible }),
    ...(more.timeZone === undefined ? {} : { timeZone: more.timeZone }),
    limits: { ...defaultAskLimits, memoryMegabytes: 128, spillMegabytes: 16, timeMs: 5_000, ...more.limits },
  });
}

const rowsOf = async (...args: Parameters<typeof asked>): Promise<unknown[][]> => {
  const answer = await asked(...args);
  if (!answer.ok) throw new Error(answer.problem.message);
  return answer.value.rows;
};

describe('the tables', () => {
  it('hold the newest version of what is there, and nothing of what was replaced or deleted', async () => {
    await told([patient('ann', 'Roe'), patient('bob', 'Doe'), observation('ann-1', 1)]);
    await told([patient('ann', 'Roe-Smith', 'update'), change('Patient', 'bob', undefined, 'delete'), observation('ann-2', 2)]);
    expect(await rowsOf('select id, family, birth_date from patients')).toEqual([['ann', 'Roe-Smith', '1970-06-01']]);
    expect(await rowsOf('select value, patient_id from observations order by value')).toEqual([
      [1, 'ann'],
      [2, 'ann'],
    ]);
  });

  it('are the same where a change is told again, and where what was told was not yet written', async () => {
    const changes = [patient('ann', 'Roe'), observation('ann-1', 1), observation('ann-1', 7, 'update')];
    await told(changes);
    const killed = await Keeper.open(defaultKeeper(folder), views);
    const more = [observation('ann-3', 3), observation('ann-1', 8, 'update')];
    await killed.take(more, more[1]!.position);
    killed.close();
    expect(await rowsOf('select value from observations')).toEqual([[7]]);
    await told([...changes, ...more]);
    expect(await rowsOf('select value from observations order by value')).toEqual([[3], [8]]);
  });

  it('are few files after many small changes, with the same rows, also when most was replaced', async () => {
    const keeper = await Keeper.open(defaultKeeper(folder), views);
    for (let round = 0; round < 30; round++) {
      const changes = [observation(`ann-${round}`, round), observation('ann-x', round, round === 0 ? 'create' : 'update')];
      await keeper.take(changes, changes[1]!.position);
      await keeper.flush();
      await keeper.compact();
    }
    while (await keeper.compact());
    keeper.close();
    expect(readManifest(folder)?.tables['observations']?.length).toBeLessThan(13);
    expect(await rowsOf("select count(*), sum(value) from observations where id <> 'ann-x'")).toEqual([[30, 435]]);
    expect(await rowsOf("select value from observations where id = 'ann-x'")).toEqual([[29]]);
  });

  it('leave nothing in the folder that a kill in the middle of writing left there', async () => {
    await told([patient('ann', 'Roe')]);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'patients-9-dead.parquet.next'), 'half');
    writeFileSync(join(folder, 'patients-9-dead.parquet'), 'unnamed');
    await told([]);
    expect(readdirSync(folder).filter((file) => file.includes('dead'))).toEqual([]);
    expect(await rowsOf('select family from patients')).toEqual([['Roe']]);
  });

  it('are made anew where the views are others', async () => {
    await told([patient('ann', 'Roe')]);
    const keeper = await Keeper.open(defaultKeeper(folder), views.slice(0, 1));
    expect(keeper.manifest.position).toBe('0');
    keeper.close();
  });
});

describe('what a person sees', () => {
  it('is without what identifies, unless it may be otherwise, and joins all the same', async () => {
    await told([patient('ann', 'Roe'), patient('old', 'Doe', 'create', '1920-01-01'), observation('ann-1', 1)]);
    const [ann, old] = await rowsOf('select family, birth_date, postal_code, id from patients order by birth_date', {
      detail: 'de-identified',
    });
    expect(ann?.slice(0, 3)).toEqual([null, '1970-01-01', '890']);
    expect(old?.slice(0, 2)).toEqual([null, null]);
    expect(ann?.[3]).toMatch(/^[0-9a-f]{16}$/);
    expect(await rowsOf('select p.id from observations o join patients p on p.id = o.patient_id', { detail: 'de-identified' })).toEqual([
      [ann?.[3]],
    ]);
  });

  it('is of the patients of the own organisations, and of types that the role may take out', async () => {
    await told([patient('ann', 'Roe'), patient('bob', 'Doe'), change('Location', 'ward', { name: 'Ward 1' }, 'create')]);
    const person: Person = { ...analyst, organisations: ['north'] };
    expect(await rowsOf('select family from patients', { person, visible: ['pat-bob'] })).toEqual([['Doe']]);
    expect(await rowsOf('select family from patients', { person })).toEqual([]);
    expect(await rowsOf('select name from locations', { person })).toEqual([['Ward 1']]);
    expect(await asked('select * from patients', { person: { ...analyst, role: 'nurse' } })).toMatchObject({ ok: false });
  });
});

describe('a query', () => {
  beforeEach(() => told([patient('ann', 'Roe')]));

  it.each([
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    `select * from "${'/etc/passwd.csv'}"`,
    "select * from read_text('/etc/passwd')",
    "select * from glob('/*')",
    'with "/etc/x.csv" as (select 1) select * from "/etc/x.csv"',
    "copy patients to '/tmp/out.csv'",
    "attach '/tmp/x.db'",
    'install httpfs',
    'load httpfs',
    'pragma database_list',
    "set memory_limit = '100GB'",
    'reset lock_configuration',
    'drop view patients',
    'create table x as select 1',
    'insert into patients select * from patients',
    'select 1; select 2',
    'show tables',
    'describe patients',
    'explain select 1',
    'select * from (show tables)',
    'select * from duckdb_settings()',
    'select * from duckdb_views',
    'select * from information_schema.tables',
    'select * from pg_catalog.pg_class',
    'select * from sqlite_master',
    "select * from query('select 1')",
    "select * from query_table('patients')",
    "select getenv('HOME')",
    "select current_setting('allowed_directories')",
    "select * from patients where exists (select 1 from read_csv('/etc/passwd'))",
    "select (select content from read_text('/etc/passwd'))",
    'select * from visible',
    'select * from parquet_metadata((select 1))',
    '',
    'selec',
    'select \0',
  ])('that reaches for more is refused: %s', async (sql) => {
    const answer = await asked(sql);
    expect(answer.ok).toBe(false);
    expect(answer.ok ? '' : answer.problem.message).not.toMatch(/root:|\/tmp\/lamplight/);
  });

  it('cannot read a file of the folder around the tables', async () => {
    const file = readdirSync(folder).find((name) => name.startsWith('patients-'))!;
    expect(await asked(`select * from '${join(folder, file)}'`)).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
    expect(await asked(`select * from read_parquet('${join(folder, file)}')`)).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
  });

  it.each([
    'with recursive t(n) as (select 1 union all select n + 1 from t) select max(n) from t',
    'select count(*) from range(10000000000) a, range(10000000) b',
  ])('that would go on for ever is ended: %s', async (sql) => {
    expect(await asked(sql, { limits: { timeMs: 700 } })).toMatchObject({ ok: false, problem: { kind: 'too-costly' } });
  });

  it('that would fill the memory is ended', async () => {
    const answer = await asked('select list(a.range || b.range::varchar) from range(100000) a, range(10000) b group by a.range % 7', {
      limits: { timeMs: 20_000 },
    });
    expect(answer).toMatchObject({ ok: false, problem: { kind: 'too-costly' } });
  });

  it('gives so many rows and says that there were more', async () => {
    const answer = await asked('select * from range(100)', { limits: { rows: 10 } });
    expect(answer.ok && [answer.value.rows.length, answer.value.cut]).toEqual([10, true]);
  });

  it.each([
    ['UTC', '2026-06-30', 23, '2026-06-01 00:00:00+00'],
    ['Europe/London', '2026-07-01', 0, '2026-06-30 23:00:00+00'],
    ['America/New_York', '2026-06-30', 19, '2026-06-01 04:00:00+00'],
  ])('counts days and hours by the clock of %s', async (timeZone, day, hour, month) => {
    const moment = "timestamptz '2026-06-30 23:30:00+00'";
    const answer = await asked(`select cast(${moment} as date), hour(${moment}), date_trunc('month', ${moment})`, { timeZone });
    expect(answer.ok && answer.value.rows).toEqual([[day, hour, month]]);
  });

  it('with a wrong name says which is meant', async () => {
    expect(await asked('select * from patient')).toMatchObject({ problem: { message: expect.stringContaining('Is "patients" meant?') } });
  });

  it('cuts moments, days and spans as DuckDB does, whatever it is quicker by', async () => {
    for (const value of ["timestamptz '1969-12-28 23:59:59.5+02'", "timestamp '2024-02-29 23:30:00'", "date '2026-11-23'"])
      for (const part of ['hour', 'day', 'week', 'month', 'quarter', 'year', 'decade']) {
        const [row] = await rowsOf(
          `select date_trunc('${part}', ${value}), datetrunc('${part}', ${value}), typeof(date_trunc('${part}', ${value})), typeof(datetrunc('${part}', ${value})), hour(${value}), date_part('hour', ${value})`,
        );
        expect([row?.[0], row?.[2], row?.[4]], `${part} of ${value}`).toEqual([row?.[1], row?.[3], row?.[5]]);
      }
    expect(
      await rowsOf("select date_trunc('hour', null::timestamptz), date_trunc('day', interval 30 hour)::VARCHAR, hour(time '03:04:05')"),
    ).toEqual([[null, '00:00:00', 3]]);
  });

  it('may use WITH, windows, joins and lists', async () => {
    expect(
      await rowsOf(
        'with a as (select family, row_number() over (order by id) n from patients) select n, unnest([family, family]) from a join range(2) r on true',
      ),
    ).toHaveLength(4);
  });
});
