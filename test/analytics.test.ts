// The tables asked over HTTP through the whole server: who sees what, in which forms, what the trail keeps, and what becomes of queries
// that are cancelled, take too long, kill their process or come from somebody hostile.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Answer, type Call, type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let here: Stand;
const tokens = new Map<string, string>();

beforeAll(async () => {
  here = await stand({ env: { LAMPLIGHT_WAREHOUSE: 'on' } });
  await put({ resourceType: 'Organization', id: 'north', name: 'North' });
  await put({ resourceType: 'Organization', id: 'south', name: 'South' });
  for (const [id, family, at] of [
    ['ann', '=Roe()', 'north'],
    ['bob', 'Doe, "Bob"', 'south'],
    ['cleo', 'Poe', 'north'],
  ] as const) {
    await put({
      resourceType: 'Patient',
      id,
      name: [{ family }],
      birthDate: '1970-06-07',
      managingOrganization: { reference: `Organization/${at}` },
    });
    await put({
      resourceType: 'Observation',
      id: `o-${id}`,
      status: 'final',
      code: { text: 'x' },
      subject: { reference: `Patient/${id}` },
    });
  }
  tokens.set('analyst', await tokenFor(here.database, { role: 'analyst' }));
  tokens.set('north', await tokenFor(here.database, { role: 'analyst', organisations: ['north'] }));
  for (const role of ['nurse', 'system'] as const) tokens.set(role, await tokenFor(here.database, { role }));
  tokens.set('patient', await tokenFor(here.database, { role: 'patient', patients: ['ann'] }));
  // The tables are some seconds behind the record.
  await vi.waitFor(async () => expect(await rowsOf('select count(*) from observations')).toEqual([[3]]), {
    timeout: 30_000,
    interval: 100,
  });
});
afterAll(async () => {
  await here.end();
});

const put = async (resource: { resourceType: string; id: string; [name: string]: unknown }): Promise<void> => {
  const answer = await here.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
  expect(answer.status, answer.text).toBeLessThan(300);
};
const query = (sql: string, more: Record<string, unknown> = {}, who = 'analyst', call: Call = {}): Promise<Answer> =>
  here.call('POST', '/analytics/query', { token: tokens.get(who), body: { sql, ...more }, ...call });
const rowsOf = async (...asked: Parameters<typeof query>): Promise<Json | undefined> => {
  const answer = await query(...asked);
  expect(answer.status, answer.text).toBe(200);
  return answer.json?.['rows'];
};

/** Processes of queries of this server. */
function queryProcesses(): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const said = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return said.includes('program/queries.js') && said.includes(here.server.dataDir) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}
const problemType = 'application/problem+json; charset=utf-8';
const forever = 'select count(*) from range(10000000000) a, range(10000000) b';

describe('an answer', () => {
  test('tells the columns, the rows, and what they are of', async () => {
    const { json } = await query('select family, birth_date from patients order by family', { detail: 'identified', limit: 2 });
    expect(json).toMatchObject({
      columns: [
        { name: 'family', type: 'VARCHAR' },
        { name: 'birth_date', type: 'DATE' },
      ],
      rows: [
        ['=Roe()', '1970-06-07'],
        ['Doe, "Bob"', '1970-06-07'],
      ],
      cut: true,
      detail: 'identified',
    });
    expect(String(json?.['position'])).toMatch(/^\d+$/);
    expect(Math.abs(Date.now() - Date.parse(String(json?.['asOf'])))).toBeLessThan(60_000);
  });

  test('is without what identifies unless it is asked otherwise', async () => {
    const answer = await query('select id, family, birth_date from patients');
    expect(answer.text).not.toMatch(/Roe|Doe|"ann"|06-07/);
    expect(answer.json?.['detail']).toBe('de-identified');
  });

  test('takes parameters, and only those that the query has', async () => {
    const asked = { parameters: { n: 2, s: "'; drop", none: null, yes: true }, detail: 'identified' };
    expect(await rowsOf('select $n + 1, $s, $none, $yes', asked)).toEqual([[3, "'; drop", null, true]]);
    expect((await query('select $n', {})).json).toMatchObject({ status: 400, title: expect.stringContaining('$n') });
    const more = await query('select 1', { parameters: { constructor: 1 } });
    expect(more.json).toMatchObject({ status: 400, title: expect.stringContaining('"constructor"') });
  });

  test('of CSV is whole, quoted after RFC 4180, and no formula', async () => {
    const answer = await query(
      "select family, -1 as n, '-x' as m from patients order by family; -- all",
      { detail: 'identified' },
      'analyst',
      {
        headers: { accept: 'text/csv' },
      },
    );
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(answer.text).toBe(`family,n,m\n'=Roe(),-1,'-x\n"Doe, ""Bob""",-1,'-x\nPoe,-1,'-x\n`);
    expect(answer.headers.get('x-lamplight-rows')).toBe('3');
  });

  test('of NDJSON has an object a line', async () => {
    const answer = await query(
      "select family, timestamptz '2026-01-02 03:04:05+00' as at from patients order by family",
      { detail: 'identified', limit: 2 },
      'analyst',
      {
        headers: { accept: 'application/x-ndjson' },
      },
    );
    expect(
      answer.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { family: '=Roe()', at: '2026-01-02T03:04:05.000Z' },
      { family: 'Doe, "Bob"', at: '2026-01-02T03:04:05.000Z' },
    ]);
    expect(answer.headers.get('x-lamplight-cut')).toBe('true');
  });

  test('of Parquet is read by others', async () => {
    const response = await fetch(`${here.server.address}/analytics/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.get('analyst')}`, accept: 'application/vnd.apache.parquet' },
      body: JSON.stringify({ sql: 'select range as n, range::varchar as text from range(100000)' }),
    });
    const file = await response.arrayBuffer();
    const rows = await parquetReadObjects({ file });
    expect(rows).toHaveLength(100_000);
    expect(rows[99_999]).toEqual({ n: 99_999n, text: '99999' });
  });

  test('leaves no file behind', async () => {
    const work = join(here.server.dataDir, 'warehouse', 'queries');
    await expect.poll(() => readdirSync(work).filter((name) => /csv|json|parquet/.test(name)), { timeout: 10_000 }).toEqual([]);
  });
});

