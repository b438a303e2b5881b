import { describe, expect, it } from 'vitest';
import { checkDigit, isMrn, mrnOf } from './identity.ts';
import { filtrationRate } from './laboratory.ts';
import { randomOf } from './random.ts';

describe('randomness', () => {
  it('repeats itself for a seed, and differs for another', () => {
    const draw = (...seed: string[]) => Array.from({ length: 5 }, randomOf(...seed).next);
    expect(draw('a', '1')).toEqual(draw('a', '1'));
    expect(draw('a', '1')).not.toEqual(draw('a', '2'));
  });

  it('is even, normal and weighted where it says so', () => {
    const random = randomOf('even');
    const many = <T>(draw: () => T): T[] => Array.from({ length: 20_000 }, draw);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(many(() => random.next()))).toBeCloseTo(0.5, 1);
    expect(mean(many(() => random.normal(10, 2)))).toBeCloseTo(10, 1);
    expect(mean(many(() => (random.normal(0, 1) > 1 ? 1 : 0)))).toBeCloseTo(0.159, 1);
    expect(
      mean(
        many(() =>
          random.weighted([
            [0, 3],
            [1, 1],
          ] as const),
        ),
      ),
    ).toBeCloseTo(0.25, 1);
    expect(new Set(many(() => random.int(1, 3)))).toEqual(new Set([1, 2, 3]));
  });
});

describe('the medical record number', () => {
  it('ends in the check digit of ISO/IEC 7812-1', () => {
    expect(checkDigit('7992739871')).toBe(3);
  });

  it('notices any one wrong digit', () => {
    for (const mrn of [1, 42, 99_999].map(mrnOf)) {
      expect(isMrn(mrn)).toBe(true);
      for (let i = 0; i < mrn.length; i++) {
        const wrong = (Number(mrn[i]) + 3) % 10;
        expect(isMrn(`${mrn.slice(0, i)}${wrong}${mrn.slice(i + 1)}`)).toBe(false);
      }
    }
  });
});

describe('the filtration rate', () => {
  it('follows CKD-EPI 2021', () => {
    // Worked from the published formula: a man of 50 with 1.0 mg/dL, a woman of 70 with 1.4 mg/dL.
    expect(filtrationRate(1, 50, 'male')).toBeCloseTo(91.7, 0);
    expect(filtrationRate(1.4, 70, 'female')).toBeCloseTo(40.5, 0);
  });
});
