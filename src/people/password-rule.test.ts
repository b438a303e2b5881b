import { describe, expect, test } from 'vitest';
import { passwordFault } from './password-rule.ts';

describe('refused', () => {
  const cases: [why: string, password: string][] = [
    ['too short', 'Tr0ub4dor&3'],
    ['too long', 'river '.repeat(60)],
    ['the name', 'florence-florence'],
    ['the name with a number', 'Florence2026'],
    ['one letter', 'aaaaaaaaaaaaaaa'],
    ['a pattern', 'abc1abc1abc1abc1'],
    ['the digits', '123456789012'],
    ['the digits backwards', '987654321098'],
    ['a row of keys', 'qwertyuiop[]'],
    ['the alphabet', 'ABCDEFGHIJKL'],
    ['a common word with digits', 'password1234'],
    ['a common word with signs in place of letters', 'P@ssw0rd!2026'],
    ['two common words', 'AdminPassword1'],
  ];
  test.each(cases)('%s', (_why, password) => {
    expect(passwordFault(password, 'florence')).toMatch(/^A password /);
  });
});

describe('accepted', () => {
  test.each([
    'correct horse battery',
    'test-password-Wintersturm',
    'Königin der Nacht',
    'tuna-x7-gravel-lamp',
    '8305-1179-4426',
    '用户在病房里喝了一杯很热的茶',
  ])('%s', (password) => {
    expect(passwordFault(password, 'florence')).toBeUndefined();
  });
});
