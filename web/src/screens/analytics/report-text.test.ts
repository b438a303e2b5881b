import { describe, expect, it } from 'vitest';
import { bytesWords, membersOf, scheduleFor, scheduleWords, withMember } from './report-text.ts';

describe('the text of a report', () => {
  it('is changed where the form changes it, and nowhere else', () => {
    const text = '{"title":"x","blocks":[{"text":"a"}],"schedule":{"every":"day","at":"06:30"}}';
    expect(membersOf(withMember(text, 'title', 'y'))).toEqual({
      title: 'y',
      blocks: [{ text: 'a' }],
      schedule: { every: 'day', at: '06:30' },
    });
    expect(membersOf(withMember(text, 'schedule', undefined))).toEqual({ title: 'x', blocks: [{ text: 'a' }] });
    expect(Object.keys(membersOf(withMember(text, 'title', 'y'))!)).toEqual(['title', 'blocks', 'schedule']);
  });

  it('stays as it is while somebody types something that is no JSON', () =>
    expect(withMember('{"title":', 'title', 'y')).toBe('{"title":'));

  it('says in words when it is due', () => {
    expect(scheduleWords(undefined)).toBe('when somebody makes it');
    expect(scheduleWords({ every: 'week', on: 'monday', at: '07:00' })).toBe('every Monday at 07:00');
    expect(scheduleWords({ every: 'month', on: 31, at: '07:00' })).toBe('every month on day 31 at 07:00, or its last day');
    expect(scheduleFor('month', { every: 'day', at: '06:30' })).toEqual({ every: 'month', on: 1, at: '06:30' });
    expect(scheduleFor('never', undefined)).toBeUndefined();
  });

  it('says how large a file is', () =>
    expect([bytesWords(10), bytesWords(12_400), bytesWords(2_500_000)]).toEqual(['1 kB', '12 kB', '2.5 MB']));
});
