// npm run bench -- medication [seconds] [a second]: a call of order-sign for a patient of the record with 15 medications and 50
// results, sent at a steady rate whatever the answers take, and beside it the writing of an order without checks at the same
// rate. The bar is p99 < 100 ms at 200 orders a second on two cores.
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type Stand, stand } from '../../test/calls.ts';
import { tokenFor } from '../../test/running-server.ts';
import { backends, cpuMs, cpuSince, parentOf } from '../fhir/processes.ts';

const [seconds = '10', rate = '200'] = process.argv.slice(2);

const taken = [
  'warfarin 5 mg po daily',
  'metoprolol succinate 50 mg po daily',
  'lisinopril 20 mg po daily',
  'furosemide 40 mg po daily',
  'atorvastatin 40 mg po daily',
  'metformin 500 mg po bid',
  'insulin glargine 20 units subcut qhs',
  'omeprazole 20 mg po daily',
  'sertraline 50 mg po daily',
  'gabapentin 300 mg po tid',
  'tamsulosin 0.4 mg po qhs',
  'albuterol 2 puffs inhaled q4h prn',
  'acetaminophen 650 mg po q6h prn',
  'allopurinol 100 mg po daily',
  'potassium chloride 20 mEq po daily',
];
const drafts = [
  'ibuprofen 600 mg po tid',
  'clarithromycin 500 mg po bid',
  'amoxicillin 500 mg po tid',
  'spironolactone 25 mg po daily',
  'loratadine 10 mg po daily',
];
const results: [string, number, string][] = [
  ['2160-0', 1.3, 'mg/dL'],
  ['2823-3', 4.6, 'mmol/L'],
  ['2951-2', 138, 'mmol/L'],
  ['6301-6', 2.4, '{INR}'],
  ['777-3', 210, '10*3/uL'],
];

const medication = (text: string) => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/ward' },
  authoredOn: new Date(Date.now() - 30 * 86_400_000).toISOString(),
  medicationCodeableConcept: { text: text.split(/ \d/)[0] },
  dosageInstruction: [{ text }],
});

async function fill({ call }: Stand): Promise<void> {
  const resources: object[] = [{ resourceType: 'Patient', id: 'ward', gender: 'male', birthDate: '1955-03-04' }, ...taken.map(medication)];
  const measured = (code: string, value: number, unit: string, daysAgo: number) => ({
    resourceType: 'Observation',
    status: 'final',
    subject: { reference: 'Patient/ward' },
    code: { coding: [{ system: 'http://loinc.org', code }] },
    effectiveDateTime: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
    valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
  });
  for (let i = 0; i < 50; i++) {
    const [code, value, unit] = results[i % results.length]!;
    resources.push(measured(code, value, unit, Math.floor(i / results.length)));
  }
  resources.push(measured('29463-7', 82, 'kg', 2), measured('8302-2', 176, 'cm', 2));
  resources.push({
    resourceType: 'AllergyIntolerance',
    patient: { reference: 'Patient/ward' },
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    code: { text: 'penicillin' },
  });
  const entry = resources.map((resource) => {
    const { resourceType, id } = resource as { resourceType: string; id?: string };
    return {
      resource,
      request: id === undefined ? { method: 'POST', url: resourceType } : { method: 'PUT', url: `${resourceType}/${id}` },
    };
  });
  const answer = await call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'transaction', entry } });
  if (answer.status !== 200) throw new Error(answer.text.slice(0, 500));
}

interface Measured {
  p50: number;
  p99: number;
  longest: number;
  cpuMsEach: number;
  /** Of PostgreSQL. */
  databaseMsEach: number;
  sent: number;
  bad: number;
}

/** Sent by the clock: an answer that is late delays no later question. */
async function steadily(pid: number, postmaster: number, ask: (i: number) => Promise<number>): Promise<Measured> {
  const times: number[] = [];
  const open: Promise<void>[] = [];
  let bad = 0;
  const count = Number(seconds) * Number(rate);
  const cpu = cpuMs(pid);
  const database = backends(postmaster);
  const begin = performance.now();
  for (let i = 0; i < count; i++) {
    const due = begin + (1000 * i) / Number(rate);
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait);
    open.push(
      ask(i).then(
        (status) => {
          if (status >= 300) bad++;
          times.push(performance.now() - due);
        },
        () => {
          bad++;
        },
      ),
    );
  }
  await Promise.all(open);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
  return {
    p50: at(0.5),
    p99: at(0.99),
    longest: at(1),
    cpuMsEach: (cpuMs(pid) - cpu) / count,
    databaseMsEach: cpuSince(database, postmaster) / count,
    sent: count,
    bad,
  };
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
    const [writing, checking] = [await steadily(pid!, postmaster, write), await steadily(pid!, postmaster, check)];
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
