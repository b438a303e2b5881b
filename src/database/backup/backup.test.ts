import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Migration } from '../contract.ts';
import { openServer } from '../launch.ts';
import { migrate } from '../migrate.ts';
import { connect } from '../pool.ts';
import { type TestDatabase, testDatabase } from '../testing.ts';
import { backupBytes, openForRestore, verifyBackup } from './backup.ts';
import { readFileBytes, writeBackupFile } from './backup-file.ts';
import type { RestoreWish } from './copy-in.ts';
import { seal } from './seal.ts';
import { contentOf } from './testing.ts';

const steps: Migration[] = [
  {
    name: 'ward-1',
    sql: `create table ward (id int primary key, name text not null unique, beds int generated always as (length(name)) stored);
      create sequence bell; create index ward_name on ward (left(name, 3)) where id > 1; insert into ward values (0, 'made by the step')`,
  },
  {
    name: 'bed-1',
    sql: `create table bed (ward int references ward, "Number" int check ("Number" > 0), odd bytea, note text, at timestamptz, low float8, primary key ("Number", ward));
      create table unused (id int8 generated always as identity)`,
  },
];
const later: Migration = { name: 'ward-2', sql: 'alter table ward add floor int not null default 3' };
const about = { lamplight: '0.1.0', position: { text: 'select 42::int8 as position' } };
const passphrase = 'a passphrase of some length';

const wish = (over: Partial<RestoreWish> = {}): RestoreWish => ({ migrations: steps, afterwards: [], ears: {}, ...over });

async function* once(bytes: Uint8Array, chunk = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
}
async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

let source: TestDatabase;
let target: TestDatabase;
let plain: Buffer;

async function fill(on: TestDatabase): Promise<void> {
  await migrate(on.db, steps);
  await on.db.query({ text: `insert into ward select i, 'ward ' || i || repeat('.', i % 40) from generate_series(1, 3000) i` });
  await on.db.query({
    text: `insert into bed select i, 1 + i % 7, decode(md5(i::text), 'hex'), e'tab\\t line\\n back\\\\ \\\\. é 病 "quote"' || i, '2026-01-01'::timestamptz + i * interval '1.000001 s', 1 / (i::float8) from generate_series(1, 3000) i`,
  });
  await on.db.query({ text: `insert into bed (ward, "Number") values (0, 1)` });
  await on.db.query({ text: `select nextval('bell') from generate_series(1, 17)` });
}

/** Everything that the rows say, in an order that does not hang on where they lie. */
async function content(on: TestDatabase): Promise<unknown> {
  const { rows: wards } = await on.db.query({ text: 'select * from ward order by id' });
  const { rows: beds } = await on.db.query({ text: 'select * from bed order by ward, "Number"' });
  const { rows: log } = await on.db.query({ text: 'select * from migration order by name' });
  return { wards, beds, log };
}
async function isEmpty(): Promise<boolean> {
  const { rowCount } = await target.db.query({ text: `select from pg_class where relnamespace = 'public'::regnamespace` });
  return rowCount === 0;
}

async function restore(bytes: Uint8Array, secret?: string, over: Partial<RestoreWish> = {}) {
  const opened = await openForRestore(once(bytes), secret, wish(over));
  return opened.ok ? opened.value.restoreInto(target.connection) : opened;
}

beforeAll(async () => {
  source = await testDatabase();
  await fill(source);
  plain = await gather(backupBytes(source.connection, about, undefined));
});
afterAll(() => source.drop());
beforeEach(async () => {
  target = await testDatabase();
});
afterEach(() => target.drop());

