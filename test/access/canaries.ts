// The record of the matrix: resources of many types about three patients and nobody, every text of each version marked with words of
// its own; some deleted, some with superseded versions, some that moved from one patient to another, some about two.
import { bodies } from './bodies.ts';
import { canary } from './leaks.ts';
import type { PatientName } from './roles.ts';

export interface Version {
  /** Whose chart it is in, the first one's at home; empty: nobody's. */
  about: readonly string[];
  deleted?: boolean;
}

export interface Planted {
  n: number;
  type: string;
  id: string;
  /** Version 1 first. */
  versions: Version[];
}

export type Place = (letter: string) => string;

/** A resource of this type with a canary wherever it can hold text. */
export function marked(type: string, id: string, about: readonly string[], place: Place): object {
  const url = (letter: string): string => `http://canary.example/${place(letter)}`;
  return {
    resourceType: type,
    id,
    meta: {
      profile: [url('P')],
      source: url('U'),
      security: [{ system: url('S'), code: place('E'), display: place('F') }],
      tag: [{ system: 'http://canary.example/tags', code: place('G'), display: place('D') }],
    },
    ...(type === 'Bundle' || type === 'Binary'
      ? {}
      : {
          text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${place('N')}</p></div>` },
          extension: [{ url: url('X'), valueString: place('V') }],
        }),
    ...bodies[type]?.(about, place),
  };
}

let last = 0;
const planted: Planted[] = [];
export const byNumber = (n: number): Planted | undefined => planted[n - 1];
export const all = (): readonly Planted[] => planted;

/** Plans a resource with these versions. Its id holds a canary too. */
export function plan(type: string, versions: Version[], id?: string): Planted {
  const n = ++last;
  const made = { n, type, id: id ?? canary(n, 0, 'I'), versions };
  planted.push(made);
  return made;
}

export const versionOf = ({ n, type, id, versions }: Planted, v: number): object =>
  marked(type, id, versions[v - 1]!.about, (letter) => canary(n, v, letter));

export const nowOf = ({ versions }: Planted): Version => versions.at(-1)!;

const types = Object.keys(bodies);
/** Types that belong to nobody, and those that bodies.ts cannot tie to a patient. */
const unbound = ['Binary', 'Bundle', 'Subscription', 'MessageHeader', 'Organization', 'Practitioner', 'Location', 'Medication', 'Schedule'];
const changing = ['Observation', 'DocumentReference', 'MedicationRequest', 'Claim', 'AuditEvent'];

const hidden = (type: string): boolean => ['AuditEvent', 'Provenance'].includes(type);

/** What is known about one patient. A trail never changes, so it has one version. */
export function chartOf(name: PatientName): Planted[] {
  const about = [name];
  const made = [plan('Patient', [{ about }], name)];
  for (const type of types) if (type !== 'Patient' && !unbound.includes(type)) made.push(plan(type, [{ about }]));
  for (const type of changing) {
    if (hidden(type)) continue;
    made.push(plan(type, [{ about }, { about }]), plan(type, [{ about }, { about, deleted: true }]));
    made.push(plan(type, [{ about }, { about, deleted: true }, { about }]));
  }
  return made;
}

/** About two patients, or first about one and then about another. */
export function between(one: PatientName, two: PatientName): Planted[] {
  const both = ['Appointment', 'Group', 'Person', 'Provenance', 'AuditEvent', 'Basic', 'CarePlan'];
  return [
    ...both.map((type) => plan(type, [{ about: [one, two] }])),
    plan('Observation', [{ about: [one] }, { about: [two] }]),
    plan('DocumentReference', [{ about: [one] }, { about: [two] }, { about: [two], deleted: true }]),
    plan('Appointment', [{ about: [one, two] }, { about: [one] }]),
  ];
}

/** What belongs to nobody: only who sees everything sees it. */
export const nobodys = (): Planted[] => [
  ...unbound.slice(0, 4).map((type) => plan(type, [{ about: [] }])),
  ...['List', 'Group', 'Device', 'Task', 'Basic'].map((type) => plan(type, [{ about: [] }])),
];

export const directory = (): Planted[] => [
  plan('Organization', [{ about: [] }], 'org-a'),
  plan('Organization', [{ about: [] }], 'org-b'),
  ...['Practitioner', 'Location', 'Medication', 'Schedule'].map((type) => plan(type, [{ about: [] }])),
];

/** Bundles that make all versions of these resources, in order: one round each version. */
export function rounds(resources: readonly Planted[]): object[] {
  const most = Math.max(...resources.map(({ versions }) => versions.length));
  return Array.from({ length: most }, (_, i) => ({
    resourceType: 'Bundle',
    type: 'batch',
    entry: resources.flatMap((one) => {
      const version = one.versions[i];
      if (version === undefined) return [];
      const url = `${one.type}/${one.id}`;
      if (version.deleted === true) return [{ request: { method: 'DELETE', url } }];
      return [{ resource: versionOf(one, i + 1), request: { method: 'PUT', url } }];
    }),
  }));
}
