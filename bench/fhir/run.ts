// npm run bench -- fhir [rounds] [patients] [seconds]: the work of a FHIR server from outside over HTTP, beside the floor of
// the same run.
//
// Starts Lamplight (one process, access control, audit, validation, the modules and all indexes on) and the floor on the same
// embedded PostgreSQL. Each work is measured in short rounds, the floor right before it in each, because a shared machine
// changes its speed within seconds; the table has the medians of the rounds and of the ratios within a round.
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

const rounds = Number(process.argv[2] ?? 7);
const patients = Number(process.argv[3] ?? 100);
const seconds = Number(process.argv[4] ?? 2);
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
  const ids: string[] = [];
  const floorBase = `http://127.0.0.1:${floorPort}`;
  const floorOf = (kind: 'read' | 'insert'): Promise<Measure> =>
    measure(floor.pid, floorBase, kind === 'read' ? floorRead : floorInsert, 32);
  const table: Row[] = [];
  const inRounds = async (name: string, kind: 'read' | 'insert', needs: number, one: () => Promise<Measure | undefined>): Promise<void> => {
    const work: Measure[] = [];
    const against: Measure[] = [];
    for (let i = 0; i < rounds; i++) {
      const before = await floorOf(kind);
      const measured = await one();
      if (measured === undefined) break;
      against.push(before);
      work.push(measured);
    }
    table.push({ name, kind, needs, work, against });
  };

  for (const kind of ['read', 'insert'] as const) await floorOf(kind);
  const all = [...bundles(patients)];
  await load(base, token, lamplight.pid, postmaster, all.splice(0, 10));
  // As many Bundles in a round as there are for all of them.
  const perRound = Math.ceil(all.length / rounds);
  await inRounds('transaction of 100, c=4, resources', 'insert', 0.6, async () =>
    all.length === 0 ? undefined : load(base, token, lamplight.pid, postmaster, all.splice(0, perRound)),
  );
  await admin.query('checkpoint');
  // With what the modules made of it, and every version, audit row and change.
  const { rows } = await admin.query<{ n: string; text: number }>(
    'select count(*) as n, avg(octet_length(body))::int as text from resource',
  );
  const bytes = ((await databaseBytes(admin, database!)) - emptyBytes) / Number(rows[0]!.n);

  ids.push(...(await patientIds(base, token)));
  const work = workOf(ids);
  const shapes = [
    ['GET Patient/id', 'read', 1, work.read],
    ['Patient?family=', 'read', 0.5, work.family],
    ['Observation?patient&code&_sort=-date', 'read', 0.5, work.code],
    ['POST Observation', 'insert', 0.3, work.create],
    ['PUT Patient (+ history)', 'insert', 0.25, work.update],
  ] as const;
  for (const [name, kind, needs, requests] of shapes) {
    await measure(lamplight.pid, base, requests, 32);
    await inRounds(name, kind, needs, () => measure(lamplight.pid, base, requests, 32));
  }

  printTable(table);
  console.log(
    `\nmemory of the server after the run: ${rssMb(lamplight.pid)} MB (bar ≤ 300)\ndisk: ${Math.round(bytes)} B for each of ${rows[0]!.n} resources of ${rows[0]!.text} B of text on average (bar ≤ 2700 for 727 B)`,
  );
  await admin.end();
}

interface Row {
  name: string;
  kind: 'read' | 'insert';
  needs: number;
  work: Measure[];
  against: Measure[];
}

const floorRead: autocannon.Request[] = [{ method: 'GET', path: '/1' }];
const floorInsert: autocannon.Request[] = [
  { method: 'POST', path: '/', body: JSON.stringify({ resourceType: 'Observation', text: 'a'.repeat(600) }) },
];

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const of = (measures: Measure[], what: keyof Measure): number => median(measures.map((one) => one[what]));

function printTable(table: Row[]): void {
  const print = (cells: (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
  const says = (name: string, work: Measure[]): (string | number)[] => [
    name,
    Math.round(of(work, 'rps')),
    of(work, 'serverMs').toFixed(3),
    of(work, 'databaseMs').toFixed(3),
    of(work, 'p50'),
    of(work, 'p99'),
    work.reduce((sum, { bad }) => sum + bad, 0),
  ];
  const day = new Date().toISOString().slice(0, 10);
  console.log(`\n${day}, Node ${process.version}, ${patients * 100} resources, ${rounds} rounds of ${seconds} s each, c=32, medians\n`);
  print([
    'work',
    'rate/s',
    'CPU ms/op server',
    'CPU ms/op database',
    'p50 ms',
    'p99 ms',
    'failed',
    '÷ floor',
    'of the rounds, lowest to highest',
    '÷ floor by CPU',
    'bar',
  ]);
  print(Array.from({ length: 11 }, () => '---'));
  for (const kind of ['read', 'insert'] as const) {
    const floor = table.filter((row) => row.kind === kind).flatMap((row) => row.against);
    print([...says(`floor: ${kind === 'read' ? 'read by key' : 'insert of one row'}`, floor), '1.00', '', '1.00', '']);
  }
  for (const { name, needs, work, against } of table) {
    const rates = work.map((one, i) => one.rps / against[i]!.rps);
    const cpu = work.map((one, i) => (against[i]!.serverMs + against[i]!.databaseMs) / (one.serverMs + one.databaseMs));
    const range = `${Math.min(...rates).toFixed(2)} to ${Math.max(...rates).toFixed(2)}`;
    print([...says(name, work), median(rates).toFixed(2), range, median(cpu).toFixed(2), `≥ ${needs}`]);
  }
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

/** Sends Bundles, four at a time. A rate of resources. */
async function load(base: string, token: string, pid: number, postmaster: number, all: string[]): Promise<Measure> {
  const agent = new Agent({ connections: 8 });
  const expected = all.reduce((sum, body) => sum + (JSON.parse(body) as { entry: unknown[] }).entry.length, 0);
  const took: number[] = [];
  const send = async (body: string): Promise<number> => {
    const at = performance.now();
    const response = await request(base, { method: 'POST', headers: headers(token), body, dispatcher: agent });
    const answer = (await response.body.json()) as { entry?: { response?: { status?: string } }[] };
    took.push(performance.now() - at);
    if (response.statusCode !== 200) console.error(`refused with ${response.statusCode}: ${JSON.stringify(answer).slice(0, 300)}`);
    return response.statusCode === 200 ? (answer.entry ?? []).filter((entry) => entry.response?.status?.startsWith('20')).length : 0;
  };
  const before = { at: performance.now(), cpu: cpuMs(pid), backends: backends(postmaster) };
  const queue = [...all];
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
  await agent.close();
  took.sort((a, b) => a - b);
  return {
    rps: stored / s,
    serverMs: (cpuMs(pid) - before.cpu) / stored,
    databaseMs: cpuSince(before.backends, postmaster) / stored,
    p50: Math.round(took[took.length >> 1]!),
    p99: Math.round(took.at(-1)!),
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
