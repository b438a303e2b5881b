import { describe, expect, it } from 'vitest';
import { dayWords, gapWords, hourWords, likely, percent } from './words.ts';

describe('the words of forecasts', () => {
  it('give days and hours as the site’s clock shows them', () => {
    expect(dayWords('2026-11-24')).toBe('Tue 24 Nov');
    expect(hourWords('2026-11-24T15:00+10:00')).toBe('Tue 24 Nov, 15:00');
  });

  it('never round a chance to certain or impossible', () => {
    expect([0, 0.001, 0.3, 0.999, 1].map(percent)).toEqual(['0 %', '< 1 %', '30 %', '> 99 %', '100 %']);
    expect([0.95, 0.7, 0.5, 0.2, 0.02, 0].map(likely)).toEqual([
      'nearly certain',
      'likely',
      'as likely as not',
      'possible',
      'unlikely',
      'next to none',
    ]);
  });

  it('tell nothing planned from nobody missing', () => {
    expect(gapWords(null).words).toBe('nothing planned');
    expect(gapWords(0).words).toBe('enough');
    expect(gapWords(2)).toMatchObject({ words: '2 missing', sign: '▲' });
    expect(gapWords(-1).words).toBe('1 to spare');
  });
});
