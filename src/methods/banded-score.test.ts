// What holds for every banded score; what a given score must answer is in its cases under knowledge/.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inSteps, scoreBands } from './banded-score.ts';
import { readBandedScore } from './banded-score-file.ts';

const read = readBandedScore(JSON.parse(readFileSync(new URL('../../knowledge/deterioration/news2.json', import.meta.url), 'utf8')));
if (!read.ok) throw new Error(read.problem.message);
const news2 = read.value;

const anything = fc.oneof(
  fc.double(),
  fc.integer({ min: -10, max: 400 }),
  fc.constantFrom('alert', 'air', 'oxygen', '2', ''),
  fc.constant(undefined),
);
const anyValues = fc.record(Object.fromEntries(news2.inputs.map((input) => [input.name, anything])));

describe('rounding to the step of the instrument', () => {
  it('rounds every hundredth of a degree as on paper', () => {
    // Counted in whole hundredths, so that binary fractions cannot hide an error in both.
    for (let hundredths = 3000; hundredths <= 4500; hundredths++) {
      const onPaper = Math.floor((hundredths + 5) / 10);
      expect(inSteps(hundredths / 100, 0.1)).toBe(onPaper);
    }
  });
});

describe('a banded score', () => {
  it('either has every part or names what is missing, whatever it is given', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const result = scoreBands(news2, values);
        const counted = news2.inputs.filter((input) => input.kind === 'quantity' || !input.selects).length;
        const missing = result.missing.filter((part) => part.input.kind === 'quantity' || !part.input.selects).length;
        expect(result.parts.length + missing).toBe(counted);
        expect(result.total === undefined).toBe(result.missing.length > 0);
        expect(result.atLeast).toBe(result.parts.reduce((sum, part) => sum + part.points, 0));
        for (const part of result.missing) expect(part.why).not.toBe('');
      }),
    );
  });

  it('never falls when one more input becomes known', () => {
    fc.assert(
      fc.property(anyValues, fc.constantFrom(...news2.inputs.map((input) => input.name)), (values, name) => {
        const fewer = { ...values, [name]: undefined };
        // Without the scale's choice another scale may be used, so only measured inputs are taken away.
        if (name === 'spo2-scale' || name === 'oxygen') return;
        expect(scoreBands(news2, values).atLeast).toBeGreaterThanOrEqual(scoreBands(news2, fewer).atLeast);
      }),
    );
  });

  it('says which scale was used', () => {
    const values = { spo2: 93, oxygen: 'oxygen', 'spo2-scale': '2' };
    expect(scoreBands(news2, values).parts.find((part) => part.input.name === 'spo2')).toMatchObject({
      scale: 'scale 2, on oxygen',
      points: 1,
    });
  });

  it('does not take the usual scale when the prescribed one cannot be read', () => {
    const result = scoreBands(news2, { spo2: 93, oxygen: 'air', 'spo2-scale': { missing: 'unreadable' } });
    expect(result.missing.map((part) => part.input.name)).toContain('spo2');
  });
});
