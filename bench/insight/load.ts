// People who write and read by FHIR while something else is measured.
import { performance } from 'node:perf_hooks';
import type { InsightStand } from './stand.ts';

/** p50, p99 and longest of milliseconds, in words. */
export function spread(ms: readonly number[]): string {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
}
export const p99 = (ms: readonly number[]): number => [...ms].sort((a, b) => a - b)[Math.floor(ms.length * 0.99)] ?? Number.NaN;

const observation = (value: number, patient: string): object => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: new Date().toISOString(),
  valueQuantity: { value, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
});

/** `writers` that post observations one after the other until it ends. */
export function writing({ call }: InsightStand, writers: number): { end(): Promise<{ perSecond: number }> } {
  let [going, written] = [true, 0];
  const begun = performance.now();
  const all = Array.from({ length: writers }, async () => {
    const made = await call('POST', '/fhir/Patient', { body: { resourceType: 'Patient' } });
    while (going) {
      await call('POST', '/fhir/Observation', { body: observation(60 + (written % 80), String(made.json?.['id'])) });
      written++;
    }
  });
  return {
    async end() {
      going = false;
      await Promise.all(all);
      return { perSecond: (written * 1000) / (performance.now() - begun) };
    },
  };
}

/** One write and two reads at a steady pace, whatever is answered: what waits is measured too (no coordinated omission). */
export async function steady({ call }: InsightStand, seconds: number, perSecond: number): Promise<{ reads: number[]; writes: number[] }> {
  const made = await call('POST', '/fhir/Patient', { body: { resourceType: 'Patient' } });
  const patient = String(made.json?.['id']);
  const [reads, writes]: [number[], number[]] = [[], []];
  const timed = async (into: number[], work: () => Promise<{ status: number }>): Promise<void> => {
    const begun = performance.now();
    const { status } = await work();
    if (status >= 300) throw new Error(`status ${status}`);
    into.push(performance.now() - begun);
  };
  const going: Promise<void>[] = [];
  const begun = performance.now();
  for (let n = 0; n < seconds * perSecond; n++) {
    const wait = begun + (n * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    if (n % 3 === 0) going.push(timed(writes, () => call('POST', '/fhir/Observation', { body: observation(60 + (n % 80), patient) })));
    else if (n % 3 === 1) going.push(timed(reads, () => call('GET', `/fhir/Patient/${patient}`)));
    else going.push(timed(reads, () => call('GET', `/fhir/Observation?patient=${patient}&_sort=-date&_count=10`)));
  }
  await Promise.all(going);
  return { reads, writes };
}
