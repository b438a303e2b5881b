import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { openRateCounts } from './rate-counts.ts';
import { peopleMigrations } from './schema.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.db, peopleMigrations);
});
afterAll(() => database.drop());

const hour = 3_600_000;
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test('two processes count together', async () => {
  const [a, b] = [openRateCounts(database.db, { everyMs: 10 }), openRateCounts(database.db, { everyMs: 10 })];
  const now = Date.now();
  for (let i = 0; i < 5; i++) a.count('10.0.0.1', hour, now);
  b.count('10.0.0.1', hour, now);
  let count = 0;
  for (let i = 1; count !== 6 + i - 1; i++) {
    await rest();
    ({ count } = b.count('10.0.0.1', hour, now));
    expect(i).toBeLessThan(200);
  }
  expect(b.count('10.0.0.2', hour, now).count).toBe(1);
  await Promise.all([a.close(), b.close()]);
});

test('a new span begins at nothing, and says when it ends', async () => {
  const counts = openRateCounts(database.db);
  const start = hour * 1000;
  expect(counts.count('x', hour, start)).toEqual({ count: 1, leftMs: hour });
  expect(counts.count('x', hour, start + 1000)).toEqual({ count: 2, leftMs: hour - 1000 });
  expect(counts.count('x', hour, start + hour)).toEqual({ count: 1, leftMs: hour });
  await counts.close();
});

test('millions of addresses do not fill the memory', async () => {
  const counts = openRateCounts(database.db, { most: 100, everyMs: hour });
  for (let i = 0; i < 10_000; i++) counts.count(`address ${i}`, hour, 0);
  expect(counts.count('address 9999', hour, 0).count).toBe(2);
  expect(counts.count('address 0', hour, 0).count).toBe(1);
  await counts.close();
});
