// What would change, and nothing that would not.
import { expect, it } from 'vitest';
import { differenceOf } from './difference.ts';

it('says what is new, gone and otherwise', () => {
  const before = { resourceType: 'Patient', meta: { versionId: '1' }, gender: 'male', name: [{ family: 'A', given: ['B'] }] };
  const after = { resourceType: 'Patient', meta: { versionId: '2' }, gender: 'female', name: [{ family: 'A' }], active: true };
  expect(differenceOf(before, after)).toEqual([
    { path: 'gender', before: 'male', after: 'female' },
    { path: 'name[0].given[0]', before: 'B' },
    { path: 'active', after: 'true' },
  ]);
  expect(differenceOf(before, before)).toEqual([]);
  expect(differenceOf(null, { resourceType: 'Patient' })).toEqual([{ path: 'resourceType', after: 'Patient' }]);
});
