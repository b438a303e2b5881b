// Public health's answer to a case report is read from the places of the guide, and is found by what it answers.
import { expect, test } from 'vitest';
import { reportabilityResponse } from '../../../test/reportability-response.fixture.ts';
import { aboutCcdaInSteps, type CcdaAbout } from './about.ts';
import { type ReportabilityResponse, readResponse } from './reportability-response.ts';

const set = '11111111-2222-8333-8444-555555555555';
const bytes = (text: string): Buffer => Buffer.from(text);
function read(text: string): { found: ReportabilityResponse | undefined; steps: number } {
  const reading = readResponse(bytes(text));
  for (let steps = 0; ; steps++) {
    const step = reading.next();
    if (step.done === true) return { found: step.value, steps };
  }
}

function aboutOf(text: string): { about: CcdaAbout; steps: number } {
  const reading = aboutCcdaInSteps(bytes(text));
  for (let steps = 0; ; steps++) {
    const step = reading.next();
    if (step.done === true) return { about: step.value, steps };
  }
}

test('each agency says for itself whether a condition is reportable, by which rule, how soon, and what is to be done', () => {
  const { found } = read(reportabilityResponse(set, 2));
  expect(found).toEqual({
    answers: [{ id: '0a3cf3b0-0000-4000-8000-000000000001', set, version: '2' }],
    status: ['processed with a warning: old list of triggers'],
    conditions: [
      {
        condition: 'Measles',
        agency: 'Harbour Department of Health',
        determination: 'reportable',
        reasons: ['Suspected & not excluded'],
        rules: ['Diagnosis of measles'],
        within: '24 h',
        toDo: [{ says: 'Send the form', priority: 'Immediate action required', link: 'https://health.example/form' }],
      },
      { condition: 'Measles', agency: 'County of Hills', determination: 'no rule met', reasons: [], rules: [], within: '', toDo: [] },
    ],
    more: false,
  });
});

test('it is found by the series of the report that it answers', () => {
  const about = aboutOf(reportabilityResponse(set, 1)).about;
  expect(about).toMatchObject({ kind: 'Reportability response', keys: expect.arrayContaining(['SV1014', set]) });
});

test('a link that is no page is not told, a code that the guide does not have is not guessed at, another document is none', () => {
  const odd = reportabilityResponse(set, 1, 'javascript:alert(1)').replace('RRVS1"', 'constructor"');
  expect(read(odd).found?.conditions[0]).toMatchObject({ determination: null, toDo: [{ link: '' }] });
  expect(read(odd.replace('88085-6', '34133-9')).found).toBeUndefined();
  expect(read('no XML').found).toBeUndefined();
});

test('whatever is in it, it is read in steps, and what is told of it is bounded and says so', () => {
  const text = reportabilityResponse(set, 1);
  const told = (found: ReportabilityResponse | undefined): number => JSON.stringify(found).length;
  const condition = /<entry typeCode="DRIV">.*<\/entry>/s.exec(text)![0];
  const many = read(text.replace(condition, condition.repeat(60))).found;
  expect([many?.conditions.length, many?.more]).toEqual([50, true]);
  const rule = /<entryRelationship typeCode="RSON"><observation[^>]*><templateId root="[^"]*3\.27".*?<\/entryRelationship>/s.exec(text)![0];
  const long = text.replace(rule, rule.repeat(2_000)).replaceAll('Diagnosis of measles', '&amp;'.repeat(2_000));
  expect(told(read(long).found)).toBeLessThan(10_000);
  expect(read(long).found?.conditions[0]?.rules[0]).toBe('&'.repeat(500));
  const address = `https://health.example/${'a'.repeat(3_000)}`;
  expect(read(reportabilityResponse(set, 1, address)).found?.conditions[0]?.toDo[0]?.link).toBe('');
  const filled = (of: number): string => text.replace('</section>', `${'<entry/>'.repeat(of)}</section>`);
  expect(read(filled(20_000)).steps - read(filled(0)).steps).toBeGreaterThan(100);
  expect(aboutOf(filled(20_000)).steps - aboutOf(filled(0)).steps).toBeGreaterThan(100);
});
