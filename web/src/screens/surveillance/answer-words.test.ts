// What public health answers is said in words of a ward, the most pressing first.
import { expect, test } from 'vitest';
import { answeredWords, hostOf, mostPressing, withinWords } from './answer-words.ts';

test('times are words, and what is no time stays as it was written', () => {
  expect(['24 h', '1 d', '2.5 wk', '30 min', '7', 'at once', '4 constructor'].map(withinWords)).toEqual([
    '24 hours',
    '1 day',
    '2.5 weeks',
    '30 minutes',
    '7',
    'at once',
    '4 constructor',
  ]);
});

test('a sentence names the agency where there is one', () => {
  const said = (determination: Parameters<typeof answeredWords>[0], agency = ''): string =>
    answeredWords(determination, agency !== '').join(agency);
  expect(said('reportable', 'Harbour')).toBe('reportable to Harbour');
  expect(said('no rule met', 'Hills')).toBe('no rule of Hills asks for it');
  expect(said(null, 'Hills')).toBe('Hills does not say whether it is reportable');
  expect([said('not reportable'), said(null)]).toEqual(['not reportable', 'it is not said whether it is reportable']);
});

test('what asks for something comes first, whatever the order of the document', () => {
  const one = (determination: Parameters<typeof answeredWords>[0], agency: string) => ({
    condition: 'Measles',
    agency,
    determination,
    reasons: [],
    rules: [],
    within: '',
    toDo: [],
  });
  const all = [one('not reportable', 'a'), one(null, 'b'), one('reportable', 'c'), one('may be reportable', 'd'), one('reportable', 'e')];
  expect(mostPressing(all).map(({ agency }) => agency)).toEqual(['c', 'e', 'd', 'b', 'a']);
});

test('a link says where it leads', () => {
  expect([hostOf('https://health.example:8443/form?x=1'), hostOf('https://')]).toEqual(['health.example:8443', 'https://']);
});
