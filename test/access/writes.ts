// The cells that write, each on a resource of its own: what is refused must leave it as it was, and what is allowed must happen.
// http://hl7.org/fhir/R4/http.html#update and what follows it there
import type { Answer } from '../calls.ts';
import { marked, type Planted, plan, versionOf } from './canaries.ts';
import { canary } from './leaks.ts';
import type { Cell } from './matrix.ts';
import { entriesOf } from './reads.ts';
import { type Asker, askers, may, mayPut, type PatientName, patients, within } from './roles.ts';

const types = ['Observation', 'MedicationRequest', 'DocumentReference', 'Coverage', 'AuditEvent', 'Provenance', 'Practitioner'];

type Outcome = Pick<Cell, 'status' | 'audit'>;
interface Target {
  asker: Asker;
  victim: Planted;
  type: string;
  about: readonly string[];
  tag: string;
}

const outcome = (status: number, action: string, noted = status): Outcome => ({ status, audit: { action, outcome: noted } });
const allowed = (status: number, action: string): Outcome => outcome(status, action, 200);

const seen = ({ asker, type, about }: Target): boolean => within(asker, type, about);
const none = ({ asker, type }: Target, letter: 'r' | 'c' | 'u' | 'd'): boolean => !may(asker, letter, type);
const created = (one: Target): Outcome => (mayPut(one.asker, 'c', one.type, one.about) ? allowed(201, 'create') : outcome(403, 'create'));

const expected = {
  put: (one: Target): Outcome => (none(one, 'u') || !seen(one) ? outcome(403, 'update') : allowed(200, 'update')),
  patch(one: Target): Outcome {
    if (none(one, 'r')) return outcome(403, 'read');
    if (!seen(one)) return outcome(404, 'read', 403);
    return none(one, 'u') ? outcome(403, 'update') : allowed(200, 'update');
  },
  remove(one: Target): Outcome {
    if (none(one, 'd')) return outcome(403, 'delete');
    return seen(one) ? allowed(204, 'delete') : outcome(404, 'delete', 403);
  },
  /** Conditions are searches: who may not search is refused, and what may not be seen does not match. */
  putWhere(one: Target): Outcome {
    if (none(one, 'r')) return outcome(403, 'search');
    return seen(one) ? expected.put(one) : created(one);
  },
  patchWhere(one: Target): Outcome {
    if (none(one, 'r')) return outcome(403, 'search');
    return seen(one) ? expected.patch(one) : outcome(404, 'transaction');
  },
  removeWhere(one: Target): Outcome {
    if (none(one, 'r')) return outcome(403, 'search');
    return seen(one) ? expected.remove(one) : allowed(204, 'search');
  },
  createUnless(one: Target): Outcome {
    if (none(one, 'r')) return outcome(403, 'search');
    return seen(one) ? allowed(200, 'search') : created(one);
  },
};

const patch = [{ op: 'add', path: '/language', value: 'en' }];
const patchType = { 'content-type': 'application/json-patch+json' };
const bundle = (type: string, entry: object): object => ({ resourceType: 'Bundle', type, entry: [entry] });

/** Of a batch the entry answers, and the batch itself is always done. */
const entryOf =
  (status: number) =>
  ({ json }: Answer): string | undefined => {
    const text = String(entriesOf(json)[0]?.['response']?.['status']);
    return Number.parseInt(text, 10) === status ? undefined : `${text} in place of ${status}`;
  };
const inBatch = ({ status, audit }: Outcome): Pick<Cell, 'status' | 'audit' | 'check'> => ({ status: 200, audit, check: entryOf(status) });
const inTransaction = ({ status, audit }: Outcome): Pick<Cell, 'status' | 'audit' | 'check'> =>
  status < 300 ? { status: 200, audit, check: entryOf(status) } : { status, audit };

interface Way {
  route: string;
  of(one: Target): Omit<Cell, 'route' | 'asker'>;
}

const where = ({ type, tag }: Target): string => `${type}?_tag=http://canary.example/tags|${tag}`;
const whole = ({ victim }: Target): object => versionOf(victim, 1);
/** Without an id, so that a condition decides which it is. */
const withoutId = (one: Target): object => ({ ...whole(one), id: undefined });

