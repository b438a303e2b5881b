// npm run bench -- fhir [seconds]: the work of a FHIR server from outside over HTTP, beside the floor of the same run.
//
// Starts Lamplight (one process, access control, audit, validation and all indexes on) and the floor on the same embedded
// PostgreSQL, measures both in turn, and prints one table: rate, CPU per operation of server and database, and the ratio.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import pg from 'pg';
import { Agent, request } from 'undici';
import { attachServer } from '../../src/database/launch.ts';
import { bundles, measured } from './bundles.ts';
import { backends, cpuMs, cpuSince, rssMb } from './processes.ts';

const seconds = Number(process.argv[2] ?? 6);
const patients = Number(process.argv[3] ?? 100);
const root = join(import.meta.dirname, '..', '..', '..');
const dataDir = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
const children: ChildProcess[] = [];

interface Measure {
  rps: number;
  serverMs: number;
  databaseMs: number;
  p50: number;
  p99: number;
  bad: number;
}

async function startChild(args: string[], env: NodeJS.ProcessEnv, ready: RegExp): Promise<{ pid: number; line: string }> {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let out = '';
  for await (const chunk of child.stdout!) {
    out += String(chunk);
    const line = out.split('\n').find((one) => ready.test(one));
    if (line !== undefined) {
      child.stdout!.resume();
      return { pid: child.pid!, line };
    }
  }
  throw new Error(`${args.join(' ')} ended before it was ready`);
}

