// A small message told in FHIR, for tests that say what the chart says of it: no leaf lost, nothing invalid.
import { expect } from 'vitest';
import type { Resource } from '../../../fhir/generated/types.ts';
import type { Translation } from '../../contract.ts';
import { tell } from '../to-fhir.ts';
import { readText } from '../tree/message.ts';
import { faultsOf } from './faults.ts';

const context = { sender: 'ward', receivedAt: new Date('2026-03-01T12:00:00Z'), timeZone: 'UTC' };

export interface Chart {
  translation: Translation;
  all<T extends Resource['resourceType']>(type: T): Extract<Resource, { resourceType: T }>[];
  one<T extends Resource['resourceType']>(type: T): Extract<Resource, { resourceType: T }>;
}

/** `event`: MSH-9, `ORU^R01`; the segments behind MSH and PID. */
export function told(event: string, ...segments: string[]): Chart {
  const text = [`MSH|^~\\&|LAB|HOSP|EHR|HOSP|20260301100000||${event}|M1|P|2.5.1`, 'PID|1||77^^^HOSP^MR||Doe^Jane', ...segments].join('\r');
  const { translation } = tell(readText(text), context);
  const resources = translation.resources.map(({ resource }) => resource);
  expect(faultsOf(resources)).toEqual([]);
  const all = <T extends Resource['resourceType']>(type: T): Extract<Resource, { resourceType: T }>[] =>
    resources.filter((one): one is Extract<Resource, { resourceType: T }> => one.resourceType === type);
  return {
    translation,
    all,
    one(type) {
      const [first, ...rest] = all(type);
      if (first === undefined || rest.length > 0)
        throw new Error(`the message tells ${rest.length + (first === undefined ? 0 : 1)} of ${type}, not one`);
      return first;
    },
  };
}
