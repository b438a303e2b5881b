// The FHIR API of a running Lamplight as the ward's own programs use it: who somebody is there is asked by the record number, visits by
// their visit number, and what was measured or written goes in as one transaction that may be sent again without adding anything.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bundle, Encounter, Patient, Resource } from '../../../src/fhir/generated/types.ts';
import { bundleOf } from '../../bundle.ts';
import { mrnSystem } from '../../identity.ts';
import { visitSystem } from '../visits.ts';
import type { Happening, Person, Visit } from '../world.ts';

/** Tries to find somebody by his number, with pauses that grow: about two minutes. */
const triesMax = 10;
/** Between tries to put something to a server that is busy or away: a little more than two minutes in all. */
const pausesMs = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000];

export interface FhirSpeaker {
  say(happening: Happening): Promise<'taken' | 'refused' | 'away'>;
  get<R extends Resource>(path: string): Promise<R | undefined>;
  /** What it was refused for; undefined: it was taken. Tried again while the server is busy or away. */
  put(bundle: Bundle): Promise<string | undefined>;
  /** Says which ids somebody and a visit have there, where that is known already. */
  know(simulated: string, there: string): void;
}

export function fhirSpeaker(base: string, token: () => string): FhirSpeaker {
  const there = new Map<string, string>();
  const tries = new WeakMap<Happening, number>();
  async function ask(path: string, init: RequestInit = {}): Promise<Response | undefined> {
    try {
      return await fetch(`${base}${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${token()}`,
          accept: 'application/fhir+json',
          'content-type': 'application/fhir+json',
          prefer: 'return=minimal',
        },
        signal: AbortSignal.timeout(30_000),
      });
    } catch {
      return undefined;
    }
  }
  async function get<R extends Resource>(path: string): Promise<R | undefined> {
    const response = await ask(path);
    if (response === undefined) return undefined;
    const text = await response.text();
    return response.ok ? (JSON.parse(text) as R) : undefined;
  }
  async function idOf(type: 'Patient' | 'Encounter', simulated: string, system: string, value: string): Promise<string | undefined> {
    const known = there.get(simulated);
    if (known !== undefined) return known;
    const found = await get<Bundle>(`/${type}?identifier=${encodeURIComponent(`${system}|${value}`)}&_elements=id&_count=1`);
    const resource = found?.entry?.[0]?.resource as Patient | Encounter | undefined;
    if (resource?.id === undefined) return undefined;
    const id = `${type}/${resource.id}`;
    there.set(simulated, id);
    // Somebody who comes seldom need not be remembered for ever.
    if (there.size > 20_000) there.delete(there.keys().next().value ?? '');
    return id;
  }
  const patientOf = ({ chart, mrn }: Person) => idOf('Patient', `Patient/${chart.patient.id}`, mrnSystem, mrn);
  const visitOf = (visit: Visit) => idOf('Encounter', `Encounter/${visit.encounter.id}`, visitSystem, visit.number);
  async function sent(body: string): Promise<{ state: 'taken' | 'refused' | 'away'; said: string }> {
    const response = await ask('', { method: 'POST', body });
    // The connection may also break in the midst of the answer.
    const said = await response?.text().catch(() => undefined);
    if (response === undefined || said === undefined) return { state: 'away', said: 'no answer' };
    if (response.ok) return { state: 'taken', said };
    return {
      state: response.status === 429 || response.status >= 500 ? 'away' : 'refused',
      said: `${response.status} ${said.slice(0, 300)}`,
    };
  }
  const send = async (body: string): Promise<'taken' | 'refused' | 'away'> => (await sent(body)).state;
  return {
    get,
    know: (simulated, real) => void there.set(simulated, real),
    async put(bundle) {
      const body = JSON.stringify(bundle);
      for (let tries = 0; ; tries++) {
        const { state, said } = await sent(body);
        if (state === 'taken') return undefined;
        const pauseMs = pausesMs[tries];
        if (state === 'refused' || pauseMs === undefined) return said;
        await sleep(pauseMs);
      }
    },
    async say(happening) {
      const { person, visit, resources } = happening;
      const others = resources.filter(({ resourceType }) => resourceType !== 'Patient');
      if (others.length === 0) return 'taken';
      const [patient, encounter] = [await patientOf(person), visit === undefined ? undefined : await visitOf(visit)];
      // The message that makes them is on its way; where it was refused, nobody will ever be known by it.
      if (patient === undefined || (visit !== undefined && encounter === undefined)) {
        const tried = (tries.get(happening) ?? 0) + 1;
        tries.set(happening, tried);
        return tried > triesMax ? 'refused' : 'away';
      }
      let text = JSON.stringify(bundleOf(others)).replaceAll(`"Patient/${person.chart.patient.id}"`, `"${patient}"`);
      if (visit !== undefined && encounter !== undefined) text = text.replaceAll(`"Encounter/${visit.encounter.id}"`, `"${encounter}"`);
      return send(text);
    },
  };
}