describe('who asks', () => {
  test('sees the rows of the own organisations, in rows, files and figures alike', async () => {
    expect(await rowsOf('select family from patients order by 1', { detail: 'identified' }, 'north')).toEqual([['=Roe()'], ['Poe']]);
    expect(await rowsOf('select count(*) from observations', {}, 'north')).toEqual([[2]]);
    const csv = await query('select family from patients order by 1', { detail: 'identified' }, 'north', {
      headers: { accept: 'text/csv' },
    });
    expect(csv.text).not.toContain('Doe');
    expect(await rowsOf('select count(*) from observations')).toEqual([[3]]);
  });

  test.each(['nurse', 'patient'])('as %s may not', async (who) => {
    const answer = await query('select 1', {}, who);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([403, problemType]);
  });

  test('what, is in the trail, also where it was refused', async () => {
    await query('select 4711', { detail: 'limited' });
    await query('select 4712', {}, 'nurse');
    const { rows } = await here.database.query<{ query: string; outcome: number }>({
      text: "select query, outcome from audit where action = 'warehouse-query' and query like '%471%' order by query",
    });
    expect(rows.map(({ query: said, outcome }) => [said, outcome])).toEqual([
      ['de-identified: select 4712', 403],
      ['limited: select 4711', 200],
    ]);
  });

  test('of the tables of OMOP shows the rows and the detail that its own tables show', async () => {
    const born = 'select person_id, year_of_birth, month_of_birth, gender_concept_id from omop.person order by 2, 1';
    const person = [expect.anything(), 1970, null, 0];
    expect(await rowsOf(born)).toEqual([person, person, person]);
    expect(await rowsOf(born, {}, 'north')).toEqual([person, person]);
    const whole = await rowsOf(`select month_of_birth from omop.person where person_id = key_number('ann')`, { detail: 'identified' });
    expect(whole).toEqual([[6]]);
    expect(await rowsOf('select count(*) from omop.measurement')).toEqual([[0]]);
    const { json } = await here.call('GET', '/analytics/tables', { token: tokens.get('analyst') });
    expect(Object.values(json?.['tables'] ?? [])).toContainEqual(expect.objectContaining({ name: 'omop.person' }));
    expect(await query('select * from omop.persons')).toMatchObject({
      status: 404,
      text: expect.stringContaining('Is \\"omop.person\\" meant?'),
    });
  });

  test('for the tables is told which there are and how fresh they are', async () => {
    const { json } = await here.call('GET', '/analytics/tables', { token: tokens.get('analyst') });
    expect(Object.values(json?.['tables'] ?? []).map((one) => String(one['name']))).toEqual(
      expect.arrayContaining(['patients', 'observations']),
    );
    expect(Number(json?.['freshness']?.['position'])).toBeGreaterThan(0);
    expect((await here.call('GET', '/analytics/tables', { token: tokens.get('patient') })).status).toBe(403);
  });
});