describe('a backup', () => {
  it('says what is in it and when it was made', async () => {
    const checked = await verifyBackup(once(plain), undefined);
    expect(checked).toMatchObject({
      ok: true,
      value: {
        header: { lamplight: '0.1.0', position: '42', migrations: [{ name: 'ward-1' }, { name: 'bed-1' }] },
        rows: 3001 + 3001 + 2,
      },
    });
    if (checked.ok)
      expect(checked.value.tables.map(({ table, rows }) => [table, rows])).toEqual([
        ['bed', 3001],
        ['migration', 2],
        ['unused', 0],
        ['ward', 3001],
      ]);
  });

  it('restored into an empty database, holds the same, and counters go on', async () => {
    expect(await restore(plain)).toMatchObject({ ok: true, value: { leftOut: [] } });
    expect(await content(target)).toEqual(await content(source));
    const { rows } = await target.db.query({ text: `select nextval('bell')` });
    expect(rows).toEqual([{ nextval: 18n }]);
    expect(await migrate(target.db, [...steps, later])).toEqual({ ok: true, value: ['ward-2'] });
  });
});

const flipped = (bytes: Buffer, at: number, bit: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 1 << bit;
  return changed;
};

describe('from one version of PostgreSQL to another', () => {
  it('a backup says the same: the server that is found here, and the one that npm brings along', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'lamplight-other-postgres-'));
    const other = await openServer({ dataDir, bundledOnly: true, durable: false });
    if (!other.ok) throw new Error(other.problem.message);
    try {
      const opened = await openForRestore(once(plain), undefined, wish());
      expect(opened.ok && (await opened.value.restoreInto(other.value.connection))).toMatchObject({ ok: true });
      const db = await connect(other.value.connection);
      if (!db.ok) throw new Error(db.problem.message);
      const moved = { ...target, db: db.value };
      expect(await content(moved)).toEqual(await content(source));
      expect(await contentOf(db.value)).toEqual(await contentOf(source.db));
      await db.value.close();
    } finally {
      await other.value.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe('a file that is not what was written', () => {
  it('is refused wherever one bit of it was turned', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(plain.length - 1), fc.nat(7), async (at, bit) => {
        expect((await verifyBackup(once(flipped(plain, at, bit)), undefined)).ok).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('is refused wherever it ends too soon, and with anything behind it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(plain.length - 1), async (length) => {
        expect((await verifyBackup(once(plain.subarray(0, length)), undefined)).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
    expect(await verifyBackup(once(Buffer.concat([plain, Buffer.alloc(1)])), undefined)).toMatchObject({
      problem: { message: expect.stringContaining('follows its end') },
    });
  });

  it('never comes into a database in part', async () => {
    const places = [20, Math.floor(plain.length / 3), Math.floor(plain.length / 2), plain.length - 200, plain.length - 1];
    for (const at of places) {
      const refused = await restore(flipped(plain, at, 3));
      expect(refused, `byte ${at}`).toMatchObject({ ok: false, problem: { message: expect.stringMatching(/damaged|not a backup|newer/) } });
      expect(await isEmpty()).toBe(true);
    }
    expect((await restore(plain.subarray(0, plain.length - 40))).ok).toBe(false);
    expect(await isEmpty()).toBe(true);
    expect((await restore(plain)).ok).toBe(true);
  });

  it('nor does a right one whose connection is lost on the way, and the next try succeeds', async () => {
    let rows = 0;
    const ears = {
      rows(count: number) {
        rows += count;
        if (rows > 3001)
          target.db
            .query({
              text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
            })
            .catch(() => {});
      },
    };
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of once(plain, 8 * 1024)) {
        yield chunk;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const opened = await openForRestore(slow(), undefined, wish({ ears }));
    const cut = opened.ok && (await opened.value.restoreInto(target.connection));
    expect(cut).toMatchObject({ ok: false, problem: { kind: 'busy', message: expect.stringMatching(/connection|terminating/) } });
    expect(await isEmpty()).toBe(true);
    expect((await restore(plain)).ok).toBe(true);
  });

  it('is named for what it is', async () => {
    for (const other of ['', 'x', '{"resourceType":"Patient"}\n'.repeat(50), '\u001f\u008b\u0008 something packed'])
      expect(await verifyBackup(once(Buffer.from(other)), undefined)).toMatchObject({
        problem: { message: expect.stringContaining('not a backup of Lamplight') },
      });
    expect(await verifyBackup(once(Buffer.from('lamplight backup 2\n…')), undefined)).toMatchObject({ problem: { kind: 'unsupported' } });
  });
});

describe('an encrypted backup', () => {
  let sealed: Buffer;
  beforeAll(async () => {
    sealed = await gather(seal(once(plain), passphrase, 4));
  });

  it('opens with its passphrase only', async () => {
    expect(await verifyBackup(once(sealed), 'another passphrase')).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
    expect(await verifyBackup(once(sealed), undefined)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('--passphrase-file') },
    });
    expect(await restore(sealed, 'another passphrase')).toMatchObject({ ok: false });
    expect(await isEmpty()).toBe(true);
    expect((await restore(sealed, passphrase)).ok).toBe(true);
    expect(await content(target)).toEqual(await content(source));
  });

  it('shows nothing of its rows or names', () => {
    expect(sealed.includes('ward')).toBe(false);
    expect(plain.includes('ward')).toBe(true);
  });

  it('is refused wherever one bit was turned or its end is missing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
        const wrong = cut ? sealed.subarray(0, at) : flipped(sealed, at, bit);
        expect((await verifyBackup(once(wrong), passphrase)).ok).toBe(false);
      }),
      {
        numRuns: 80,
        examples: [
          [0, 0, false],
          [sealed.length - 1, 0, true],
        ],
      },
    );
  });

  it('lets go of where it comes from when it is refused: an open pipe would keep the program waiting', async () => {
    for (const [bytes, secret] of [
      [sealed, undefined],
      [sealed, 'another passphrase'],
      [plain, passphrase],
      [Buffer.from('something else, and long enough'), undefined],
    ] as const) {
      let open = true;
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield bytes;
        } finally {
          open = false;
        }
      }
      expect((await verifyBackup(source(), secret)).ok).toBe(false);
      expect(open).toBe(false);
    }
  });

  it('is asked for where a passphrase was given: nobody slips in a plain one', async () => {
    expect(await restore(plain, passphrase)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('not an encrypted') },
    });
  });
});

