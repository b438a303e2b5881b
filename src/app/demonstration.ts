// The demonstration hospital in an empty record: the simulator's population, sent through the same transactions that any
// client would send. Marked in the record itself, so that it is never loaded twice and never into a record in use.

import { hospitalOf } from '../../simulator/hospital.ts';
import { generatePopulation } from '../../simulator/population.ts';
import type { Database } from '../database/contract.ts';
import { readJsonNow, writeJson } from '../fhir/json.ts';
import type { FhirContext, FhirRequest } from '../gateways/fhir-rest/contract.ts';
import { answer } from '../gateways/fhir-rest/router.ts';
import { namedUuid } from '../methods/named-uuid.ts';
import type { RecordStore } from '../record/contract.ts';

/** How many resources were loaded; 0 where the record already holds something. */
export async function loadDemonstration(
  database: Database,
  record: RecordStore,
  wish: { patients: number; seed: number; now(): Date },
): Promise<number> {
  const { rows } = await database.query<{ used: boolean }>({ text: 'select exists (select 1 from change) as used' });
  if (rows[0]!.used) return 0;
  const context: FhirContext = { record, base: 'http://localhost/fhir', limits: { bundleEntries: 100_000 } };
  let loaded = 0;
  let failure: string | undefined;
  const bundles = generatePopulation({ seed: wish.seed, patients: wish.patients, asOf: wish.now() });
  const worker = async (): Promise<void> => {
    for (const bundle of bundles) {
      const body = readJsonNow(writeJson(bundle), { maxEntryValues: 1_000_000 });
      if (!body.ok) throw new Error(body.problem.message);
      const response = await answer(requestOf(body.value), context);
      if (response.status !== 200) failure ??= response.body;
      loaded += bundle.entry?.length ?? 0;
      if (failure !== undefined) return;
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  if (failure !== undefined) throw new Error(`The demonstration could not be loaded: ${failure}`);
  return loaded;
}

/** Whether this record holds the demonstration of a seed: its hospital is there. */
export async function holdsDemonstration(record: RecordStore, seed: number): Promise<boolean> {
  const context: FhirContext = { record, base: 'http://localhost/fhir', limits: { bundleEntries: 100_000 } };
  const id = hospitalOf(seed, 1).bundle.entry?.[0]?.resource?.id ?? '';
  const response = await answer({ ...requestOf(undefined), method: 'GET', path: ['Organization', id] }, context);
  return response.status === 200;
}

const requestOf = (body: FhirRequest['body']): FhirRequest => ({
  method: 'POST',
  path: [],
  query: [],
  headers: { prefer: 'return=minimal' },
  body,
  caller: {
    person: { id: namedUuid('account', 'demonstration'), name: 'demonstration', role: 'administrator' },
    purpose: 'HSYSADMIN',
    from: 'lamplight',
    request: 'demonstration',
  },
});