describe('a mistake', () => {
  test.each([
    ['select family\nfrm patients p x', 2, 5],
    ['select\n  familie from patients', 2, 3],
    ["select 'é', familie from patients", 1, 13],
    ['select nosuch(family) from patients', 1, 8],
  ])('in %j is told with its place', async (sql, line, column) => {
    const answer = await query(sql);
    expect(answer.json, answer.text).toMatchObject({ status: 400, line, column });
  });

  test.each<[string, Call, number]>([
    ['no JSON', { body: 'select 1' }, 400],
    ['a list', { body: [] }, 400],
    ['a number', { body: '1.10' }, 400],
    ['nothing', { body: '' }, 400],
    ['no SQL', { body: {} }, 400],
    ['SQL as number', { body: { sql: 1 } }, 400],
    ['NUL', { body: { sql: 'select \0' } }, 400],
    ['half a character', { body: '{"sql":"select \'\\ud800\'"}' }, 400],
    ['10 MB of SQL', { body: { sql: `select ${'1,'.repeat(5_000_000)}1` } }, 413],
    ['long SQL', { body: { sql: `select ${'1,'.repeat(100_000)}1` } }, 400],
    ['deep JSON', { body: `{"sql":${'['.repeat(200_000)}` }, 400],
    ['deep SQL', { body: { sql: `select ${'('.repeat(40_000)}1${')'.repeat(40_000)}` } }, 400],
    ['an unknown member', { body: { sql: 'select 1', rows: 3 } }, 400],
    ["a prototype's name", { body: '{"sql":"select 1","__proto__":{"detail":"identified"}}' }, 400],
    ["a prototype's name as member", { body: { sql: 'select 1', hasOwnProperty: 1 } }, 400],
    ["a prototype's name as parameter", { body: '{"sql":"select $__proto__","parameters":{"__proto__":1}}' }, 400],
    ['parameters of parameters', { body: { sql: 'select $a', parameters: { a: { b: 1 } } } }, 400],
    ['parameters as list', { body: { sql: 'select $a', parameters: [1] } }, 400],
    ['a wrong detail', { body: { sql: 'select 1', detail: 'all' } }, 400],
    ['a wrong limit', { body: { sql: 'select 1', limit: -1 } }, 400],
    ['too many rows', { body: { sql: 'select 1', limit: 1_000_000 } }, 400],
    ['a long time', { body: { sql: 'select 1', timeSeconds: 1e9 } }, 400],
    ['an odd id', { body: { sql: 'select 1', id: '../x' } }, 400],
    ['an unknown form', { body: { sql: 'select 1' }, headers: { accept: 'image/png' } }, 406],
    ['a file', { body: { sql: "select * from read_csv('/etc/passwd')" } }, 403],
    ['an unknown table', { body: { sql: 'select * from patient' } }, 404],
    ['a name of DuckDB by WITH', { body: { sql: 'select * from duckdb_views, (with duckdb_views as (select 1) select 1)' } }, 400],
    ['the compartments by WITH', { body: { sql: 'select * from _visible, (with _visible as (select 1) select 1)' } }, 400],
    ['a query that is no query', { body: { sql: 'drop view patients' } }, 403],
  ])('in the request is told: %s', async (_, call, status) => {
    const answer = await here.call('POST', '/analytics/query', { token: tokens.get('analyst'), ...call });
    expect([answer.status, answer.headers.get('content-type')], answer.text.slice(0, 300)).toEqual([status, problemType]);
    expect(answer.text).not.toMatch(/root:|\/warehouse\//);
  });
});

describe('a query', () => {
  test('is cancelled by whoever asked it, and by nobody else', async () => {
    const asked = query(forever, { id: 'mine' });
    const cancel = (who: string): Promise<Answer> => here.call('DELETE', '/analytics/query/mine', { token: tokens.get(who) });
    expect((await cancel('north')).status).toBe(404);
    await expect.poll(async () => (await cancel('analyst')).status, { timeout: 10_000 }).toBe(200);
    expect((await asked).status).toBe(409);
    expect((await cancel('analyst')).status).toBe(404);
    expect(await rowsOf('select 1')).toEqual([[1]]);
  });

  test('ends when its time is over, and others are answered meanwhile', async () => {
    const slow = query(forever, { timeSeconds: 1 });
    expect(await rowsOf('select count(*) from patients', {}, 'north')).toEqual([[2]]);
    expect((await slow).json).toMatchObject({ status: 413, title: expect.stringContaining('longer than 1 s') });
  });

  test('ends when the connection does', async () => {
    const leaving = new AbortController();
    const asked = fetch(`${here.server.address}/analytics/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.get('analyst')}` },
      body: JSON.stringify({ sql: forever, id: 'left', timeSeconds: 300 }),
      signal: leaving.signal,
    }).catch(() => undefined);
    await expect.poll(async () => (await query('select 1', { id: 'left' })).status, { timeout: 10_000 }).toBe(409);
    leaving.abort();
    await asked;
    await expect.poll(async () => (await query('select 1', { id: 'left' })).status, { timeout: 10_000 }).toBe(200);
  });

  test('that would fill the memory is refused, and the next one works', async () => {
    const answer = await query("select list(repeat('x', 1000) || range) from range(100000000)");
    expect([413, 503], answer.text).toContain(answer.status);
    // What is too large is not brought into the process in which others' queries are.
    for (const long of [
      "repeat(repeat('x', 10000), 2000)",
      "[repeat(repeat('x', 10000), 2000)]",
      "{a: repeat(repeat('x', 10000), 2000)}",
    ]) {
      const { status, json } = await query(`select ${long} from range(30)`);
      expect([status, json?.['title']], long).toEqual([413, expect.stringMatching(/larger than 8 MB|more than 512 MB/)]);
    }
    expect((await query('select 1 as a, 2 as a, 3 as A')).json).toMatchObject({ columns: [{ name: 'a' }, { name: 'a' }, { name: 'A' }] });
    expect(await rowsOf('select 1')).toEqual([[1]]);
  });

  test('whose process is killed is refused clearly, and the next one works', async () => {
    const asked = query(forever, { id: 'killed' });
    await expect.poll(async () => (await query('select 1', { id: 'killed' })).status, { timeout: 10_000 }).toBe(409);
    for (const pid of queryProcesses()) process.kill(pid, 'SIGKILL');
    expect((await asked).json).toMatchObject({ status: 503, title: expect.stringContaining('lost') });
    expect(await rowsOf('select count(*) from patients')).toEqual([[3]]);
  });

  test('whose process does not hear that it is to stop is ended by force', async () => {
    const asked = query(forever, { timeSeconds: 1 });
    await expect.poll(() => queryProcesses().length, { timeout: 10_000 }).toBe(1);
    for (const pid of queryProcesses()) process.kill(pid, 'SIGSTOP');
    expect((await asked).json).toMatchObject({ status: 413, title: expect.stringContaining('by force') });
    expect(await rowsOf('select 1')).toEqual([[1]]);
    expect(queryProcesses()).toHaveLength(1);
  });
});

