// One reader, one program, two ways to walk it: both say what the language's own expressions say, in every dialect.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRegex } from './compile.ts';
import { type Dialect, fhirpathDialect, filterDialect } from './dialects.ts';
import { room, run } from './run.ts';
import { wholeMatch } from './whole-match.ts';

const free = { spend: () => {} };

/** Begin and end of the first match and of each group. */
function found(source: string, text: string, dialect: Dialect, whole = false): number[] | undefined {
  const made = compileRegex(source, dialect);
  if (!made.ok) throw new Error(made.problem.message);
  const { program, groups } = made.value;
  const match = run(program, (groups + 1) * 2, text, 0, whole, room(program, text, free)!, free);
  return match && [...match];
}
const refused = (source: string, dialect: Dialect): string | undefined => {
  const made = compileRegex(source, dialect);
  return made.ok ? undefined : made.problem.kind;
};

const atom = fc.constantFrom(
  'a',
  'b',
  '[ab]',
  '[^a]',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '(a|b)',
  '(?:ab|ba)',
  '(a*)',
  '1',
  '\\.',
  '[a\\]b]',
  '[0-9]',
);
const piece = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?')).map(([one, times]) => one + times);
const expression = fc
  .array(fc.array(piece, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((some) => some.join('')).join('|'));
const anchored = fc
  .tuple(fc.constantFrom('', '^', '\\b'), expression, fc.constantFrom('', '$', '\\B'))
  .map(([begin, middle, end]) => `${begin}(?:${middle})${end}`);
const text = fc.stringMatching(/^[ab1 .\]]{0,8}$/);

describe('an expression matches', () => {
  test('at the place where RegExp finds it, as FHIRPath means it', () => {
    fc.assert(
      fc.property(anchored, text, (source, given) => {
        const expected = new RegExp(source, 's').exec(given);
        const match = found(source, given, fhirpathDialect);
        expect(match?.slice(0, 2)).toEqual(expected === null ? undefined : [expected.index, expected.index + expected[0].length]);
      }),
      { numRuns: 2000 },
    );
  });

  test('the whole of a text alike by both ways to walk it', () => {
    fc.assert(
      fc.property(expression, text, (source, given) => {
        const test = wholeMatch(source, filterDialect);
        if (!test.ok) throw new Error(test.problem.message);
        const whole = found(source, given, filterDialect, true) !== undefined;
        expect(test.value(given)).toBe(whole);
        expect(whole).toBe(new RegExp(`^(?:${source})$`).test(given));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the dialects differ in', () => {
  test('whether a dot meets line ends', () => {
    expect(found('a.b', 'a\nb', fhirpathDialect)).toEqual([0, 3]);
    expect(found('a.b', 'a\nb', filterDialect)).toBeUndefined();
  });

  test('what groups remember', () => {
    expect(found('(a)(?<second>b)', 'ab', fhirpathDialect)).toEqual([0, 2, 0, 1, 1, 2]);
    expect(found('(a)(b)', 'ab', filterDialect)).toEqual([0, 2]);
    expect(refused('(?<second>b)', filterDialect)).toBe('unsupported');
  });

  test.each<[string, string | undefined, string | undefined]>([
    ['a^b', undefined, 'invalid'],
    ['\\ba', undefined, 'invalid'],
    ['a{', undefined, 'invalid'],
    ['{2}', undefined, 'invalid'],
    ['\\q', undefined, 'invalid'],
    ['[\\q]', undefined, 'invalid'],
    ['a*+', 'invalid', undefined],
    ['a+*', 'invalid', undefined],
    ['[]a]', undefined, undefined],
    ['a'.repeat(1_500), undefined, 'too-costly'],
    ['a{900}', undefined, 'too-costly'],
    ['(?=a)', 'unsupported', 'unsupported'],
    ['(a)\\1', 'unsupported', 'unsupported'],
    ['[z-a]', 'invalid', 'invalid'],
    [`a${'{1}'.repeat(1)}${'*+'.repeat(100)}`, 'invalid', 'invalid'],
  ])('what they refuse: %s', (source, fhirpath, filter) => {
    expect([refused(source, fhirpathDialect), refused(source, filterDialect)]).toEqual([fhirpath, filter]);
  });

  test('what a bracket that closes first says', () => {
    expect(found('[]a]', ']', filterDialect)).toEqual([0, 1]);
    expect(found('[]a]', ']', fhirpathDialect)).toBeUndefined();
    expect(found('[^]a]', 'b', filterDialect)).toEqual([0, 1]);
  });

  test('whether the ends have to be named', () => {
    const test = wholeMatch('^a|b$', filterDialect);
    expect(test.ok && ['a', 'b', 'ab'].map(test.value)).toEqual([true, true, false]);
  });
});
