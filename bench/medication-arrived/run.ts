// npm run bench -- medication-arrived [seconds] [a second] [patients]: orders of another program, written by FHIR at a steady rate
// while the module looks at each after its commit. Every patient takes 15 drugs. The floor of the same run are the same writes with
// a date of last month: history, which the module passes over. CPU is counted until the module stands behind the last order.
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type Stand, stand } from '../../test/calls.ts';
import { tokenFor } from '../../test/running-server.ts';
import { parentOf } from '../fhir/processes.ts';
import { type Measured, measured, medication, results, steadily, taken, transaction } from '../medication/load.ts';

const [seconds = '20', rate = '200', patients = '250', profile = ''] = process.argv.slice(2);

/** Two in ten are dangerous beside what is taken; the others are what is ordered every day. */
const orders = [
  'ibuprofen 600 mg po tid',
  'loratadine 10 mg po daily',
  'docusate 100 mg po bid',
  'folic acid 1 mg po daily',
  'cholecalciferol 1000 units po daily',
  'clarithromycin 500 mg po bid',
  'thiamine 100 mg po daily',
  'senna 8.6 mg po qhs',
  'cyanocobalamin 1000 mcg po daily',
  'melatonin 3 mg po qhs',
];

async function fill({ call }: Stand): Promise<void> {
  const one = async (i: number): Promise<void> => {
    const id = `ward-${i}`;
    const resources: object[] = [
      { resourceType: 'Patient', id, gender: 'male', birthDate: '1955-03-04' },
      ...taken.map((text) => medication(text, id)),
      // Older than a week: results that are loaded, which nobody is warned of.
      ...Array.from({ length: 15 }, (_, at) => measured(results[at % results.length]!, 8 + Math.floor(at / results.length), id)),
      measured(['29463-7', 82, 'kg'], 8, id),
      measured(['8302-2', 176, 'cm'], 8, id),
      {
        resourceType: 'AllergyIntolerance',
        patient: { reference: `Patient/${id}` },
        clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
        code: { text: 'penicillin' },
      },
    ];
    const answer = await call('POST', '/fhir', { body: transaction(resources) });
    if (answer.status !== 200) throw new Error(answer.text.slice(0, 500));
  };
  for (let from = 0; from < Number(patients); from += 8)
    await Promise.all(Array.from({ length: Math.min(8, Number(patients) - from) }, (_, i) => one(from + i)));
}

async function main(): Promise<void> {
  const here = await stand(profile === '' ? {} : { nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${profile}`] });
  try {
    await fill(here);
    const token = await tokenFor(here.database, { role: 'clinician' });
    const dispatcher = new Agent({ connections: 32, pipelining: 1 });
    const committed = new Map<string, number>();
    const write = (authoredMs: () => number) => async (i: number) => {
      const body = JSON.stringify(medication(orders[Math.floor(i / 7) % orders.length]!, `ward-${i % Number(patients)}`, authoredMs()));
      const answer = await request(`${here.server.address}/fhir/MedicationRequest`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
        body,
        dispatcher,
      });
      const said = (await answer.body.json()) as { id?: string; meta?: { lastUpdated?: string } };
      if (said.id !== undefined) committed.set(`MedicationRequest/${said.id}`, Date.parse(said.meta?.lastUpdated ?? ''));
      return answer.statusCode;
    };
    /** Until the module stands behind what is in the record now. */
    const settled = async (): Promise<void> => {
      const { rows } = await here.database.query<{ n: string }>({ text: 'select max(position)::text as n from change' });
      for (;;) {
        const there = await here.database.query<{ there: boolean }>({
          text: "select position >= $1::bigint as there from follower where name = 'module:medication-safety'",
          values: [rows[0]!.n],
        });
        if (there.rows[0]?.there === true) return;
        await sleep(100);
      }
    };
    const lastMonth = () => Date.now() - 30 * 86_400_000;
    for (let i = 0; i < 50; i++) await write(Date.now)(i);
    await settled();

    const { pid } = here.server.process;
    const { rows } = await here.database.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' });
    const load = { pid: pid!, postmaster: parentOf(rows[0]!.pid), seconds: Number(seconds), rate: Number(rate) };
    const floor = await steadily({ ...load, settled }, write(lastMonth));
    committed.clear();
    let caughtUpMs = 0;
    const followed = await steadily(
      {
        ...load,
        settled: async () => {
          const from = performance.now();
          await settled();
          caughtUpMs = performance.now() - from;
        },
      },
      write(Date.now),
    );
    const lags = await lagsOf(here, committed);
    const at = (share: number) => lags[Math.min(lags.length - 1, Math.floor(share * lags.length))] ?? Number.NaN;
    console.log(
      `\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores for all, load ${loadavg()[0]!.toFixed(1)}; ${rate} a second for ${seconds} s, ${patients} patients of 15 medications`,
    );
    const row = ({ p50, p99, cpuMsEach, databaseMsEach, sent, bad }: Measured) => ({
      sent,
      bad,
      'p50 ms': p50.toFixed(1),
      'p99 ms': p99.toFixed(1),
      'CPU ms each (server)': cpuMsEach.toFixed(2),
      '(PostgreSQL)': databaseMsEach.toFixed(2),
    });
    console.table({ 'written, passed over': row(floor), 'written, looked at': row(followed) });
    console.log(
      `looked at beside passed over: ${(followed.cpuMsEach / floor.cpuMsEach).toFixed(1)} times the CPU of the server, ${(followed.databaseMsEach / floor.databaseMsEach).toFixed(1)} times that of PostgreSQL`,
    );
    console.log(
      `told of ${lags.length} of ${committed.size} orders; from their commit to that of what is told p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; caught up ${caughtUpMs.toFixed(0)} ms after the last answer`,
    );
    await dispatcher.close();
  } finally {
    await here.end();
  }
}

/** From the commit of an order to that of the first DetectedIssue about it. */
async function lagsOf({ call }: Stand, committed: ReadonlyMap<string, number>): Promise<number[]> {
  const first = new Map<string, number>();
  for (let path: string | undefined = '/fhir/DetectedIssue?_count=1000'; path !== undefined; ) {
    const page = await call('GET', path);
    const { entry = [], link = [] } = JSON.parse(page.text) as {
      entry?: { resource: { implicated?: { reference?: string }[]; meta: { lastUpdated: string } } }[];
      link?: { relation: string; url: string }[];
    };
    for (const { resource } of entry) {
      // The order that was looked at stands first, the others beside it.
      const reference = resource.implicated?.[0]?.reference ?? '';
      const ms = Date.parse(resource.meta.lastUpdated);
      if (committed.has(reference) && ms < (first.get(reference) ?? Number.POSITIVE_INFINITY)) first.set(reference, ms);
    }
    const next = link.find(({ relation }) => relation === 'next')?.url;
    path = next === undefined ? undefined : next.replace(/^https?:\/\/[^/]+/, '');
  }
  return [...first].map(([reference, ms]) => Math.max(0, ms - committed.get(reference)!)).sort((a, b) => a - b);
}

await main();
// The PostgreSQL of the tests goes on for whoever comes next.
process.exit(0);