describe('a backup that this program or this database cannot take', () => {
  it('of a newer Lamplight is refused by its name', async () => {
    expect(await restore(plain, undefined, { migrations: steps.slice(0, 1) })).toMatchObject({
      ok: false,
      problem: { kind: 'conflict', message: expect.stringMatching(/0\.1\.0.*newer.*bed-1/) },
    });
  });

  it('with a step of another text is refused', async () => {
    const changed = [steps[0]!, { name: 'bed-1', sql: 'create table bed (ward int)' }];
    expect(await restore(plain, undefined, { migrations: changed })).toMatchObject({ ok: false, problem: { kind: 'conflict' } });
    expect(await isEmpty()).toBe(true);
  });

  it('is refused by a database that holds something, and leaves that alone', async () => {
    await target.db.query({ text: 'create table mine (id int)' });
    expect(await restore(plain)).toMatchObject({
      ok: false,
      problem: { kind: 'conflict', message: expect.stringMatching(/not empty \(it holds mine\).*LAMPLIGHT_DATA_DIR/) },
    });
    await migrate(target.db, steps);
    expect((await restore(plain)).ok).toBe(false);
    expect((await target.db.query({ text: 'select from ward' })).rowCount).toBe(1);
  });

  it('leaves out, and names, a table that stood beside those of Lamplight', async () => {
    await source.db.query({ text: 'create table "of others" (id int); insert into "of others" values (1)' });
    const bytes = await gather(backupBytes(source.connection, about, undefined));
    await source.db.query({ text: 'drop table "of others"' });
    expect(await restore(bytes)).toMatchObject({ ok: true, value: { leftOut: ['of others'] } });
    expect(await content(target)).toEqual(await content(source));
  });
});

