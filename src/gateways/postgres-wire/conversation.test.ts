// The whole protocol as a client of PostgreSQL speaks it (npm's pg), over made-up tables.
import { createConnection } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ann, password, type Stand, stand } from './testing.ts';

let here: Stand;
const open: pg.Client[] = [];

beforeAll(async () => {
  here = await stand();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.end()));
  here.asked.length = 0;
});
afterAll(async () => {
  expect(here.failures).toEqual([]);
  await here.close();
});

async function connect(more: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port: here.listener.port, user: 'ann', password, database: 'lamplight', ...more });
  await client.connect();
  open.push(client);
  return client;
}

describe('signing in', () => {
  test('a wrong password is refused by its SQLSTATE', async () => {
    await expect(connect({ password: 'wrong' })).rejects.toMatchObject({ code: '28P01', severity: 'FATAL' });
  });

  test('a token is the password under any name', async () => {
    const client = await connect({ user: 'token', password: 'llt_0123456789' });
    expect((await client.query('select current_user')).rows).toEqual([{ current_user: ann.name }]);
    await expect(connect({ password: 'llt_9876543210' })).rejects.toMatchObject({ code: '28P01' });
  });

  test('who is there already so many times is refused', async () => {
    const few = await stand({ connectionsOfOneMax: 1 });
    const first = new pg.Client({ host: '127.0.0.1', port: few.listener.port, user: 'ann', password });
    await first.connect();
    const second = new pg.Client({ host: '127.0.0.1', port: few.listener.port, user: 'ann', password });
    await expect(second.connect()).rejects.toMatchObject({ code: '53300' });
    await first.end();
    await few.close();
  });

  test('attempts of one address are counted', async () => {
    const few = await stand({ signInPerMinute: 1 });
    const attempt = (): Promise<unknown> =>
      new pg.Client({ host: '127.0.0.1', port: few.listener.port, user: 'ann', password: 'x' }).connect();
    await expect(attempt()).rejects.toMatchObject({ code: '28P01' });
    await expect(attempt()).rejects.toMatchObject({ code: '53300' });
    await few.close();
  });
});

describe('questions', () => {
  test('name a table with its schema, or leave that to the search path', async () => {
    const client = await connect();
    const person = [{ person_id: '7' }];
    expect((await client.query('select * from lamplight.omop.person where person_id = $1', [7])).rows).toEqual(person);
    await expect(client.query('select * from person')).rejects.toMatchObject({ code: '42P01' });
    const visible = `select relname from pg_class where pg_table_is_visible(oid) order by 1`;
    expect((await client.query(visible)).rows.map(({ relname }) => relname)).toEqual(['empty', 'patients']);
    await client.query('set search_path to omop');
    expect((await client.query('select * from person')).rows).toEqual(person);
    expect((await client.query('select current_schema(), current_schemas(false) as all')).rows).toEqual([
      { current_schema: 'omop', all: ['omop'] },
    ]);
    expect((await client.query(visible)).rows.map(({ relname }) => relname)).toEqual(['note', 'person']);
    expect((await client.query('show search_path')).rows).toEqual([{ search_path: 'omop' }]);
    await client.query('reset search_path');
    await expect(client.query('select * from person')).rejects.toMatchObject({ code: '42P01' });
    const other = await connect({ options: '-c search_path=omop,public' });
    expect((await other.query('select n.person_id from note n, patients limit 1')).rows).toEqual(person);
  });

  test('a simple query has its rows by type, and the schema public', async () => {
    const client = await connect();
    const { rows } = await client.query(
      'select id, born, seen, weight, visits, alive, null as nothing from public.patients order by visits limit 2',
    );
    expect(rows).toEqual([
      { id: 'p0', born: new Date(1970, 0, 1), seen: new Date('2026-01-01T00:00:00Z'), weight: 0, visits: '0', alive: true, nothing: null },
      {
        id: 'p1',
        born: new Date(1970, 0, 2),
        seen: new Date('2026-01-01T01:00:00Z'),
        weight: 0.5,
        visits: '1',
        alive: false,
        nothing: null,
      },
    ]);
    expect(here.asked[0]?.sql).toContain('from patients');
  });

  test('several statements in one are answered one after the other', async () => {
    const client = await connect();
    const answers = (await client.query(
      "set lamplight.detail = 'limited'; select count(*) from patients; show lamplight.detail",
    )) as unknown as pg.QueryResult[];
    expect(answers.map(({ rows }) => rows)).toEqual([[], [{ count: '1000' }], [{ 'lamplight.detail': 'limited' }]]);
    expect(here.asked[0]?.options).toMatchObject({ detail: 'limited' });
  });

  test('parameters take the type of what they meet, and are never text in the query', async () => {
    const client = await connect();
    const { rows } = await client.query('select count(*) as n from patients where visits < $1 and born >= $2 and id <> $3 and alive = $4', [
      10,
      '1970-01-03',
      "'; drop",
      true,
    ]);
    expect(rows).toEqual([{ n: '4' }]);
    expect(here.asked[0]?.options?.parameters).toEqual({ 1: '10', 2: '1970-01-03', 3: "'; drop", 4: 'true' });
    expect(here.asked[0]?.sql).not.toContain('drop');
  });

  test('a prepared statement is asked again and again', async () => {
    const client = await connect();
    for (const [id, visits] of [
      ['p3', '3'],
      ['p4', '4'],
    ])
      expect((await client.query({ name: 'one', text: 'select visits from patients where id = $1', values: [id] })).rows).toEqual([
        { visits },
      ]);
  });

  test('values in binary form say the same', async () => {
    const client = await connect();
    const text =
      "select 7::smallint a, 7::integer b, 7::bigint c, -12.340::decimal(9,3) e, true f, 'é' g, date '2026-02-03' h, uuid '5cbb7a5e-8a53-4b1c-8a3f-0123456789ab' i";
    const asText = await client.query(text);
    const asBinary = await client.query<Record<string, unknown>>({
      text: `${text} where $1`,
      values: [true],
      binary: true,
    } as pg.QueryConfig);
    expect(asBinary.fields.map(({ format }) => format)).toEqual(asText.fields.map(() => 'binary'));
    expect(asBinary.rows[0]).toMatchObject({ a: 7, b: 7, f: true, g: 'é' });
    expect(Number(asBinary.rows[0]?.['e'])).toBe(-12.34);
  });

  test('all of a large answer comes', async () => {
    const client = await connect();
    const { rows } = await client.query('select a.id, b.seen from patients a, patients b where b.visits < 100');
    expect(rows).toHaveLength(100_000);
  });

  test('an empty query and an empty table are no mistakes', async () => {
    const client = await connect();
    expect((await client.query('')).rows).toEqual([]);
    expect((await client.query('select * from "public"."empty"')).fields.map(({ name }) => name)).toEqual(['id']);
  });
});

