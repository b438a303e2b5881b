import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText, foldToken, phoneticKey } from './fold.ts';

test.each([
  ['Müller', 'muller'],
  ['José  MARÍA', 'jose maria'],
  ['  van der Berg ', 'van der berg'],
  ['ÅNGSTRÖM', 'angstrom'],
  ['Ångström', 'angstrom'],
  ['İstanbul', 'istanbul'],
  ['Nguyễn', 'nguyen'],
  ['東京', '東京'],
  ['Привет', 'привет'],
])('%s is found as %s', (text, folded) => {
  expect(foldText(text)).toBe(folded);
});

test('folding twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
      expect(foldText(foldText(text))).toBe(foldText(text));
    }),
    { numRuns: 1000 },
  );
});

test('codes are compared without case', () => {
  expect(foldToken('LA6576-8')).toBe(foldToken('la6576-8'));
});

// Worked examples of the US National Archives' description of American Soundex.
test.each([
  ['Washington', 'w252'],
  ['Lee', 'l000'],
  ['Gutierrez', 'g362'],
  ['Pfister', 'p236'],
  ['Jackson', 'j250'],
  ['Tymczak', 't522'],
  ['Ashcraft', 'a261'],
])('%s sounds as %s', (name, key) => {
  expect(phoneticKey(name)).toBe(key);
});

test('Smith and Smyth sound alike; a name without Latin letters keeps itself', () => {
  expect(phoneticKey('Smith')).toBe(phoneticKey('Smyth'));
  expect(phoneticKey('東京')).toBe('東京');
});
