// The site's clock where it is changed, and the shifts that it divides.
import { describe, expect, it } from 'vitest';
import { hoursAheadIn, instantOf, shownHour, wallHours } from './clock.ts';
import { gapOf, knowledge } from './staffing.fixture.ts';
import { ratioOf, slotsOf } from './staffing.ts';

const london = 'Europe/London';

describe('the hours ahead', () => {
  it('have one twice in the night in which clocks go back, and none where they go forward', () => {
    const back = hoursAheadIn(london, Date.parse('2026-10-24T23:00Z'), 4);
    expect(back.starts.map((start) => shownHour(london, start).slice(11, 16))).toEqual(['00:00', '01:00', '01:00', '02:00']);
    const forward = hoursAheadIn(london, Date.parse('2026-03-29T00:00Z'), 3);
    expect(forward.starts.map((start) => shownHour(london, start).slice(11, 16))).toEqual(['00:00', '02:00', '03:00']);
  });

  it('begin with what is left of the running one', () => {
    const { starts, lengths } = hoursAheadIn('UTC', Date.parse('2026-11-23T07:45Z'), 2);
    expect(lengths[0]).toBeCloseTo(0.25, 9);
    expect(shownHour('UTC', starts[1]!)).toBe('2026-11-23T08:00+00:00');
  });

  it('are those of the site, also where it is half an hour off', () => {
    const at = Date.parse('2026-11-23T00:00Z');
    const wall = wallHours('Asia/Kolkata', at);
    expect(shownHour('Asia/Kolkata', wall)).toBe('2026-11-23T05:30+05:30');
    expect(instantOf('Asia/Kolkata', wall)).toBe(at);
  });
});

describe('staff', () => {
  it('is needed by shifts that begin before midnight too, the running one first', () => {
    const slots = slotsOf(knowledge.shifts, 24 * 10 + 3, 3);
    expect(slots.map(({ shift, from }) => [shift, from - 240])).toEqual([
      ['night', -1],
      ['early', 7],
      ['late', 15],
    ]);
  });

  it('is by the words of a ward’s name, and otherwise by the usual ratio', () => {
    expect(ratioOf(knowledge, 'Intensive Care Unit')).toBe(2);
    expect(ratioOf(knowledge, 'Surgical Ward')).toBe(5);
  });

  it('is missing against a plan, and unknown without one', () => {
    expect(gapOf({ patients: 11, planned: 2 })).toMatchObject({ needed: 3, gap: 1 });
    expect(gapOf({ patients: 10, planned: 3 })).toMatchObject({ needed: 2, gap: -1 });
    expect(gapOf({ patients: 10, planned: null })).toMatchObject({ needed: 2, gap: null, planned: null });
  });
});
