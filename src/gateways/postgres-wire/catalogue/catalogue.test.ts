import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { password, type Stand, stand } from '../testing.ts';
import { clientQueries } from './clients.fixture.ts';

let here: Stand;
let client: Client;

beforeAll(async () => {
  here = await stand();
  client = new Client({ host: '127.0.0.1', port: here.listener.port, user: 'ann', password, database: 'lamplight' });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await here.close();
});

describe('what clients ask the catalogue', () => {
  test.each(clientQueries)('$client: $sql', async ({ sql, rows, first }) => {
    const answer = await client.query<Record<string, unknown>>(sql);
    expect(answer.rows).toHaveLength(rows);
    // Numbers of eight bytes come as text.
    for (const [name, value] of Object.entries(first ?? {})) {
      const found = answer.rows[0]?.[name];
      expect(typeof value === 'number' ? Number(found) : found, name).toEqual(value);
    }
  });

  test('is answered beside the record, which is not asked', () => {
    expect(here.asked).toEqual([]);
  });

  test('cannot be joined with a table of the record', async () => {
    await expect(client.query('select * from pg_class c join patients p on p.id = c.relname')).rejects.toMatchObject({ code: '42P01' });
  });

  test('does not show what DuckDB keeps for itself', async () => {
    for (const sql of [
      'select * from duckdb_settings()',
      "select * from read_csv('/etc/passwd')",
      'select * from pg_catalog.duckdb_secrets()',
      "select getenv('HOME')",
    ])
      await expect(client.query(sql), sql).rejects.toMatchObject({ code: expect.stringMatching(/^42/) });
  });
});
