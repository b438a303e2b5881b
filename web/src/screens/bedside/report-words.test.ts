import { expect, it } from 'vitest';
import { judgedWords, shareWords } from './report-words.ts';

const share = { count: 118, of: 120, share: 0.9833, low: 0.9413, high: 0.9954, target: 0.95 };

it('says a share with its counts and its interval, and judges only what is certain', () => {
  expect(shareWords(share)).toBe('118 of 120, 94.1 to 99.5 %');
  expect(judgedWords({ ...share, judged: 'not certain' })).toMatch(/^\? Not certain/);
  expect(judgedWords({ ...share, judged: 'met' })).toMatch(/^✓ Reaches the target of 95 %/);
  expect(judgedWords({ ...share, few: true, judged: 'not certain' })).toBe('Few: not judged');
  expect([shareWords({ count: 0, of: 0 }), judgedWords({ count: 0, of: 0 })]).toEqual(['None to count', '']);
});
