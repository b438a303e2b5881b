// The floor: the least that Node and PostgreSQL can do on this machine for the same kind of work. Bare node:http with pg,
// one row read by key, one row inserted; no access control, no audit, no validation, no index but the key. Run as a process
// of its own: `node floor.js PORT` with DATABASE_URL.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
// At the end of a benchmark PostgreSQL may go first.
pool.on('error', () => process.exit(0));
const body = JSON.stringify({ resourceType: 'Patient', id: 'x', text: 'a'.repeat(900) });
await pool.query(
  'create table if not exists floor_document (id uuid primary key, content text not null, at timestamptz not null default now())',
);
await pool.query('truncate floor_document');
await pool.query('insert into floor_document (id, content) select gen_random_uuid(), $1 from generate_series(1, 10000)', [body]);
await pool.query('analyze floor_document');
const ids = (await pool.query<{ id: string }>('select id from floor_document limit 1000')).rows.map((row) => row.id);

let next = 0;
http
  .createServer((request, response) => {
    const answer = (status: number, content: string): void => {
      response.statusCode = status;
      response.setHeader('content-type', 'application/fhir+json');
      response.end(content);
    };
    if (request.method === 'GET') {
      void pool
        .query<{ content: string }>({
          name: 'read',
          text: 'select content from floor_document where id = $1',
          values: [ids[next++ % ids.length]],
        })
        .then((found) => answer(200, found.rows[0]!.content));
      return;
    }
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const document = JSON.parse(text) as { id?: string };
      document.id = randomUUID();
      const content = JSON.stringify(document);
      void pool
        .query({ name: 'insert', text: 'insert into floor_document (id, content) values ($1, $2)', values: [document.id, content] })
        .then(() => answer(201, content));
    });
  })
  .listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
