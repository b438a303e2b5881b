// Public health's answer to a case report is read from the places of the guide, and is found by what it answers.
import { expect, test } from 'vitest';
import { reportabilityResponse } from '../../../test/reportability-response.fixture.ts';
import { aboutCcda } from './about.ts';
import { readResponse } from './reportability-response.ts';

const set = '11111111-2222-8333-8444-555555555555';
const bytes = (text: string): Buffer => Buffer.from(text);

test('each agency says for itself whether a condition is reportable, by which rule, how soon, and what is to be done', () => {
  const found = readResponse(bytes(reportabilityResponse(set, 2)));
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
  });
});

test('it is found by the series of the report that it answers', () => {
  const about = aboutCcda(bytes(reportabilityResponse(set, 1)));
  expect(about).toMatchObject({ kind: 'Reportability response', keys: expect.arrayContaining(['SV1014', set]) });
});

test('a link that is no page is not told, a code that the guide does not have is not guessed at, another document is none', () => {
  const odd = reportabilityResponse(set, 1, 'javascript:alert(1)').replace('RRVS1"', 'constructor"');
  expect(readResponse(bytes(odd))?.conditions[0]).toMatchObject({ determination: null, toDo: [{ link: '' }] });
  expect(readResponse(bytes(odd.replace('88085-6', '34133-9')))).toBeUndefined();
  expect(readResponse(bytes('no XML'))).toBeUndefined();
});
