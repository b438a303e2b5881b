import { expect, test } from 'vitest';
import { resourceTypes } from '../fhir/generated/types.ts';
import { isShared, resourceClasses } from './resource-classes.ts';

test('every resource type has exactly one class', () => {
  const placed: string[] = Object.values(resourceClasses).flat();
  expect(placed.toSorted()).toEqual([...resourceTypes].toSorted());
});

test('nothing that can be about a patient is shared', async () => {
  for (const type of ['Patient', 'Person', 'Group', 'List', 'Binary', 'Bundle', 'Device', 'MeasureReport', 'Basic', 'Task'] as const) {
    expect(isShared(type), type).toBe(false);
  }
});
