// A file of rows in a watched folder, cut off in the middle of a row, and a server that is killed while it takes it: it goes on after the
// next start, every row is in the record once, and what is wrong is told by its line.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { caller } from './calls.ts';
import { databaseOf, type RunningServer, removeFolder, startServer, temporaryFolder, tokenFor, untilReady } from './running-server.ts';

const folder = temporaryFolder('rows');
const inbox = join(folder, 'inbox');
const rows = 4_000;
let server: RunningServer | undefined;

afterAll(async () => {
  await server?.stop();
  removeFolder(folder);
});

test('a killed server goes on with the file, doubles nothing, and tells the row that was cut off', async () => {
  const channels = join(folder, 'channels');
  for (const one of [inbox, channels]) mkdirSync(one);
  const weights = JSON.parse(readFileSync('examples/channels/weights.json', 'utf8')) as { source: object };
  weights.source = { folder: { path: inbox, pattern: '*.csv', after: `move to ${join(inbox, 'taken')}` } };
  writeFileSync(join(channels, 'weights.json'), JSON.stringify(weights));
  const header = 'Patient;Name;Vorname;Geburtstag;Geschlecht;Gemessen;Gewicht;Zimmer\n';
  const lines = Array.from({ length: rows }, (_, n) => `${100 + (n % 40)};;;;;;${n % 500 === 250 ? 'heavy' : ''};${n}\n`);
  writeFileSync(join(inbox, '.w.csv'), `${header}${lines.join('')}139;Cut;Of`);
  const settings = { dataDir: join(folder, 'data'), env: { LAMPLIGHT_CHANNELS: channels } };
  server = await startServer(settings);
  const database = await databaseOf(settings.dataDir);
  try {
    const count = async (text: string): Promise<number> => Number((await database.query<{ n: bigint }>({ text })).rows[0]?.n);
    renameSync(join(inbox, '.w.csv'), join(inbox, 'w.csv'));
    await expect.poll(() => count('select count(*) as n from message'), { timeout: 30_000, interval: 5 }).toBeGreaterThan(2);
    await server.kill();
    expect(existsSync(join(inbox, 'w.csv'))).toBe(true);
    const before = await count('select count(*) as n from message');
    server = await startServer(settings);
    await untilReady(server);
    await expect.poll(() => existsSync(join(inbox, 'taken', 'w.csv')), { timeout: 60_000 }).toBe(true);
    await expect.poll(() => count('select count(*) as n from message_work'), { timeout: 60_000 }).toBe(0);
    expect(before).toBeLessThan(await count('select count(*) as n from message'));
    const call = caller(server.address, await tokenFor(database, { role: 'administrator' }));
    const { rows: kept } = await database.query<{ raw: Buffer; state: string; problem: string | null }>({
      text: 'select m.raw, r.state, r.problem from message m join message_result r on r.id = m.id order by m.id',
    });
    const told = kept.flatMap(({ raw, state }) =>
      raw
        .toString('latin1')
        .slice(header.length)
        .split('\n')
        .filter(Boolean)
        .map((line) => [line, state]),
    );
    expect(told.length).toBe(rows + 1);
    expect(new Set(told.map(([line]) => line)).size).toBe(rows + 1);
    expect(told.filter(([, state]) => state !== 'done').map(([line]) => line?.split(';')[6] ?? 'cut')).toHaveLength(rows / 500 + 1);
    const problems = kept.flatMap(({ problem }) => (problem === null ? [] : [(JSON.parse(problem) as { message: string }).message]));
    expect(problems).toContainEqual(expect.stringContaining('Line 252, column "Gewicht"'));
    expect(problems).toContainEqual(expect.stringMatching(new RegExp(`Line ${rows + 2}: has 3 columns`)));
    expect((await call('GET', '/fhir/Patient?_summary=count')).json).toMatchObject({ total: 40 });
  } finally {
    await database.close();
  }
}, 120_000);
