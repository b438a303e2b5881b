// What a text must be to be a question, and what is said where it is none.
import { describe, expect, it } from 'vitest';
import { readQuestion } from './question-file.ts';
import { valuesOf } from './values.ts';

const whole = `-- title: Arrivals
-- description: By day,
-- description: of the emergency department.
-- detail: limited
-- summary: yes
-- parameter: since date = -90d "Since"
-- parameter: kind choice(EMER, IMP) = EMER "Kind of visit"
-- parameter: words text = "Words"
-- chart: line x=day y=visits unit=visits
-- drill: visits-of-day day=day
-- a remark of the SQL, not of the head
select $since, $kind, $words;
`;

const wrong = (text: string, name = 'mine'): string => {
  const read = readQuestion(name, text);
  return read.ok ? 'read' : read.problem.message;
};

describe('a question', () => {
  it('is a head and a SELECT', () => {
    const read = readQuestion('mine', whole);
    expect(read.ok && read.value).toEqual({
      name: 'mine',
      title: 'Arrivals',
      description: 'By day, of the emergency department.',
      detail: 'limited',
      summary: true,
      parameters: [
        { name: 'since', type: 'date', usual: '-90d', label: 'Since', choices: [] },
        { name: 'kind', type: 'choice', usual: 'EMER', label: 'Kind of visit', choices: ['EMER', 'IMP'] },
        { name: 'words', type: 'text', usual: '', label: 'Words', choices: [] },
      ],
      chart: { kind: 'line', x: 'day', y: 'visits', unit: 'visits' },
      drill: { question: 'visits-of-day', from: [{ parameter: 'day', column: 'day' }] },
      sql: '-- a remark of the SQL, not of the head\nselect $since, $kind, $words',
      journals: [],
    });
  });

  it.each([
    ['select 1', 'begins with "-- title'],
    ['-- title: x', 'no SELECT'],
    ['-- title: x\n-- colour: red\nselect 1', 'Line 2: "colour" is not among'],
    ['-- title: x\n-- constructor: red\nselect 1', 'Line 2: "constructor" is not among'],
    ['-- title: x\n-- detail: all\nselect 1', 'detail is one of de-identified, limited, identified'],
    ['-- title: x\n-- summary: maybe\nselect 1', 'summary is yes or no'],
    ['-- title: x\n-- parameter: a b c\nselect 1', 'a parameter is written'],
    ['-- title: x\n-- parameter: a colour = red\nselect $a', 'a parameter is text, number, date, choice'],
    ['-- title: x\n-- parameter: a choice(b, c) = d\nselect $a', 'one of its choices'],
    ['-- title: x\n-- parameter: a text = b\n-- parameter: a text = b\nselect $a', 'two parameters a'],
    ['-- title: x\n-- parameter: a text = b\nselect $ab', 'The parameter a is not in the SELECT'],
    ['-- title: x\n-- chart: pie\nselect 1', 'a chart is number'],
    ['-- title: x\n-- chart: line q=1\nselect 1', 'a chart is written'],
    ['-- title: x\n-- drill: Nowhere\nselect 1', 'drill names a question'],
    [`-- title: a${' '.repeat(90_000)}x\nselect 1`, 'Line 1: a line of the head has at most 1,000'],
    [`-- title: x\n-- parameter: a text =${' '.repeat(900)}x"y\nselect $a`, 'a parameter is written'],
    [`-- title: x\n${Array.from({ length: 51 }, (_, at) => `-- parameter: a${at} text = b\n`).join('')}select 1`, 'at most 50 parameters'],
    ['-- title: x\nselect \0', 'NUL'],
    [`-- title: x\n${'select '.repeat(20_000)}`, 'at most 100,000'],
  ])('is refused with what is wrong: %j', (text, words) => expect(wrong(text)).toContain(words));

  it.each(['', '../x', 'A', 'a/b', 'a.sql', '-a', 'x'.repeat(81)])('has a name that is a file of the folder: %j', (name) =>
    expect(wrong(whole, name)).toContain('A name has small letters'),
  );
});

describe('values of parameters', () => {
  const parameters = (text: string) => {
    const read = readQuestion('mine', text);
    return read.ok ? read.value.parameters : [];
  };
  const values = (given: Record<string, string>, today = '2026-03-31') => {
    const read = valuesOf(parameters(whole), given, today);
    return read.ok ? read.value : read.problem.message;
  };

  it('are the usual ones where none are given', () => expect(values({})).toEqual({ since: '2025-12-31', kind: 'EMER', words: '' }));

  it.each([
    ['today', '2026-03-31'],
    ['-1d', '2026-03-30'],
    ['-1m', '2026-02-28'],
    ['-13m', '2025-02-28'],
    ['-2y', '2024-03-31'],
    ['2024-02-29', '2024-02-29'],
  ])('know the day %s', (text, day) => expect(values({ since: text })).toMatchObject({ since: day }));

  it.each([
    [{ since: '2026-02-30' }, 'Since takes a day'],
    [{ since: "2026-01-01'; drop" }, 'Since takes a day'],
    [{ kind: 'AMB' }, 'Kind of visit takes one of EMER, IMP'],
    [{ words: 'x'.repeat(1001) }, 'Words takes text'],
    [{ other: '1' }, 'There is no parameter "other": there are since, kind, words'],
    [{ constructor: '1' }, 'There is no parameter "constructor"'],
  ])('are refused with what is wrong: %j', (given, words) => expect(values(given as Record<string, string>)).toContain(words));
});
