// npm run bench -- storage [patients]: how to hold the index of a resource. One GIN array of hashes beside the row, with
// and without PostgreSQL's pending list, against one B-tree row a hash; the same keys, batches of 100 and of one.
// The answer is docs/decisions/0003-index-storage.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openServer } from '../../src/database/launch.ts';
import type { Resource } from '../../src/fhir/generated/types.ts';
import { prepare } from '../../src/record/prepare.ts';
import { bundles } from '../fhir/bundles.ts';
import { backends, cpuSince } from '../fhir/processes.ts';

type Mode = 'gin' | 'gin with pending list' | 'b-tree rows' | 'no index';
const patients = Number(process.argv[2] ?? 100);

interface Row {
  pat: string;
  id: string;
  body: string;
  keys: bigint[];
}

function rowsOf(): Row[] {
  const rows: Row[] = [];
  const at = new Date();
  for (const text of bundles(patients)) {
    const { entry } = JSON.parse(text) as { entry: { fullUrl: string; resource: Resource }[] };
    const names = new Map(entry.map(({ fullUrl, resource }) => [fullUrl, `${resource.resourceType}/${fullUrl.slice(9)}`]));
    for (const { fullUrl, resource } of entry) {
      const linked = JSON.parse(JSON.stringify(resource).replace(/urn:uuid:[0-9a-f-]{36}/g, (url) => names.get(url)!)) as Resource;
      const row = prepare(linked, fullUrl.slice(9), at);
      rows.push({ pat: row.pat, id: row.key, body: `${row.head}1${row.tail}`, keys: [...row.index.keys] });
    }
  }
  return rows;
}

async function measure(client: pg.Client, postmaster: number, mode: Mode, rows: Row[], batch: number): Promise<void> {
  await client.query('drop table if exists resource_trial, key_trial');
  await client.query(
    'create table resource_trial (pat uuid not null, id uuid not null, body text not null, keys int8[] not null, primary key (id, pat))',
  );
  if (mode.startsWith('gin'))
    await client.query(`create index on resource_trial using gin (keys) with (fastupdate = ${mode === 'gin' ? 'off' : 'on'})`);
  await client.query('create table key_trial (key int8 not null, pat uuid not null, id uuid not null)');
  if (mode === 'b-tree rows') await client.query('create unique index on key_trial (key, pat, id)');
  const inRows = mode === 'b-tree rows';
  const name = `insert ${mode}`;
  const text = `
    with stored as (insert into resource_trial select p, i, b, k::int8[] from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) u(p, i, b, k))
    insert into key_trial select * from unnest($5::int8[], $6::uuid[], $7::uuid[])`;
  const before = { at: performance.now(), backends: backends(postmaster) };
  for (let from = 0; from < rows.length; from += batch) {
    const some = rows.slice(from, from + batch);
    const flat = inRows ? some.flatMap((row) => row.keys.map((key) => ({ key, row }))) : [];
    const values = [
      some.map((row) => row.pat),
      some.map((row) => row.id),
      some.map((row) => row.body),
      some.map((row) => (inRows ? '{}' : `{${row.keys.join(',')}}`)),
      flat.map(({ key }) => String(key)),
      flat.map(({ row }) => row.pat),
      flat.map(({ row }) => row.id),
    ];
    await client.query({ name, text, values });
  }
  const s = (performance.now() - before.at) / 1000;
  const cpu = cpuSince(before.backends, postmaster) / rows.length;
  await client.query('vacuum resource_trial, key_trial');
  const sizes = await client.query<{ resource: string; keys: string }>(
    "select pg_total_relation_size('resource_trial') as resource, pg_total_relation_size('key_trial') as keys",
  );
  const bytes = (Number(sizes.rows[0]!.resource) + Number(sizes.rows[0]!.keys)) / rows.length;
  console.log(`| ${mode} | ${batch} | ${Math.round(rows.length / s)} | ${(cpu * 1000).toFixed(0)} | ${Math.round(bytes)} |`);
}

const dataDir = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
const server = await openServer({ dataDir });
if (!server.ok) throw new Error(server.problem.message);
const { connection } = server.value;
if ('url' in connection) throw new Error('this benchmark runs on the embedded server: unset DATABASE_URL');
const client = new pg.Client(connection);
await client.connect();
try {
  const rows = rowsOf();
  const keys = rows.reduce((sum, row) => sum + row.keys.length, 0) / rows.length;
  console.log(
    `${rows.length} resources, ${keys.toFixed(1)} keys each\n\n| index | batch | resources/s | CPU µs/resource, database | B/resource |\n| --- | --- | --- | --- | --- |`,
  );
  for (const mode of ['no index', 'gin', 'gin with pending list', 'b-tree rows'] as const)
    await measure(client, server.value.pid!, mode, rows, 100);
  for (const mode of ['gin', 'b-tree rows'] as const) await measure(client, server.value.pid!, mode, rows.slice(0, 2000), 1);
} finally {
  await client.end();
  await server.value.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
