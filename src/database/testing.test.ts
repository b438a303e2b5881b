import { afterAll, expect, test } from 'vitest';
import { testDatabase } from './testing.ts';

const one = await testDatabase();
const other = await testDatabase();
afterAll(() => Promise.all([one.drop(), other.drop()]));

test('two test databases share nothing', async () => {
  await one.db.query({ text: 'create table bed (ward text)' });
  const { rows } = await other.db.query({ text: `select to_regclass('bed') as found` });
  expect(rows).toEqual([{ found: null }]);
});