async function main(): Promise<void> {
  const env = { LAMPLIGHT_DATA_DIR: dataDir, LAMPLIGHT_PORT: '0', LAMPLIGHT_DEMO: 'off', LAMPLIGHT_LOG_LEVEL: 'warn', DATABASE_URL: '' };
  const lamplight = await startChild(['bin/lamplight.js', 'serve'], env, /^ready /);
  const base = `${/^ready (\S+)/.exec(lamplight.line)![1]}/fhir`;
  const token = await tokenFor(env);
  const server = await attachServer({ dataDir });
  if (!server.ok || 'url' in server.value.connection) throw new Error('the embedded server is not there');
  const { host, port, user, password, database } = server.value.connection;
  const postmaster = server.value.pid!;
  const admin = new pg.Client({ host, port, user, password, database });
  await admin.connect();
  await admin.query('create database floor');
  const emptyBytes = await databaseBytes(admin, database!);
  const floorPort = 18_000 + Math.floor(Math.random() * 2_000);
  const floorUrl = `postgres://${user}:${encodeURIComponent(password!)}@/floor?host=${encodeURIComponent(host!)}&port=${port}`;
  const floor = await startChild(['dist/bench/fhir/floor.js', String(floorPort)], { DATABASE_URL: floorUrl }, /ready/);

  const measure = (pid: number, url: string, requests: autocannon.Request[], connections: number): Promise<Measure> =>
    cannon(pid, postmaster, url, token, requests, connections);
  const rows: [name: string, measure: Measure, against: Measure, needs: number | undefined][] = [];
  const loaded = await load(base, token, lamplight.pid, postmaster);
  await admin.query('checkpoint');
  const bytes = ((await databaseBytes(admin, database!)) - emptyBytes) / loaded.resources;

  const ids = await patientIds(base, token);
  const floorBase = `http://127.0.0.1:${floorPort}`;
  await measure(floor.pid, floorBase, [{ method: 'GET', path: '/1' }], 16);
  const floorRead = await measure(floor.pid, floorBase, [{ method: 'GET', path: '/1' }], 32);
  const floorInsert = await measure(
    floor.pid,
    floorBase,
    [{ method: 'POST', path: '/', body: JSON.stringify({ resourceType: 'Observation', text: 'a'.repeat(600) }) }],
    32,
  );
  const work = workOf(ids);
  await measure(lamplight.pid, base, work.read, 16);
  rows.push(['floor: read by key', floorRead, floorRead, undefined]);
  rows.push(['floor: insert of one row', floorInsert, floorInsert, undefined]);
  rows.push(['GET Patient/id', await measure(lamplight.pid, base, work.read, 32), floorRead, 1]);
  rows.push(['Patient?family=', await measure(lamplight.pid, base, work.family, 32), floorRead, 0.5]);
  rows.push(['Observation?patient&code&_sort=-date', await measure(lamplight.pid, base, work.code, 32), floorRead, 0.5]);
  rows.push(['POST Observation', await measure(lamplight.pid, base, work.create, 32), floorInsert, 0.3]);
  rows.push(['PUT Patient (+ history)', await measure(lamplight.pid, base, work.update, 32), floorInsert, 0.25]);

  const print = (cells: (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
  console.log(
    `\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${loaded.resources} resources, ${seconds} s each, c=32\n`,
  );
  print(['work', 'rate/s', 'CPU ms/op server', 'CPU ms/op database', 'p50 ms', 'p99 ms', 'failed', '÷ floor', '÷ floor by CPU', 'bar']);
  print(Array.from({ length: 10 }, () => '---'));
  for (const [name, one, against, needs] of rows) {
    const byCpu = (against.serverMs + against.databaseMs) / (one.serverMs + one.databaseMs);
    print([
      name,
      Math.round(one.rps),
      one.serverMs.toFixed(3),
      one.databaseMs.toFixed(3),
      one.p50,
      one.p99,
      one.bad,
      (one.rps / against.rps).toFixed(2),
      byCpu.toFixed(2),
      needs === undefined ? '' : `≥ ${needs}`,
    ]);
  }
  const perInsert = loaded.perSecond / floorInsert.rps;
  print([
    'transaction of 100, c=4, resources',
    Math.round(loaded.perSecond),
    loaded.serverMs.toFixed(3),
    loaded.databaseMs.toFixed(3),
    '',
    '',
    loaded.bad,
    perInsert.toFixed(2),
    ((floorInsert.serverMs + floorInsert.databaseMs) / (loaded.serverMs + loaded.databaseMs)).toFixed(2),
    '≥ 0.6',
  ]);
  console.log(
    `\nmemory of the server after the run: ${rssMb(lamplight.pid)} MB (bar ≤ 300)\ndisk: ${Math.round(bytes)} B a resource (bar ≤ 2700)`,
  );
  await admin.end();
}

async function tokenFor(env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, ['bin/lamplight.js', 'token', '--role', 'administrator'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  await once(child, 'close');
  return out.trim();
}

async function databaseBytes(admin: pg.Client, name: string): Promise<number> {
  const { rows } = await admin.query<{ n: string }>('select pg_database_size($1) as n', [name]);
  return Number(rows[0]!.n);
}

const headers = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/fhir+json',
  accept: 'application/fhir+json',
});

async function load(base: string, token: string, pid: number, postmaster: number) {
  const agent = new Agent({ connections: 8 });
  const all = [...bundles(patients)];
  const send = async (body: string): Promise<number> => {
    const response = await request(base, { method: 'POST', headers: headers(token), body, dispatcher: agent });
    const answer = (await response.body.json()) as { entry?: { response?: { status?: string } }[] };
    if (response.statusCode !== 200) console.error(`refused with ${response.statusCode}: ${JSON.stringify(answer).slice(0, 300)}`);
    return response.statusCode === 200 ? (answer.entry ?? []).filter((entry) => entry.response?.status?.startsWith('20')).length : 0;
  };
  for (const body of all.slice(0, 10)) await send(body);
  const before = { at: performance.now(), cpu: cpuMs(pid), backends: backends(postmaster) };
  const queue = all.slice(10);
  let stored = 0;
  const worker = async (): Promise<void> => {
    for (let body = queue.shift(); body !== undefined; body = queue.shift()) {
      // Read after the wait, not before it: the workers count together.
      const done = await send(body);
      stored += done;
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  const s = (performance.now() - before.at) / 1000;
  const expected = all.slice(10).reduce((sum, body) => sum + (JSON.parse(body) as { entry: unknown[] }).entry.length, 0);
  return {
    resources: expected + 1000,
    perSecond: stored / s,
    serverMs: (cpuMs(pid) - before.cpu) / stored,
    databaseMs: cpuSince(before.backends, postmaster) / stored,
    bad: expected - stored,
  };
}

async function patientIds(base: string, token: string): Promise<string[]> {
  const response = await request(`${base}/Patient?_count=100`, { headers: headers(token) });
  const bundle = (await response.body.json()) as { entry: { resource: { id: string } }[] };
  return bundle.entry.map((entry) => entry.resource.id);
}

function workOf(ids: string[]): Record<'read' | 'family' | 'code' | 'create' | 'update', autocannon.Request[]> {
  const observation = (id: string, i: number): string =>
    JSON.stringify({
      resourceType: 'Observation',
      status: 'final',
      category: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs', display: 'Vital signs' }] },
      ],
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }], text: 'Heart rate' },
      subject: { reference: `Patient/${id}` },
      effectiveDateTime: '2026-01-02T03:04:05Z',
      valueQuantity: { value: 60 + (i % 60), unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
    });
  const families = [
    ...new Set(
      [...bundles(20)].map(
        (body) => (JSON.parse(body) as { entry: { resource: { name?: { family: string }[] } }[] }).entry[0]!.resource.name![0]!.family,
      ),
    ),
  ];
  let turn = 0;
  return {
    read: ids.map((id) => ({ method: 'GET', path: `/fhir/Patient/${id}` })),
    family: families.map((family) => ({ method: 'GET', path: `/fhir/Patient?family=${family}` })),
    code: ids.map((id, i) => ({
      method: 'GET',
      path: `/fhir/Observation?patient=Patient/${id}&code=http://loinc.org%7C${measured[i % measured.length]![0]}&_sort=-date&_count=20`,
    })),
    create: ids.map((id, i) => ({ method: 'POST', path: '/fhir/Observation', body: observation(id, i) })),
    update: [
      {
        method: 'PUT',
        path: '/',
        setupRequest: (given) => {
          const i = turn++;
          const id = ids[i % ids.length]!;
          const body = {
            resourceType: 'Patient',
            id,
            active: true,
            name: [{ use: 'official', family: families[i % 20], given: ['Ana', 'Ben'] }],
            gender: 'female',
            birthDate: `19${20 + (i % 80)}-0${1 + (i % 9)}-11`,
            address: [{ line: ['1 Main Street'], city: 'Riverton', state: 'MA', postalCode: '01234', country: 'US' }],
            identifier: [{ system: 'http://hospital.example/mrn', value: `MRN${100_000 + (i % ids.length)}` }],
          };
          return { ...given, path: `/fhir/Patient/${id}`, body: JSON.stringify(body) };
        },
      },
    ],
  };
}

async function cannon(
  pid: number,
  postmaster: number,
  url: string,
  token: string,
  requests: autocannon.Request[],
  connections: number,
): Promise<Measure> {
  const before = { cpu: cpuMs(pid), backends: backends(postmaster) };
  const result = await autocannon({
    url: new URL(url).origin,
    connections,
    duration: seconds,
    requests: requests.map((one) => ({ headers: headers(token), ...one })),
  });
  const done = result['2xx'];
  return {
    rps: result.requests.average,
    serverMs: (cpuMs(pid) - before.cpu) / done,
    databaseMs: cpuSince(before.backends, postmaster) / done,
    p50: result.latency.p50,
    p99: result.latency.p99,
    bad: result.non2xx + result.errors,
  };
}

try {
  await main();
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'close') : undefined)));
  rmSync(dataDir, { recursive: true, force: true });
}
