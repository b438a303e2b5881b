// What people ask a record, asked of two in turns, one request at a time: the time of each as its user has it, without a queue
// before it, and other work on the machine falls on both alike.
import { Agent, request } from 'undici';

export interface Place {
  base: string;
  token: string;
}

export interface Timed {
  p50Ms: number;
  p90Ms: number;
  /** Resources of an answer, on average: nothing is quick that finds nothing. */
  found: number;
}

interface Known {
  patients: string[];
  families: string[];
  birthDates: string[];
  identifiers: string[];
}

const loinc = 'http://loinc.org%7C';
const codes = ['8867-4', '8480-6', '8310-5', '9279-1', '2708-6', '2160-0', '718-7', '2823-3'];
const times = 200;

type Shape = (known: Known, i: number) => string;
const at = (list: readonly string[], i: number): string => encodeURIComponent(list[i % list.length]!);

const shapes: [name: string, path: Shape][] = [
  ['GET Patient/id', ({ patients }, i) => `Patient/${at(patients, i)}`],
  ['Patient?family=', ({ families }, i) => `Patient?family=${at(families, i)}`],
  [
    'Observation?patient&code&_sort=-date',
    ({ patients }, i) => `Observation?patient=Patient/${at(patients, i)}&code=${loinc}${at(codes, i)}&_sort=-date&_count=20`,
  ],
  ['Patient?identifier=', ({ identifiers }, i) => `Patient?identifier=${at(identifiers, i)}`],
  ['Patient?family&birthdate', ({ families, birthDates }, i) => `Patient?family=${at(families, i)}&birthdate=${at(birthDates, i)}`],
  ['Condition?patient=', ({ patients }, i) => `Condition?patient=Patient/${at(patients, i)}`],
  ['Encounter?patient&date=ge', ({ patients }, i) => `Encounter?patient=Patient/${at(patients, i)}&date=ge2025-01-01`],
  [
    'MedicationRequest?patient&_include',
    ({ patients }, i) => `MedicationRequest?patient=Patient/${at(patients, i)}&_include=MedicationRequest:encounter`,
  ],
  ['Observation?code&value-quantity=gt', (_, i) => `Observation?code=${loinc}8867-4&value-quantity=gt${100 + (i % 30)}&_count=20`],
  ['Observation?code&date (a day)', (_, i) => `Observation?code=${loinc}8867-4&date=2026-0${1 + (i % 9)}-1${i % 10}&_count=20`],
  [
    'Patient?_has:Condition:patient:code',
    (_, i) =>
      `Patient?_has:Condition:patient:code=http://hl7.org/fhir/sid/icd-10-cm%7C${['I10', 'E11.9', 'J44.9', 'I50.9'][i % 4]}&_count=20`,
  ],
  [
    'Observation?patient&_sort=-_lastUpdated',
    ({ patients }, i) => `Observation?patient=Patient/${at(patients, i)}&_sort=-_lastUpdated&_count=20`,
  ],
  ['Patient?_sort=family', () => 'Patient?_sort=family&_count=20'],
];

const headers = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}`, accept: 'application/fhir+json' });

export async function timeSearches(places: readonly Place[]): Promise<{ name: string; timed: Timed[] }[]> {
  const agent = new Agent({ connections: 1 });
  const get = async ({ base, token }: Place, path: string): Promise<string> => {
    const response = await request(`${base}/${path}`, { headers: headers(token), dispatcher: agent });
    const text = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode}: ${text.slice(0, 300)}`);
    return text;
  };
  const asked = await Promise.all(
    places.map(async (place) => ({ place, known: knownFrom(await get(place, 'Patient?_count=100')), took: [0], found: 0 })),
  );
  const results: { name: string; timed: Timed[] }[] = [];
  for (const [name, path] of shapes) {
    for (const one of asked) {
      for (let i = 0; i < 20; i++) await get(one.place, path(one.known, i));
      one.took = [];
      one.found = 0;
    }
    for (let i = 0; i < times; i++) {
      for (const one of asked) {
        const started = performance.now();
        const text = await get(one.place, path(one.known, i * 7));
        one.took.push(performance.now() - started);
        one.found += text.includes('"searchset"') ? text.split('"fullUrl"').length - 1 : 1;
      }
    }
    const timed = asked.map(({ took, found }) => {
      took.sort((a, b) => a - b);
      return { p50Ms: took[times >> 1]!, p90Ms: took[Math.floor(times * 0.9)]!, found: found / times };
    });
    results.push({ name, timed });
  }
  await agent.close();
  return results;
}

interface FoundPatient {
  id: string;
  name?: { family?: string }[];
  birthDate?: string;
  identifier?: { value?: string }[];
}

function knownFrom(text: string): Known {
  const { entry } = JSON.parse(text) as { entry: { resource: FoundPatient }[] };
  const all = entry.map(({ resource }) => resource);
  const each = (of: (patient: FoundPatient) => string | undefined): string[] => all.map(of).filter((value) => value !== undefined);
  return {
    patients: all.map(({ id }) => id),
    families: each((one) => one.name?.[0]?.family),
    birthDates: each((one) => one.birthDate),
    identifiers: each((one) => one.identifier?.[0]?.value),
  };
}
