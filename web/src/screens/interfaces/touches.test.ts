// A leaf and the elements that it became find each other.
import { expect, it } from 'vitest';
import type { LedgerRow } from './api.ts';
import { touches } from './touches.ts';

const rows: LedgerRow[] = [
  { path: 'PID-5.1', text: 'A', state: 'mapped', elements: ['Patient/1#name[0].family'] },
  { path: 'PID-5.2', text: 'B', state: 'mapped', elements: ['Patient/1#name[0].given[0]'] },
  { path: 'PID-7', text: '1970', state: 'mapped', elements: ['Patient/1#birthDate', 'Provenance/2#recorded'] },
  { path: 'ZXX-1', text: 'z', state: 'kept' },
];
const leavesOf = (place: string) => [...touches(rows, place).leaves];

it('goes from a leaf to all that it became', () => {
  expect([...touches(rows, 'PID-7').elements]).toEqual(['Patient/1#birthDate', 'Provenance/2#recorded']);
  expect([...touches(rows, 'ZXX-1').elements]).toEqual([]);
  expect(touches(rows, undefined).leaves.size).toBe(0);
});

it('goes from an element to the leaves in it and around it, and never from one that only begins alike', () => {
  expect(leavesOf('#Patient/1#name[0].family')).toEqual(['PID-5.1']);
  expect(leavesOf('#Patient/1#name')).toEqual(['PID-5.1', 'PID-5.2']);
  expect(leavesOf('#Patient/1#name[0].given[0].extension')).toEqual(['PID-5.2']);
  expect(leavesOf('#Patient/1#birth')).toEqual([]);
  expect(leavesOf('#Patient/1#')).toEqual([]);
});