describe('beside writers', () => {
  it('a backup is of one moment, and they go on', async () => {
    const busy = await testDatabase();
    try {
      await fill(busy);
      let stop = false;
      let moved = 0;
      // Each transaction touches two tables: they agree at every moment.
      const writer = (async () => {
        for (let i = 10_000; !stop; i++, moved++)
          await busy.db.transaction(async (session) => {
            session.query({ text: 'insert into ward values ($1, $2)', values: [i, `new ${i}`] });
            await session.query({ text: `insert into bed (ward, "Number") values ($1, 1)`, values: [i] });
          });
      })();
      const bytes: Uint8Array[] = [];
      for await (const chunk of backupBytes(busy.connection, about, undefined)) {
        bytes.push(chunk);
        const before = moved;
        for (let i = 0; moved < before + 3 && i < 1000; i++) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      stop = true;
      await writer;
      expect(moved).toBeGreaterThan(10);
      expect((await restore(Buffer.concat(bytes))).ok).toBe(true);
      const { rows } = await target.db.query({
        text: `select (select count(*) from ward) = (select count(*) from bed) as agree, (select count(*) from ward) as restored`,
      });
      expect(rows).toMatchObject([{ agree: true }]);
      const { rows: now } = await busy.db.query<{ count: bigint }>({ text: 'select count(*) from ward' });
      expect(now[0]!.count).toBeGreaterThan(rows[0]!['restored'] as bigint);
    } finally {
      await busy.drop();
    }
  });
});

describe('a backup file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lamplight-backup-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const wished = { passphrase: undefined, force: false };
  const file = (): string => join(folder, 'monday.lamplight');
  const write = (bytes: AsyncIterable<Uint8Array> = once(plain), force = false) => writeBackupFile(file(), bytes, { ...wished, force });

  it('is for its owner only, and is what was written', async () => {
    expect(await write()).toMatchObject({ ok: true, value: { fileBytes: plain.length } });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['monday.lamplight']);
    expect((await verifyBackup(readFileBytes(file()), undefined)).ok).toBe(true);
  });

  it('never takes the place of another one unless that is wished', async () => {
    writeFileSync(file(), 'older');
    expect(await write()).toMatchObject({ ok: false, problem: { message: expect.stringContaining('--force') } });
    expect(readFileSync(file(), 'utf8')).toBe('older');
    expect((await write(once(plain), true)).ok).toBe(true);
    expect(statSync(file()).size).toBe(plain.length);
  });

  it('never takes the place of what is no file', async () => {
    for (const place of [folder, '/dev/null'])
      expect(await writeBackupFile(place, once(plain), { ...wished, force: true })).toMatchObject({
        ok: false,
        problem: { message: expect.stringContaining('no ordinary file') },
      });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('takes over what a killed backup left', async () => {
    writeFileSync(`${file()}.part`, 'half');
    expect((await write()).ok).toBe(true);
    expect(existsSync(`${file()}.part`)).toBe(false);
  });

  it('keeps the older one, and leaves nothing half done, when the disk is full or the bytes are wrong', async () => {
    writeFileSync(file(), 'older');
    async function* full(): AsyncGenerator<Uint8Array> {
      yield plain.subarray(0, 5000);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
    expect(await write(full(), true)).toMatchObject({ ok: false, problem: { message: expect.stringContaining('no room left') } });
    expect(await write(once(plain.subarray(0, 5000)), true)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('damaged') },
    });
    expect(readdirSync(folder)).toEqual(['monday.lamplight']);
    expect(readFileSync(file(), 'utf8')).toBe('older');
  });

  it('leaves nothing behind when the connection is lost, and says so', async () => {
    let seen = 0;
    async function* cutOff(): AsyncGenerator<Uint8Array> {
      for await (const chunk of backupBytes(source.connection, about, undefined)) {
        yield chunk;
        seen += 1;
        if (seen === 2)
          await source.db.query({
            text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
          });
      }
    }
    expect(await write(cutOff())).toMatchObject({
      ok: false,
      problem: { kind: 'busy', message: expect.stringMatching(/connection|terminating/) },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names the folder that is not there', async () => {
    expect(await writeBackupFile(join(folder, 'none', 'x'), once(plain), wished)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('no such file or folder') },
    });
  });
});