describe('the audit trail and the messages', () => {
  const officer = async (more: { organisations?: string[] } = {}): Promise<string> =>
    tokenFor(here.database, { role: 'records-officer', ...more });

  test('are tables for the records officer of the whole site, and for nobody who is bound or only exports', async () => {
    tokens.set('officer', await officer());
    tokens.set('bound', await officer({ organisations: ['north'] }));
    const { json } = await here.call('GET', '/analytics/tables', { token: tokens.get('officer') });
    expect(Object.values(json?.['tables'] ?? []).map((one) => one['name'])).toEqual(['audit', 'messages']);
    expect((await here.call('GET', '/analytics/tables', { token: tokens.get('bound') })).status).toBe(403);
    expect((await query('select count(*) from patients', {}, 'officer')).status).toBe(403);
    for (const who of ['analyst', 'bound', 'nurse', 'system']) expect((await query('select 1 from AUDIT', {}, who)).status, who).toBe(403);
    expect((await query('select 1 from audit', {}, 'analyst')).json).toMatchObject({ title: expect.stringContaining('analyst') });
  });

  test('tell within seconds who opened which chart, and what came', async () => {
    await here.call('GET', '/fhir/Patient/cleo', { token: tokens.get('nurse') });
    const opened = "select patient_id, role from audit where action = 'read' and outcome = 200 and patient_id = 'cleo'";
    await expect.poll(() => rowsOf(opened, { detail: 'identified' }, 'officer'), { timeout: 10_000 }).toEqual([['cleo', 'nurse']]);
    const said = 'MSH|^~\\&|HIS|WEST|LL|LL|20261123080000||ADT^A01|C-77|P|2.5\rPID|1||4711^^^WEST||SECRET^PAYLOAD\r';
    const sent = await here.call('POST', '/exchange/receive', { body: said, headers: { 'content-type': 'application/hl7-v2' } });
    expect(sent.status, sent.text).toBeLessThan(300);
    const messages = 'select channel, kind, control_id, state from messages';
    await expect
      .poll(() => rowsOf(messages, { detail: 'identified' }, 'officer'), { timeout: 10_000 })
      .toMatchObject([['hl7v2', 'ADT^A01', 'C-77', 'done']]);
    expect(JSON.stringify(await rowsOf('select * from messages', { detail: 'identified' }, 'officer'))).not.toContain('SECRET');
  });
});

test('the process of the queries comes last, says nothing, and ends with the server, however that ends', async () => {
  expect(await rowsOf('select 1')).toEqual([[1]]);
  const [pid = 0] = queryProcesses();
  // Of each thread: those of DuckDB do the work.
  const nice = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
  expect(nice.length).toBeGreaterThan(5);
  expect(Math.min(...nice)).toBeGreaterThanOrEqual(10);
  expect(here.server.said()).not.toMatch(/Roe|Doe|471\d/);
  await here.server.kill();
  await expect.poll(() => queryProcesses(), { timeout: 10_000 }).toEqual([]);
});
