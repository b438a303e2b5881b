// Warnings of a surge: how likely, and how they did.
import { describe, expect, it } from 'vitest';
import { surgeChance, surgeRecord, usualThreshold } from './surge.ts';

describe('a surge', () => {
  it('is as likely as a Poisson number reaches it, and likelier where the day is less certain', () => {
    expect(surgeChance(10, 0, 1)).toBeCloseTo(1 - Math.exp(-10), 9);
    expect(surgeChance(20, 9, 35)).toBeGreaterThan(surgeChance(20, 4, 35));
  });

  it('begins where one day of twenty was, if the site has not said', () => {
    expect(usualThreshold(Array.from({ length: 100 }, (_, i) => i))).toBe(95);
    expect(usualThreshold([])).toBe(1);
  });

  it('is found if it was warned of before, at any lead; a false alarm is one by the last word', () => {
    const said = [
      { day: 1, lead: 5, chance: 0.6, surged: true },
      { day: 1, lead: 1, chance: 0.1, surged: true },
      { day: 2, lead: 3, chance: 0.9, surged: false },
      { day: 2, lead: 1, chance: 0.2, surged: false },
      { day: 3, lead: 1, chance: 0.8, surged: false },
      { day: 4, lead: 1, chance: 0.1, surged: true },
    ];
    expect(surgeRecord(said, { chance: 0.5 })).toMatchObject({ days: 4, surges: 2, found: 1, missed: 1, falseAlarms: 1, leadDays: 5 });
    expect(surgeRecord([], { chance: 0.5 })).toBeNull();
  });

  it('has the Brier score of its last words', () => {
    const record = surgeRecord(
      [
        { day: 1, lead: 1, chance: 0.5, surged: true },
        { day: 2, lead: 1, chance: 0, surged: false },
      ],
      { chance: 0.5 },
    );
    expect(record?.brier).toBe(0.125);
    expect(record?.brierOfAlwaysTheSame).toBe(0.25);
  });
});
