import { expect, test } from 'vitest';
import type { DetectedIssue, Device, MedicationAdministration } from '../../../../src/fhir/generated/types.ts';
import { alone } from './pumps-alone.tsx';

const issue = (device: string, at: string): DetectedIssue => ({
  resourceType: 'DetectedIssue',
  status: 'final',
  identifiedDateTime: at,
  implicated: [{ reference: device }],
  detail: 'The pump runs, and nobody has scanned for whom',
});
const scanned = (device: string, at: string): MedicationAdministration => ({
  resourceType: 'MedicationAdministration',
  status: 'in-progress',
  medicationCodeableConcept: { text: 'dopamine' },
  subject: { reference: 'Patient/1' },
  effectiveDateTime: at,
  device: [{ reference: device }],
});
const devices = new Map<string, Device>([
  ['Device/7', { resourceType: 'Device', deviceName: [{ name: 'Pump 7', type: 'user-friendly-name' }] }],
]);

test('a pump that runs for nobody is told once, by its newest report, until somebody has scanned it', () => {
  const issues = [
    issue('Device/7', '2026-03-01T22:00:00Z'),
    issue('Device/7', '2026-03-02T00:10:00Z'),
    issue('Device/8', '2026-03-01T09:00:00Z'),
  ];
  const found = (...all: MedicationAdministration[]) => alone(issues, devices, all).map(({ name, at }) => `${name} ${at}`);
  expect(found()).toEqual(['Device/8 2026-03-01T09:00:00Z', 'Pump 7 2026-03-02T00:10:00Z']);
  // Hung before it ran alone: it says nothing of now.
  expect(found(scanned('Device/7', '2026-03-01T08:00:00Z'))).toHaveLength(2);
  expect(found(scanned('Device/7', '2026-03-02T00:20:00Z'))).toEqual(['Device/8 2026-03-01T09:00:00Z']);
});
