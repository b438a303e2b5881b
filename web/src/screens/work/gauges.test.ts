import { expect, it } from 'vitest';
import { gaugeIn } from './gauges.ts';

it('reads one gauge and takes no other for it', () => {
  const text = '# HELP a words\n# TYPE a gauge\na_more 3\na 0.25\nb NaN\n';
  expect(gaugeIn(text, 'a')).toBe(0.25);
  expect(gaugeIn(text, 'b')).toBeUndefined();
  expect(gaugeIn(text, 'c')).toBeUndefined();
});
