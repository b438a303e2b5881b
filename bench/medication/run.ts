// npm run bench -- medication [seconds] [a second]: a call of order-sign for a patient of the record with 15 medications and 50
// results, sent at a steady rate whatever the answers take, and beside it the writing of an order without checks at the same
// rate. The bar is p99 < 100 ms at 200 orders a second on two cores.
import { availableParallelism } from 'node:os';
import { Agent, request } from 'undici';
import { type Stand, stand } from '../../test/calls.ts';
import { tokenFor } from '../../test/running-server.ts';
import { parentOf } from '../fhir/processes.ts';
import { type Measured, measured, medication, results, steadily, taken, transaction } from './load.ts';

const [seconds = '10', rate = '200'] = process.argv.slice(2);

const drafts = [
  'ibuprofen 600 mg po tid',
  'clarithromycin 500 mg po bid',
  'amoxicillin 500 mg po tid',
  'spironolactone 25 mg po daily',
  'loratadine 10 mg po daily',
];
async function fill({ call }: Stand): Promise<void> {
  const resources: object[] = [
    { resourceType: 'Patient', id: 'ward', gender: 'male', birthDate: '1955-03-04' },
    ...taken.map((text) => medication(text)),
    ...Array.from({ length: 50 }, (_, i) => measured(results[i % results.length]!, Math.floor(i / results.length))),
    measured(['29463-7', 82, 'kg'], 2),
    measured(['8302-2', 176, 'cm'], 2),
    {
      resourceType: 'AllergyIntolerance',
      patient: { reference: 'Patient/ward' },
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
      code: { text: 'penicillin' },
    },
  ];
  const answer = await call('POST', '/fhir', { body: transaction(resources) });
  if (answer.status !== 200) throw new Error(answer.text.slice(0, 500));
}

async function main(): Promise<void> {
  const here = await stand();
  try {
    await fill(here);
    const token = await tokenFor(here.database, { role: 'clinician' });
    const dispatcher = new Agent({ connections: 32, pipelining: 1 });
    const post = async (path: string, type: string, body: string): Promise<number> => {
      const answer = await request(`${here.server.address}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': type },
        body,
        dispatcher,
      });
      await answer.body.text();
      return answer.statusCode;
    };
    const calls = drafts.map((text) =>
      JSON.stringify({
        hook: 'order-sign',
        hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
        context: {
          userId: 'Practitioner/one',
          patientId: 'ward',
          draftOrders: { resourceType: 'Bundle', entry: [{ resource: { ...medication(text), id: 'draft', status: 'draft' } }] },
        },
      }),
    );
    const bodies = drafts.map((text) => JSON.stringify({ ...medication(text), subject: { reference: 'Patient/other' } }));
    await here.call('PUT', '/fhir/Patient/other', { body: { resourceType: 'Patient', id: 'other' } });
    const check = (i: number) => post('/cds-services/lamplight-order-sign', 'application/json', calls[i % calls.length]!);
    const write = (i: number) => post('/fhir/MedicationRequest', 'application/fhir+json', bodies[i % bodies.length]!);
    for (let i = 0; i < 100; i++) await Promise.all([check(i), write(i)]);
    const { pid } = here.server.process;
    const { rows } = await here.database.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' });
    const postmaster = parentOf(rows[0]!.pid);
    const load = { pid: pid!, postmaster, seconds: Number(seconds), rate: Number(rate) };
    const [writing, checking] = [await steadily(load, write), await steadily(load, check)];
    console.log(
      `\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores for all; ${rate} a second for ${seconds} s, 15 medications, 50 results`,
    );
    const row = ({ p50, p99, longest, cpuMsEach, databaseMsEach, sent, bad }: Measured) => ({
      sent,
      bad,
      'p50 ms': p50.toFixed(1),
      'p99 ms': p99.toFixed(1),
      'longest ms': longest.toFixed(1),
      'CPU ms each (server)': cpuMsEach.toFixed(2),
      '(PostgreSQL)': databaseMsEach.toFixed(2),
    });
    console.table({ 'order written, no checks': row(writing), 'order-sign, all checks': row(checking) });
    console.log(
      `a checked order beside a written one: ${(checking.p50 / writing.p50).toFixed(1)} times at p50, ${(checking.p99 / writing.p99).toFixed(1)} at p99, ${(checking.cpuMsEach / writing.cpuMsEach).toFixed(1)} times the CPU`,
    );
    await dispatcher.close();
  } finally {
    await here.end();
  }
}

await main();
// The PostgreSQL of the tests goes on for whoever comes next.
process.exit(0);
