// One patient's chart while it is being written: who the patient is, what has been written, ids that stay the same.
import type { Patient, Reference, Resource, ResourceType } from '../src/fhir/generated/types.ts';
import { namedUuid } from '../src/methods/named-uuid.ts';
import { dayMs, hourMs, yearMs } from './calendar.ts';
import type { Hospital } from './hospital.ts';
import type { Random } from './random.ts';

export type Sex = 'female' | 'male';

/** A resource without the id, which the chart gives. */
export type Unnamed<R> = R extends Resource ? Omit<R, 'id'> : never;

export interface Chart {
  random: Random;
  hospital: Hospital;
  /** The present of the simulation. */
  nowMs: number;
  ordinal: number;
  sex: Sex;
  bornMs: number;
  patient: Patient;
  subject: Reference;
  resources: Resource[];
  /** Keys of the long-term diseases that the patient has, see `diseases.ts`. */
  diseases: Set<string>;
  add(resource: Unnamed<Resource>): Reference;
  /** What the next resource of a type will be referred to as, for two that point at each other. */
  next(type: ResourceType): Reference;
}

export function chartOf(given: Omit<Chart, 'add' | 'next' | 'resources' | 'subject' | 'diseases'>, seed: string | number): Chart {
  const counts = new Map<string, number>();
  const resources: Resource[] = [given.patient];
  const idOf = (type: ResourceType, count: number) => namedUuid('simulator', seed, 'patient', given.ordinal, type, count);
  return {
    ...given,
    resources,
    diseases: new Set(),
    subject: { reference: `Patient/${given.patient.id}` },
    next: (type) => ({ reference: `${type}/${idOf(type, (counts.get(type) ?? 0) + 1)}` }),
    add: (resource) => {
      const { resourceType: type, ...rest } = resource;
      const count = (counts.get(type) ?? 0) + 1;
      counts.set(type, count);
      const id = idOf(type, count);
      resources.push({ resourceType: type, id, ...rest } as Resource);
      return { reference: `${type}/${id}` };
    },
  };
}

export const ageYears = (chart: Pick<Chart, 'bornMs'>, atMs: number): number => (atMs - chart.bornMs) / yearMs;

/** A moment some days ago, at random, but after the patient was born. */
export const daysAgo = (chart: Chart, fewest: number, most: number): number =>
  Math.min(chart.nowMs - hourMs, Math.max(chart.bornMs + dayMs, chart.nowMs - chart.random.between(fewest, most) * dayMs));
