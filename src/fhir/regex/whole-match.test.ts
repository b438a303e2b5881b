// Expressions of filters: the same answers as the language's own, in time that no expression can stretch.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterDialect } from './dialects.ts';
import { RegexTooCostly, wholeMatch } from './whole-match.ts';

const matches = (source: string, text: string): boolean => {
  const made = wholeMatch(source, filterDialect);
  if (!made.ok) throw new Error(made.problem.message);
  return made.value(text);
};

const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\d', '\\w', '(a|b)', '(?:ab|ba)', '1');
const piece = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?')).map(([one, times]) => one + times);
const expression = fc
  .array(fc.array(piece, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((some) => some.join('')).join('|'));

test('the whole value must match, as RegExp says it', () => {
  fc.assert(
    fc.property(expression, fc.stringMatching(/^[ab1 ]{0,8}$/), (source, text) => {
      expect(matches(source, text)).toBe(new RegExp(`^(?:${source})$`).test(text));
    }),
    { numRuns: 2000 },
  );
});

describe('an expression', () => {
  test('may be anchored or not', () => {
    expect(matches('^Serum.*$', 'Serum or Plasma')).toBe(true);
    expect(matches('Serum', 'Serum or Plasma')).toBe(false);
    expect(matches('a\\$', 'a$')).toBe(true);
  });

  test.each(['(a+)+b', '(a|a)*b', '(a|aa)+$', '((a*)*)*b', '(.*a){20}b'])('that explodes elsewhere answers at once here: %s', (source) => {
    expect(matches(source, 'a'.repeat(20_000))).toBe(source === '(a|aa)+$');
  });

  test.each(['(', 'a)', '[a', 'a{2', '*a', 'a\\', '(?=a)', '\\1', 'a^b', 'a{3,2}', '(a{900}){900}', '(('.repeat(60), 'a'.repeat(1001)])(
    'is refused with a reason: %s',
    (source) => {
      const made = wholeMatch(source, filterDialect);
      expect(made.ok).toBe(false);
    },
  );

  test('that would work for minutes all the same is given up', () => {
    const made = wholeMatch('[ab]*a[ab]{350}', filterDialect);
    if (!made.ok) throw new Error(made.problem.message);
    const test = made.value;
    expect(() => {
      for (let i = 1; i < 200; i += 1) test(Array.from({ length: 500 }, (_, k) => 'ab'[(k * k * i + ((k * i) >> 3)) % 2]).join(''));
    }).toThrow(RegexTooCostly);
  });
});
