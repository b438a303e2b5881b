// The units in which limits are written, each as a multiple of the unit in which doses are reckoned.
import type { DoseUnit } from '../contract.ts';
import type { Amount } from './contract.ts';

export const amountFactor: Record<Amount['unit'], { unit: DoseUnit; factor: number }> = {
  mg: { unit: 'mg', factor: 1 },
  mcg: { unit: 'mg', factor: 0.001 },
  g: { unit: 'mg', factor: 1000 },
  unit: { unit: 'unit', factor: 1 },
  'million-unit': { unit: 'unit', factor: 1e6 },
  mmol: { unit: 'mmol', factor: 1 },
  mEq: { unit: 'mEq', factor: 1 },
  mL: { unit: 'mL', factor: 1 },
  puff: { unit: 'puff', factor: 1 },
  drop: { unit: 'drop', factor: 1 },
  patch: { unit: 'patch', factor: 1 },
  application: { unit: 'application', factor: 1 },
};
