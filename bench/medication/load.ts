// Who the benchmarks of medication safety speak of: a patient with 15 medications and results; and how they ask, by the clock.
import { setTimeout as sleep } from 'node:timers/promises';
import { backends, cpuMs, cpuSince } from '../fhir/processes.ts';

export const taken = [
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

export const results: [string, number, string][] = [
  ['2160-0', 1.3, 'mg/dL'],
  ['2823-3', 4.6, 'mmol/L'],
  ['2951-2', 138, 'mmol/L'],
  ['6301-6', 2.4, '{INR}'],
  ['777-3', 210, '10*3/uL'],
];

/** Written a month ago, where nothing else is said: history to whoever follows. */
export const medication = (text: string, patient = 'ward', authoredMs = Date.now() - 30 * 86_400_000) => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: `Patient/${patient}` },
  authoredOn: new Date(authoredMs).toISOString(),
  medicationCodeableConcept: { text: text.split(/ \d/)[0] },
  dosageInstruction: [{ text }],
});

export const measured = ([code, value, unit]: [string, number, string], daysAgo: number, patient = 'ward') => ({
  resourceType: 'Observation',
  status: 'final',
  subject: { reference: `Patient/${patient}` },
  code: { coding: [{ system: 'http://loinc.org', code }] },
  effectiveDateTime: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
  valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
});

export const transaction = (resources: readonly object[]): object => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => {
    const { resourceType, id } = resource as { resourceType: string; id?: string };
    return {
      resource,
      request: id === undefined ? { method: 'POST', url: resourceType } : { method: 'PUT', url: `${resourceType}/${id}` },
    };
  }),
});

export interface Measured {
  p50: number;
  p99: number;
  longest: number;
  cpuMsEach: number;
  /** Of PostgreSQL. */
  databaseMsEach: number;
  sent: number;
  bad: number;
}

export interface Load {
  pid: number;
  postmaster: number;
  seconds: number;
  rate: number;
  /** What is waited for before the CPU is counted: work that goes on behind the answers. */
  settled?: () => Promise<void>;
}

/** Sent by the clock: an answer that is late delays no later question. */
export async function steadily({ pid, postmaster, seconds, rate, settled }: Load, ask: (i: number) => Promise<number>): Promise<Measured> {
  const times: number[] = [];
  const open: Promise<void>[] = [];
  let bad = 0;
  const count = seconds * rate;
  const cpu = cpuMs(pid);
  const database = backends(postmaster);
  const begin = performance.now();
  for (let i = 0; i < count; i++) {
    const due = begin + (1000 * i) / rate;
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
  await settled?.();
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