const single: Way[] = [
  {
    route: 'PUT /fhir/{type}/{id}',
    of: (one) => ({ method: 'PUT', path: `/fhir/${one.type}/${one.victim.id}`, body: whole(one), ...expected.put(one) }),
  },
  {
    route: 'PATCH /fhir/{type}/{id}',
    of: (one) => ({ method: 'PATCH', path: `/fhir/${one.type}/${one.victim.id}`, body: patch, headers: patchType, ...expected.patch(one) }),
  },
  {
    route: 'DELETE /fhir/{type}/{id}',
    of: (one) => ({ method: 'DELETE', path: `/fhir/${one.type}/${one.victim.id}`, ...expected.remove(one) }),
  },
  {
    route: 'PUT /fhir/{type}',
    of: (one) => ({ method: 'PUT', path: `/fhir/${where(one)}`, body: withoutId(one), ...expected.putWhere(one) }),
  },
  {
    route: 'PATCH /fhir/{type}',
    of: (one) => ({ method: 'PATCH', path: `/fhir/${where(one)}`, body: patch, headers: patchType, ...expected.patchWhere(one) }),
  },
  { route: 'DELETE /fhir/{type}', of: (one) => ({ method: 'DELETE', path: `/fhir/${where(one)}`, ...expected.removeWhere(one) }) },
  {
    route: 'POST /fhir/{type}',
    of: (one) => ({
      method: 'POST',
      path: `/fhir/${one.type}`,
      body: withoutId(one),
      headers: { 'if-none-exist': where(one) },
      ...expected.createUnless(one),
    }),
  },
];

const inBundles: Way[] = (['batch', 'transaction'] as const).flatMap((type) => {
  const inside = type === 'batch' ? inBatch : inTransaction;
  const way = (of: (one: Target) => { entry: object; outcome: Outcome }): Way => ({
    route: 'POST /fhir',
    of(one) {
      const { entry, outcome: expects } = of(one);
      return { method: 'POST', path: '/fhir', body: bundle(type, entry), ...inside(expects) };
    },
  });
  return [
    way((one) => ({
      entry: { resource: whole(one), request: { method: 'PUT', url: `${one.type}/${one.victim.id}` } },
      outcome: expected.put(one),
    })),
    way((one) => ({ entry: { request: { method: 'DELETE', url: `${one.type}/${one.victim.id}` } }, outcome: expected.remove(one) })),
    way((one) => ({ entry: { request: { method: 'DELETE', url: where(one) } }, outcome: expected.removeWhere(one) })),
    way((one) => ({
      entry: { resource: withoutId(one), request: { method: 'POST', url: one.type, ifNoneExist: where(one) } },
      outcome: expected.createUnless(one),
    })),
  ];
});

/** Every way of writing for every asker, patient and type: the resources that are to be planted first, and the cells. */
export function writes(): { victims: Planted[]; cells: Cell[] } {
  const victims: Planted[] = [];
  const cells: Cell[] = [];
  for (const asker of askers) {
    for (const type of types) {
      for (const name of type === 'Practitioner' ? (['own'] as const) : patients) {
        for (const way of [...single, ...inBundles]) {
          const about = type === 'Practitioner' ? [] : [name];
          const victim = plan(type, [{ about }]);
          victims.push(victim);
          cells.push({ route: way.route, asker, ...way.of({ asker, victim, type, about, tag: canary(victim.n, 1, 'G') }) });
        }
        cells.push(...creates(asker, type, type === 'Practitioner' ? [] : [name]));
      }
    }
  }
  return { victims, cells };
}

let fresh = 0;

function creates(asker: Asker, type: string, about: readonly PatientName[]): Cell[] {
  const place = (letter: string): string => `WORD${letter}`;
  const made = mayPut(asker, 'c', type, about) ? allowed(201, 'create') : outcome(403, 'create');
  const id = `new-${++fresh}`;
  const body = marked(type, id, about, place);
  return [
    { route: 'POST /fhir/{type}', asker, method: 'POST', path: `/fhir/${type}`, body: { ...body, id: undefined }, ...made },
    { route: 'PUT /fhir/{type}/{id}', asker, method: 'PUT', path: `/fhir/${type}/${id}`, body, ...made },
  ];
}

/** A reference by a condition: what may not be seen matches nothing, in the same words as what is not there. */
export function conditionalReferences(planted: readonly Planted[]): Cell[] {
  return askers.flatMap((asker) =>
    planted.map((patient): Cell => {
      const tag = canary(patient.n, 1, 'G');
      const reference = `Patient?_tag=http://canary.example/tags|${tag}`;
      const resource = { resourceType: 'Basic', code: { text: 'made by a transaction' }, subject: { reference } };
      const found = within(asker, 'Patient', [patient.id]);
      const expects: Outcome = !found
        ? outcome(412, 'transaction')
        : may(asker, 'c', 'Basic')
          ? allowed(201, 'create')
          : outcome(403, 'create');
      const body = bundle('transaction', { resource, request: { method: 'POST', url: 'Basic' } });
      return { route: 'POST /fhir', asker, method: 'POST', path: '/fhir', body, ...inTransaction(expects) };
    }),
  );
}
