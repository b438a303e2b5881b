import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Job, Jobs } from '../../jobs/contract.ts';
import { openJobs } from '../../jobs/jobs.ts';
import { jobMigrations } from '../../jobs/schema.ts';
import type { RecordStore } from '../../record/contract.ts';
import { openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import { importKind } from './contract.ts';
import { baseOf, exportUrlOf } from './from-server.ts';
import { assertionFor, type ServerSignIn, signInAt } from './from-server-sign-in.ts';
import { importJob } from './import-job.ts';
import { linesOf } from './lines-of.ts';

/** The other server: what it is asked, and answers by path. */
let asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
let routes: Record<string, (request: (typeof asked)[number], response: ServerResponse) => void> = {};
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += String(chunk);
  });
  request.on('end', () => {
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    asked.push(one);
    const route = routes[`${one.method} ${one.url.split('?')[0]}`];
    if (route === undefined) response.writeHead(404).end();
    else route(one, response);
  });
});
let other: string;
let test: TestDatabase;
let record: RecordStore;
let folder: string;
const opened: Jobs[] = [];

beforeEach(async () => {
  asked = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  other = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  test = await testDatabase();
  const migrated = await migrate(test.db, [...recordMigrations, ...jobMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(test.db);
  folder = mkdtempSync(join(tmpdir(), 'lamplight-from-'));
});
afterEach(async () => {
  for (const jobs of opened.splice(0)) await jobs.close();
  await test.drop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) =>
    JSON.stringify({ resourceType: 'Patient', id: `p${from + i}`, meta: { versionId: '3', lastUpdated: '2024-01-01T00:00:00Z' } }),
  );

/** The same resource, so many megabytes long; JSON has at most 100,000 blanks in a row. */
const lengthened = (line: string, megabytes: number): string =>
  line.replace('{', `{"name":[${Array(megabytes * 11).fill(`{"family":"A"${' '.repeat(99_000)}}`)}],`);

/** A server that exports these files, and takes its time about it. */
function exports(files: Record<string, (request: (typeof asked)[number], response: ServerResponse) => void>, more: object = {}): void {
  let looks = 0;
  let starts = 0;
  routes = {
    'GET /fhir/$export': (_, response) =>
      ++starts === 1
        ? response.writeHead(429, { 'retry-after': '0' }).end()
        : response.writeHead(202, { 'content-location': `${other}/status/1` }).end(),
    'GET /status/1': (_, response) => {
      if (++looks < 3) return response.writeHead(202, { 'retry-after': '0', 'x-progress': 'half' }).end();
      const output = Object.keys(files).map((name) => ({ type: 'Patient', url: `${other}/files/${name}` }));
      response.writeHead(200).end(JSON.stringify({ transactionTime: '2024-02-02T00:00:00Z', output, error: [], ...more }));
    },
    'DELETE /status/1': (_, response) => response.writeHead(202).end(),
    ...Object.fromEntries(Object.entries(files).map(([name, give]) => [`GET /files/${name}`, give])),
  };
}

async function imports(signIn: ServerSignIn = signInAt({ scope: 'system/*.read' }), allowed = [other]): Promise<Job> {
  const jobs = working(signIn, allowed);
  const job = await ask(jobs);
  return ended(jobs, job.id);
}

const validation = {} as Parameters<typeof importJob>[0]['validation'];
function working(signIn: ServerSignIn, allowed = [other]): Jobs {
  const jobs = openJobs(test.db, { leaseMs: 2_000, pollMs: 20, retryMs: { first: 5, most: 20 } });
  opened.push(jobs);
  jobs.work([importJob({ record, validation, root: folder, allowed, signIn })]);
  return jobs;
}
const ask = (jobs: Jobs): Promise<Job> =>
  jobs.ask(
    importKind,
    JSON.stringify({
      caller: {
        person: { id: '01890000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
        purpose: 'HSYSADMIN',
        from: 'test',
        request: 'r',
      },
      request: 'test',
      sources: [],
      exportUrl: `${other}/fhir/$export`,
      keepVersions: true,
    }),
    '01890000-0000-7000-8000-000000000001',
  );
async function ended(jobs: Jobs, id: string): Promise<Job> {
  for (;;) {
    const job = await jobs.get(id);
    if (job?.ended !== undefined) return job;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const resources = async (): Promise<number> =>
  Number((await test.db.query<{ n: bigint }>({ text: 'select count(*) as n from resource where not deleted' })).rows[0]!.n);

describe("another server's export", () => {
  it('is asked for, waited for as it wishes, fetched, taken over and removed', async () => {
    exports({ 'a.ndjson': (_, response) => response.end(`${lines(0, 3).join('\n')}\n`) });
    const job = await imports();
    expect(job.problem).toBeUndefined();
    expect(JSON.parse(String(job.result))).toMatchObject({ taken: 3, refused: 0, transactionTime: '2024-02-02T00:00:00Z' });
    expect(await resources()).toBe(3);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /fhir/$export',
      'GET /fhir/$export',
      'GET /status/1',
      'GET /status/1',
      'GET /status/1',
      'GET /files/a.ndjson',
      'DELETE /status/1',
    ]);
    expect(asked[0]!.headers['prefer']).toBe('respond-async');
  });

  it('takes the lines before and behind one that is too long, or is cut in its middle', async () => {
    exports({
      'a.ndjson': (_, response) => {
        const [first, long, last, cut] = lines(0, 4);
        // Its length is all that is wrong with it.
        response.end(`${first}\n${lengthened(long!, 33)}\n${last}\n${cut?.slice(0, 30)}`);
      },
    });
    const job = await imports();
    expect(job.problem).toBeUndefined();
    expect(JSON.parse(String(job.result))).toMatchObject({ taken: 2, refused: 2, error: [{ count: 2 }] });
    expect(await resources()).toBe(2);
  });

  it('takes long lines before it reads on, and never hundreds of them together', async () => {
    exports({
      'a.ndjson': (_, response) => {
        const [one = '', other = '', last = ''] = lines(0, 3);
        response.write(`${lengthened(one, 9)}\n${lengthened(other, 9)}\n`);
        void expect
          .poll(resources, { timeout: 10_000 })
          .toBe(2)
          .then(
            () => response.end(`${last}\n`),
            // It waits for more: there is none, and nothing behind these two.
            () => response.end(),
          );
      },
    });
    const job = await imports();
    expect(JSON.parse(String(job.result))).toMatchObject({ taken: 3, refused: 0 });
  });

  it('goes on from the byte at which a download broke off', async () => {
    const text = `${lines(0, 1500).join('\n')}\n`;
    exports({
      'a.ndjson': ({ headers }, response) => {
        const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
        if (from === 0) {
          response.writeHead(200, { 'content-length': text.length });
          response.write(text.slice(0, 120_000), () => setTimeout(() => response.destroy(), 200));
        } else response.writeHead(206, { 'content-range': `bytes ${from}-${text.length - 1}/${text.length}` }).end(text.slice(from));
      },
    });
    const job = await imports();
    expect(JSON.parse(String(job.result))).toMatchObject({ taken: 1500, refused: 0 });
    expect(await resources()).toBe(1500);
    const ranges = asked.filter(({ url }) => url === '/files/a.ndjson').map(({ headers }) => headers.range);
    expect(ranges).toHaveLength(2);
    expect(Number(/\d+/.exec(ranges[1] ?? '')?.[0])).toBeGreaterThan(0);
    // It was not exported a second time.
    expect(asked.filter(({ url }) => url === '/fhir/$export')).toHaveLength(2);
  });

  it('goes on in another process, also where its files can only be had from the beginning', async () => {
    const text = `${lines(0, 1200).join('\n')}\n`;
    let held: ServerResponse | undefined;
    exports({
      'a.ndjson': (_, response) => {
        if (held !== undefined) return response.end(text);
        held = response;
        response.writeHead(200);
        response.write(text.slice(0, 100_000));
      },
    });
    const first = working(signInAt({ scope: '' }));
    const { id } = await ask(first);
    while (((await first.get(id))?.progress.done ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await first.close();
    const job = await ended(working(signInAt({ scope: '' })), id);
    expect(JSON.parse(String(job.result))).toMatchObject({ taken: 1200, refused: 0 });
    expect(await resources()).toBe(1200);
  });

  it('tells of deletions too', async () => {
    const deletion = { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: 'Patient/gone' } }] };
    exports(
      { 'a.ndjson': (_, response) => response.end(lines(0, 2).join('\n')) },
      { deleted: [{ type: 'Bundle', url: `${other}/files/gone` }] },
    );
    routes['GET /files/gone'] = (_, response) => response.end(JSON.stringify(deletion));
    const job = await imports();
    expect(job.problem).toBeUndefined();
    expect(await resources()).toBe(2);
    const { rows } = await test.db.query<{ n: bigint }>({ text: 'select count(*) as n from resource where deleted' });
    expect(Number(rows[0]!.n)).toBe(1);
  });

  it('is refused in words where the server points elsewhere, answers nonsense, or refuses', async () => {
    exports({});
    const wrong: [string, (response: ServerResponse) => void, RegExp][] = [
      [
        'elsewhere',
        (response) => response.end('{"output":[{"type":"Patient","url":"http://169.254.169.254/x"}]}'),
        /LAMPLIGHT_IMPORT_FROM/,
      ],
      ['nonsense', (response) => response.end('<html>'), /no JSON/],
      ['null', (response) => response.end('{"output":[null]}'), /address/],
      [
        'a refusal',
        (response) => response.writeHead(400).end('{"resourceType":"OperationOutcome","issue":[{"diagnostics":"not today"}]}'),
        /400.*not today/,
      ],
    ];
    for (const [name, answer, says] of wrong) {
      routes['GET /status/1'] = (_, response) => answer(response);
      const job = await imports();
      expect(job.state, name).toBe('failed');
      expect(job.problem?.message, name).toMatch(says);
    }
    routes['GET /fhir/$export'] = (_, response) => response.writeHead(202, { 'content-location': 'http://10.0.0.1/x' }).end();
    expect((await imports()).problem?.message).toMatch(/points to "http:\/\/10.0.0.1/);
    expect(asked.some(({ url }) => url.startsWith('/files'))).toBe(false);
  });
});

describe('signing in at another server', () => {
  it.each([
    ['RS384', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ] as const)('is proved by a signature (%s), with a token that is fetched again where it was not taken', async (alg, { privateKey }) => {
    exports({ 'a.ndjson': (_, response) => response.end(lines(0, 1).join('\n')) });
    let tokens = 0;
    routes['GET /fhir/.well-known/smart-configuration'] = (_, response) =>
      response.end(JSON.stringify({ token_endpoint: `${other}/token` }));
    routes['POST /token'] = (_, response) => response.end(JSON.stringify({ access_token: `token-${++tokens}`, expires_in: 300 }));
    const give = routes['GET /files/a.ndjson']!;
    routes['GET /files/a.ndjson'] = (request, response) =>
      request.headers.authorization === 'Bearer token-2' ? give(request, response) : response.writeHead(401).end();
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const job = await imports(signInAt({ client: 'lamplight', key, scope: 'system/*.read' }));
    expect(job.problem).toBeUndefined();
    expect(await resources()).toBe(1);
    const form = new URLSearchParams(asked.find(({ url }) => url === '/token')!.body);
    const [head = '', claims = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    expect(read(head)).toMatchObject({ alg, typ: 'JWT' });
    expect(read(claims)).toMatchObject({ iss: 'lamplight', sub: 'lamplight', aud: `${other}/token` });
    const publicKey = createPublicKey(privateKey);
    expect(
      verify(
        'sha384',
        Buffer.from(`${head}.${claims}`),
        alg === 'ES384' ? { key: publicKey, dsaEncoding: 'ieee-p1363' } : publicKey,
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true);
  });

  it('takes RSA and P-384 keys as PEM or JWK, and says what is wrong with others', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    expect(assertionFor('c', JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'k1' }), 'a', 0).ok).toBe(true);
    const small = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(assertionFor('c', small, 'a', 0)).toMatchObject({ ok: false, problem: { message: expect.stringContaining('P-384') } });
    expect(assertionFor('c', 'no key', 'a', 0)).toMatchObject({ ok: false, problem: { message: expect.stringContaining('PEM') } });
  });

  it('never shows its token to another origin', async () => {
    const elsewhere: string[] = [];
    const store = createServer((request, response) => {
      elsewhere.push(request.headers.authorization ?? 'none');
      response.end(lines(0, 1).join('\n'));
    });
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    const at = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
    exports({}, { output: [{ type: 'Patient', url: `${at}/p` }] });
    const job = await imports(signInAt({ token: 'secret', scope: '' }), [other, at]);
    store.close();
    expect(job.problem).toBeUndefined();
    expect(elsewhere).toEqual(['none']);
    expect(asked[0]!.headers.authorization).toBe('Bearer secret');
  });
});

describe('addresses', () => {
  it('of $export lead to the base, and from it', () => {
    const url = exportUrlOf({
      from: 'https://other.example.org/fhir/',
      group: 'g-1',
      types: 'Patient,Observation',
      since: '2024-01-01T00:00:00Z',
    });
    expect(url).toEqual({
      ok: true,
      value: 'https://other.example.org/fhir/Group/g-1/$export?_type=Patient%2CObservation&_since=2024-01-01T00%3A00%3A00Z',
    });
    expect(url.ok && baseOf(url.value)).toBe('https://other.example.org/fhir');
    expect(baseOf('https://other.example.org/fhir/Patient/$export')).toBe('https://other.example.org/fhir');
    expect(baseOf('https://other.example.org/fhir/Patient')).toBeUndefined();
    expect(exportUrlOf({ from: 'ftp://x' }).ok).toBe(false);
  });
});

describe('lines of a stream', () => {
  it('are the same however it is cut, with the bytes up to their ends', async () => {
    const text = 'é1\n\n{"a":"ü"}\r\nlast';
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size++) {
      const found: unknown[] = [];
      async function* cut(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      }
      for await (const line of linesOf(cut(), 100)) found.push([line.text, line.end]);
      expect(found).toEqual([
        ['é1', 4],
        ['', 5],
        ['{"a":"ü"}', 17],
        ['last', 21],
      ]);
      const short: unknown[] = [];
      for await (const line of linesOf(cut(), 5)) short.push([line.text, line.end]);
      expect(short).toEqual([
        ['é1', 4],
        ['', 5],
        [undefined, 17],
        ['last', 21],
      ]);
    }
  });
});
