import { expect, test } from 'vitest';
import { resourceTypes } from '../fhir/generated/types.ts';
import { isShared, resourceClasses } from './resource-classes.ts';

/** Types of later versions that the definitions carry along. */
const notOfR4: string[] = ['SubscriptionStatus'];

test('every resource type has exactly one class', () => {
  const placed: string[] = Object.values(resourceClasses).flat();
  expect(placed.toSorted()).toEqual(resourceTypes.filter((type) => !notOfR4.includes(type)).toSorted());
});

test('nothing that can be about a patient is shared', () => {
  for (const type of ['Patient', 'Person', 'Group', 'List', 'Binary', 'Bundle', 'Device', 'MeasureReport', 'Basic', 'Task'] as const) {
    expect(isShared(type), type).toBe(false);
  }
});
