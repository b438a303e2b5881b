// What a text must be to be a report, and what is said where it is none.
import { describe, expect, it } from 'vitest';
import { readReport } from './report-file.ts';

const said = (members: object | string, name = 'mine'): string => {
  const read = readReport(name, typeof members === 'string' ? members : JSON.stringify(members));
  return read.ok ? 'read' : read.problem.message;
};
const least = { title: 'x', question: 'ed-arrivals-by-day' };

describe('a report', () => {
  it('names a dashboard or question, when it is due and as what', () => {
    const schedule = { every: 'week', on: 'monday', at: '07:00' };
    const read = readReport('mine', JSON.stringify({ title: 'ED', dashboard: 'emergency', parameters: { since: '-7d' }, schedule, formats: ['csv', 'pdf'] })); // biome-ignore format: one report
    expect(read.ok && read.value).toEqual({
      name: 'mine',
      title: 'ED',
      description: '',
      subject: { kind: 'dashboard', name: 'emergency' },
      parameters: { since: '-7d' },
      schedule,
      formats: ['pdf', 'csv'],
      keep: 30,
    });
  });

  it('or has words of its own between answers', () => {
    const blocks = [
      { heading: 'Situation', text: 'Since Monday' },
      { question: 'ed-arrivals-by-day', width: 4 },
    ];
    const read = readReport('brief', JSON.stringify({ title: 'Brief', blocks }));
    expect(read.ok && read.value.subject).toEqual({
      kind: 'blocks',
      blocks: [
        { heading: 'Situation', text: 'Since Monday' },
        { question: 'ed-arrivals-by-day', width: 4, parameters: {} },
      ],
    });
    expect(read.ok && read.value.schedule).toBeUndefined();
  });

  it.each<[object | string, string]>([
    ['[]', 'A report is a JSON object'],
    ['{', 'the text ends'],
    [{ ...least, colour: 1 }, '"colour" is not understood'],
    ['{"title":"x","question":"a","__proto__":{"keep":1}}', 'not allowed'],
    [{ question: 'a' }, 'needs a title'],
    [{ title: 'x' }, 'one dashboard, or of one question, or has blocks'],
    [{ ...least, dashboard: 'emergency' }, 'one dashboard, or of one question, or has blocks'],
    [{ title: 'x', question: '../x' }, 'question is the name of a question'],
    [{ title: 'x', blocks: [] }, 'blocks are 1 to 60'],
    [{ title: 'x', blocks: [{ text: 'a', question: 'b' }] }, 'Block 1: "question" is not understood'],
    [{ title: 'x', blocks: [{ text: 'a\0' }] }, 'NUL'],
    [{ title: 'x', blocks: [{ question: 'B' }] }, 'Block 1: question is the name'],
    [{ ...least, schedule: { every: 'day', at: '7:00' } }, 'at is a time'],
    [{ ...least, schedule: { every: 'day', at: '24:00' } }, 'at is a time'],
    [{ ...least, schedule: { every: 'week', on: 'someday', at: '07:00' } }, 'every week is on monday'],
    [{ ...least, schedule: { every: 'month', on: 32, at: '07:00' } }, 'every month is on 1 to 31'],
    [{ ...least, schedule: { every: 'hour', at: '07:00' } }, 'every is day, week or month'],
    [{ ...least, schedule: 'weekly' }, 'schedule is {'],
    [{ ...least, formats: [] }, 'formats is a list of pdf and csv'],
    [{ ...least, formats: ['docx'] }, 'formats is a list of pdf and csv'],
    [{ ...least, keep: 0 }, 'keep is how many'],
    [{ ...least, parameters: { since: 7 } }, 'parameters are texts'],
  ])('is refused with what is wrong: %j', (members, words) => expect(said(members)).toContain(words));

  it.each(['', '../x', 'A', 'a/b', 'x'.repeat(81)])('has a name that is a file of the folder: %j', (name) =>
    expect(said(least, name)).toContain('A name has small letters'),
  );
});
