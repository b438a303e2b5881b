import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsOf, readJson } from './http.ts';

/** Whether this engine tells a reviver what was written (Node 20 does not, browsers do). */
const tells = ((): boolean => {
  let source: string | undefined;
  JSON.parse('[1.10]', (_key: string, value: unknown, context?: { source?: string }) => {
    source ??= context?.source;
    return value;
  });
  return source !== undefined;
})();

describe('numbers as they were written', () => {
  it.each(['1.10', '0.0', '1e3', '-0', '12345678901234567', '0.0000001', '1.5', '100'])('%s', (digits) => {
    const read = readJson(`{"value": ${digits},"unit":"1.10"}`) as { value: number };
    expect(Object.is(read.value, Number(digits))).toBe(true);
    expect(digitsOf(read, 'value')).toBe(tells ? digits : String(Number(digits)));
  });

  it('are read the same, whatever stands beside them', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
