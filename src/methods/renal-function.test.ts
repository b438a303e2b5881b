import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodySurfaceM2, idealWeightKg } from './body-size.ts';
import { bedsideSchwartz, ckdEpi2021, cockcroftGault, creatinineRising, dosingWeightKg } from './renal-function.ts';

describe('renal function', () => {
  it.each([
    // Computed by hand from the papers' formulas.
    [{ creatinineMgPerDl: 1, ageYears: 40, sex: 'male' as const }, 72, 100],
    [{ creatinineMgPerDl: 1, ageYears: 40, sex: 'female' as const }, 72, 85],
    [{ creatinineMgPerDl: 2.5, ageYears: 80, sex: 'female' as const }, 60, 17],
  ])('has the clearance of Cockcroft and Gault %j', (input, weight, clearance) => {
    expect(cockcroftGault(input, weight)).toBeCloseTo(clearance, 10);
  });

  it.each([
    // The equation in its published table of four branches (female/male, below/above kappa).
    [{ creatinineMgPerDl: 0.6, ageYears: 50, sex: 'female' as const }, 143.704 * (0.6 / 0.7) ** -0.241 * 0.9938 ** 50],
    [{ creatinineMgPerDl: 1.4, ageYears: 50, sex: 'female' as const }, 143.704 * (1.4 / 0.7) ** -1.2 * 0.9938 ** 50],
    [{ creatinineMgPerDl: 0.8, ageYears: 50, sex: 'male' as const }, 142 * (0.8 / 0.9) ** -0.302 * 0.9938 ** 50],
    [{ creatinineMgPerDl: 1.8, ageYears: 50, sex: 'male' as const }, 142 * (1.8 / 0.9) ** -1.2 * 0.9938 ** 50],
  ])('has the eGFR of CKD-EPI 2021 %j', (input, egfr) => {
    expect(ckdEpi2021(input)).toBeCloseTo(egfr, 9);
  });

  it('falls with creatinine and with age, on 1,000 points', () => {
    const person = fc.record({
      creatinineMgPerDl: fc.double({ min: 0.2, max: 15, noNaN: true }),
      ageYears: fc.integer({ min: 18, max: 100 }),
      sex: fc.constantFrom('female' as const, 'male' as const),
    });
    fc.assert(
      fc.property(person, fc.double({ min: 30, max: 200, noNaN: true }), (input, weight) => {
        const k = input.sex === 'female' ? 0.7 : 0.9;
        const a = input.sex === 'female' ? -0.241 : -0.302;
        const c = input.creatinineMgPerDl;
        const plain = 142 * (c < k ? (c / k) ** a : (c / k) ** -1.2) * 0.9938 ** input.ageYears * (input.sex === 'female' ? 1.012 : 1);
        expect(ckdEpi2021(input)).toBeCloseTo(plain, 9);
        expect(cockcroftGault(input, weight)).toBeCloseTo(
          ((140 - input.ageYears) * weight * (input.sex === 'female' ? 0.85 : 1)) / (72 * c),
          9,
        );
        expect(ckdEpi2021({ ...input, creatinineMgPerDl: c * 1.1 })).toBeLessThan(ckdEpi2021(input));
      }),
      { numRuns: 1000 },
    );
  });

  it('chooses the weight by which doses are found', () => {
    expect(dosingWeightKg(60, 180, 'male')).toEqual({ kg: 60, kind: 'actual' });
    expect(dosingWeightKg(80, 180, 'male')).toMatchObject({ kind: 'ideal' });
    expect(dosingWeightKg(140, 180, 'male')).toMatchObject({ kind: 'adjusted' });
    expect(dosingWeightKg(140, undefined, 'male')).toEqual({ kg: 140, kind: 'actual' });
    expect(idealWeightKg(152.4, 'female')).toBeCloseTo(45.5, 6);
    expect(bodySurfaceM2(70, 175)).toBeCloseTo(1.845, 3);
    expect(bedsideSchwartz(0.5, 100)).toBeCloseTo(82.6, 6);
  });

  it('knows when no formula holds', () => {
    const at = (hours: number, mgPerDl: number) => ({ atMs: hours * 3_600_000, mgPerDl });
    expect(creatinineRising([at(0, 1), at(40, 1.3)])).toBe(true);
    expect(creatinineRising([at(0, 1), at(60, 1.3)])).toBe(false);
    expect(creatinineRising([at(0, 1), at(160, 1.5)])).toBe(true);
    expect(creatinineRising([at(0, 2), at(40, 1)])).toBe(false);
    expect(creatinineRising([at(0, 2)])).toBe(false);
  });
});
