// Clients that write all at once, as a hospital does: creates, updates on condition of a version, transactions of twenty
// entries with links between them, deletes, conditional creates. Each notes what it sent before and what it was told after.
import type { Resource } from '../../src/fhir/generated/types.ts';
import { type Chance, oneOf, whole } from './chance.ts';
import type { Ledger } from './ledger.ts';

export interface Workload {
  /** Writes that were answered so far. */
  answered(): number;
  /** Lets every client finish what it is doing, and ends. */
  end(): Promise<void>;
}

interface Known {
  type: 'Patient' | 'Observation';
  id: string;
  version: number;
}

interface Answer {
  status: number;
  body: string;
  etag: number | undefined;
  location: string | undefined;
}

const entriesPerTransaction = 20;

export function startWorkload(address: string, token: string, ledger: Ledger, random: Chance, clients: number): Workload {
  let running = true;
  let answered = 0;
  /** Resources that several clients change: their version checks meet. */
  const shared: Known[] = [];

  const send = async (method: string, path: string, headers: Record<string, string>, body?: object): Promise<Answer | undefined> => {
    try {
      const response = await fetch(`${address}/fhir${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });
      const text = await response.text();
      answered++;
      ledger.count(String(response.status));
      const etag = /^W\/"(\d+)"$/.exec(response.headers.get('etag') ?? '')?.[1];
      return {
        status: response.status,
        body: text,
        etag: etag === undefined ? undefined : Number(etag),
        location: response.headers.get('location') ?? undefined,
      };
    } catch {
      ledger.count('cut off');
      return undefined;
    }
  };

  /** 5xx may mean that the outcome is not known; a 4xx promises that nothing was done. */
  const told = (marker: string, answer: Answer | undefined): boolean => {
    const sent = ledger.sent.get(marker)!;
    if (answer === undefined || answer.status >= 500) return false;
    sent.told = answer.status < 300 ? 'done' : 'refused';
    return sent.told === 'done';
  };

  const operations: Record<string, (own: Known[], random: Chance) => Promise<void>> = {
    async create(own) {
      const marker = ledger.send(1);
      const answer = await send('POST', '/Patient', {}, patient(marker));
      if (!told(marker, answer)) return;
      const made = { type: 'Patient' as const, id: (JSON.parse(answer!.body) as { id: string }).id, version: answer!.etag! };
      ledger.acknowledged.push({ ...made, marker });
      (whole(random, 10) === 0 ? shared : own).push(made);
    },
    async update(own, chance) {
      const target = oneOf(chance, whole(chance, 3) === 0 && shared.length > 0 ? shared : own);
      if (target === undefined) return;
      const marker = ledger.send(1);
      const body = target.type === 'Patient' ? patient(marker) : observation(marker, 'Patient/none');
      const answer = await send('PUT', `/${target.type}/${target.id}`, { 'if-match': `W/"${target.version}"` }, { ...body, id: target.id });
      // Somebody else was quicker, or the answer before was lost: learn the version, so that the next try can succeed.
      if (answer?.status === 412) target.version = Number(/current version is (\d+)/.exec(answer.body)?.[1] ?? target.version);
      if (!told(marker, answer)) return;
      target.version = answer!.etag!;
      ledger.acknowledged.push({ type: target.type, id: target.id, version: target.version, marker });
    },
    async transaction(own, chance) {
      const target = oneOf(chance, own);
      const marker = ledger.send(entriesPerTransaction);
      const answer = await send('POST', '', {}, transaction(marker, target));
      if (!told(marker, answer)) return;
      const { entry } = JSON.parse(answer!.body) as { entry: { response: { location: string } }[] };
      for (const { response } of entry) {
        const [, type, id, version] = /\/(\w+)\/([^/]+)\/_history\/(\d+)$/.exec(response.location)!;
        const known = { type: type as 'Patient' | 'Observation', id: id!, version: Number(version) };
        ledger.acknowledged.push({ ...known, marker });
        if (target !== undefined && id === target.id) target.version = known.version;
        else if (whole(chance, 10) === 0) own.push(known);
      }
    },
    async remove(own, chance) {
      if (own.length < 5) return;
      const [target] = own.splice(whole(chance, own.length), 1);
      const answer = await send('DELETE', `/${target!.type}/${target!.id}`, {});
      if (answer?.status === 204 && answer.etag !== undefined)
        ledger.acknowledged.push({ type: target!.type, id: target!.id, version: answer.etag, marker: undefined });
    },
    async createUnless(_own, chance) {
      // A few values only, so that clients ask for the same one at the same time.
      const value = `unless-${whole(chance, 40)}`;
      const marker = ledger.send(1);
      const body = patient(marker, value);
      const answer = await send('POST', '/Patient', { 'if-none-exist': `identifier=urn:test:unless|${value}` }, body);
      if (answer?.status === 201 && told(marker, answer)) {
        ledger.acknowledged.push({ type: 'Patient', id: (JSON.parse(answer.body) as { id: string }).id, version: 1, marker });
      } else if (answer?.status === 200) {
        ledger.sent.get(marker)!.told = 'refused';
      } else told(marker, answer);
    },
  };
  const kinds = ['create', 'create', 'update', 'update', 'update', 'transaction', 'remove', 'createUnless', 'createUnless'];

  const client = async (): Promise<void> => {
    const own: Known[] = [];
    while (running) {
      const before = answered;
      await operations[oneOf(random, kinds)]!(own, random);
      // While the server is away, ask again now and then instead of spinning.
      if (answered === before) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const all = Array.from({ length: clients }, client);
  return {
    answered: () => answered,
    async end() {
      running = false;
      await Promise.all(all);
    },
  };
}

function patient(marker: string, unless?: string): Resource {
  return {
    resourceType: 'Patient',
    identifier: [
      { system: 'urn:test:marker', value: marker },
      ...(unless === undefined ? [] : [{ system: 'urn:test:unless', value: unless }]),
    ],
    name: [{ family: `Family ${marker}`, given: ['Given'] }],
    birthDate: '1980-02-29',
  };
}

function observation(marker: string, subject: string): Resource {
  return {
    resourceType: 'Observation',
    status: 'final',
    identifier: [{ system: 'urn:test:marker', value: marker }],
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }] },
    subject: { reference: subject },
    effectiveDateTime: '2026-01-02T03:04:05Z',
    valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  };
}

/** Nineteen new resources that point to one another, and an update of one that exists where there is one. */
function transaction(marker: string, target: Known | undefined): object {
  const mother = `urn:uuid:${crypto.randomUUID()}`;
  const made = Array.from({ length: entriesPerTransaction - 2 }, () => ({
    fullUrl: `urn:uuid:${crypto.randomUUID()}`,
    resource: observation(marker, mother),
    request: { method: 'POST', url: 'Observation' },
  }));
  const last =
    target === undefined
      ? { resource: patient(marker), request: { method: 'POST', url: 'Patient' } }
      : {
          resource: { ...(target.type === 'Patient' ? patient(marker) : observation(marker, mother)), id: target.id },
          request: { method: 'PUT', url: `${target.type}/${target.id}` },
        };
  // The patient comes last: entries may point to what follows them.
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [...made, last, { fullUrl: mother, resource: patient(marker), request: { method: 'POST', url: 'Patient' } }],
  };
}