describe('mistakes', () => {
  test.each([
    ['select nope from public.patients', '42703', '8'],
    ['select 1 as x, nope from public.patients', '42703', '16'],
    ['select id from  public.patients where nope = 1', '42703', '39'],
    ['select * from patient', '42P01', undefined],
    ['selec 1 from patients', '42601', '1'],
    ['delete from patients', '25006', undefined],
    ['drop table patients', '25006', undefined],
    ["copy patients to '/tmp/x'", '25006', undefined],
    ["select * from read_csv('/etc/passwd')", '42501', undefined],
    ["set lamplight.detail = 'all'", '22023', undefined],
    ["set client_encoding = 'LATIN1'", '22023', undefined],
    ['show nothing', '42704', undefined],
    ['set transaction read write', '25006', undefined],
  ])('%s', async (sql, code, position) => {
    const client = await connect();
    const refused = await client.query(sql).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code });
    expect((refused as pg.DatabaseError).position).toBe(position);
    expect((await client.query('select count(*) from patients')).rows).toEqual([{ count: '1000' }]);
  });

  test('fail a transaction until it ends', async () => {
    const client = await connect();
    await client.query('begin');
    await expect(client.query('select nope from patients')).rejects.toMatchObject({ code: '42703' });
    await expect(client.query('select 1')).rejects.toMatchObject({ code: '25P02' });
    expect((await client.query('commit')).command).toBe('ROLLBACK');
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('of an extended query end at Sync', async () => {
    const client = await connect();
    await expect(client.query('select nope from patients where id = $1', ['p1'])).rejects.toMatchObject({ code: '42703' });
    await expect(client.query('select id from patients where id = $1', ['p1', 'p2'])).rejects.toMatchObject({ code: '08P01' });
    expect((await client.query('select id from patients where id = $1', ['p1'])).rows).toEqual([{ id: 'p1' }]);
  });
});

describe('cursors', () => {
  test('give rows a part at a time', async () => {
    const client = await connect();
    await client.query('begin; declare c no scroll cursor for select visits from patients order by visits');
    expect((await client.query('fetch forward 2 from c')).rows).toEqual([{ visits: '0' }, { visits: '1' }]);
    expect((await client.query('fetch c')).rows).toEqual([{ visits: '2' }]);
    expect((await client.query('fetch all from c')).rows).toHaveLength(997);
    await client.query('close c');
    await expect(client.query('fetch c')).rejects.toMatchObject({ code: '34000' });
  });

  test('a portal gives as many rows as it is asked for', async () => {
    const client = await connect();
    const { rows } = await client.query({ text: 'select visits from patients order by visits', rows: 400 } as pg.QueryConfig);
    expect(rows).toHaveLength(1000);
  });
});

describe('a query that runs', () => {
  const forever = 'select count(*) from range(10000000000) a, range(10000000) b';

  test('ends when it is cancelled from another connection', async () => {
    const client = await connect();
    const running = client.query(forever).catch((error: unknown) => error);
    await expect.poll(() => here.asked.length).toBe(1);
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const wrong = await connect();
    const cancel = (secret: number): Promise<void> =>
      new Promise((resolve) => {
        const words = Buffer.alloc(16);
        for (const [at, word] of [16, 80_877_102, processID, secret].entries()) words.writeInt32BE(word | 0, at * 4);
        const socket = createConnection(here.listener.port, '127.0.0.1', () => socket.write(words));
        socket.on('close', () => resolve());
        socket.on('data', () => {});
      });
    await cancel(secretKey + 1);
    await cancel(secretKey);
    expect(await running).toMatchObject({ code: '57014' });
    expect((await wrong.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  }, 20_000);

  test('ends at its statement_timeout', async () => {
    const client = await connect({ statement_timeout: 300 });
    await expect(client.query(forever)).rejects.toMatchObject({ code: '57014' });
  }, 20_000);
});
