import { expect, test } from 'vitest';
import type { Observation, Patient } from '../fhir/generated/types.ts';
import { indexRows, TooMuchToIndex } from './index-rows.ts';
import { preparing } from './prepare.ts';
import { atOnce } from './slices.ts';

const concept = (codings: number) => ({ coding: Array.from({ length: codings }, (_, i) => ({ system: 'urn:s', code: `c${i}` })) });
const withComponent = (codings: number): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  component: [{ code: concept(codings), valueCodeableConcept: concept(codings) }],
});

test('a resource whose codings multiply beyond measure is refused by name, in no time and no memory', () => {
  expect(() => indexRows(withComponent(20))).not.toThrow();
  expect(() => indexRows(withComponent(3_000))).toThrow(TooMuchToIndex);
  expect(atOnce(preparing(withComponent(3_000), 'x', new Date(0)))).toMatchObject({ ok: false, problem: { kind: 'too-costly' } });
});

test('a name as long as a book is refused, and one as long as a page is found', () => {
  const named = (family: string): Patient => ({ resourceType: 'Patient', name: [{ family }] });
  expect(indexRows(named('ä'.repeat(3_000))).strings.length).toBeGreaterThan(0);
  expect(() => indexRows(named('ä'.repeat(100_000)))).toThrow(TooMuchToIndex);
});

test('a large resource is indexed in many steps', () => {
  const many: Patient = {
    resourceType: 'Patient',
    identifier: Array.from({ length: 5_000 }, (_, i) => ({ system: 'urn:s', value: `v${i}` })),
  };
  let steps = 0;
  for (const _ of preparing(many, 'x', new Date(0))) steps++;
  expect(steps).toBeGreaterThan(30);
});
