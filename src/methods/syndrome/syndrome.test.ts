// Complaints as they are typed in triage: what is denied, short, misspelt or of the past; and that hostile texts cost nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifierOf } from './classify.ts';
import { complaintReader } from './complaint.ts';
import type { ComplaintWords, Syndrome } from './contract.ts';
import { isPositive } from './notifiable.ts';
import { editsBetween, speller } from './spelling.ts';

const words: ComplaintWords = {
  version: '1',
  same: { sob: 'shortness of breath', 'n/v/d': 'nausea vomiting diarrhea', afebrile: 'no fever', fevers: 'fever' },
  deny: ['no', 'without'],
  denyLists: ['denies'],
  denyAfter: ['denied'],
  past: ['history of'],
  stop: ['but', 'with', 'and now'],
  leave: ['fewer'],
};
const terms = ['fever', 'cough', 'vomiting', 'diarrhea', 'nausea', 'shortness of breath', 'pain'];
const read = complaintReader(words, terms);
const said = (text: string): string[] =>
  read(text)
    .filter(({ denied }) => !denied)
    .map(({ word }) => word);

describe('a complaint', () => {
  it.each([
    ['no fever, cough', ['no', 'cough']],
    ['denies fever, cough, sob but pain', ['denies', 'but', 'pain']],
    ['without cough with fever', ['without', 'with', 'fever']],
    ['no fever or cough. pain', ['no', 'pain']],
    ['fever denied, cough', ['denied', 'cough']],
    ['history of cough, fever', ['history', 'of', 'fever']],
    ['afebrile cough', ['no']],
    ['FEVRE & coguh', ['fever', 'cough']],
    ['N/V/D x3', ['nausea', 'vomiting', 'diarrhea', 'x', '3']],
    ['fewer', ['fewer']],
    ['Diarrhéa', ['diarrhea']],
  ])('%s', (text, expected) => expect(said(text)).toEqual(expected));

  it('tells where each word stands, in whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const { from, to } of read(text)) expect(from >= 0 && to <= text.length && from < to).toBe(true);
      }),
    );
  });

  it('is read to its first thousand letters', () => {
    const [first] = read(`${'a'.repeat(2_000_000)} fever`);
    expect(first?.to).toBe(1_000);
    expect(read('no '.repeat(500_000)).length).toBeLessThan(1_000);
  });
});

describe('spelling', () => {
  it('counts letters left out, added, changed and swapped', () => {
    expect([editsBetween('fever', 'fevre', 2), editsBetween('cough', 'coug', 2), editsBetween('cough', 'couhg', 1)]).toEqual([1, 1, 1]);
    expect(editsBetween('cough', 'vomiting', 2)).toBe(3);
  });
  it('mends no short word, and none between two that mean different things', () => {
    const spell = speller(new Set(['cough', 'couch', 'rash']), new Set());
    expect([spell('couhh'), spell('rush')]).toEqual(['couhh', 'rush']);
  });
});

describe('a syndrome', () => {
  const syndrome = (complaint: Syndrome['complaint'], codes: string[], codesWithout: string[] = []): Syndrome => ({
    name: 's',
    title: '',
    question: '',
    version: '1',
    status: 'unreviewed',
    reviewer: 'unreviewed',
    source: { agency: '', year: 2020, title: '', section: '' },
    licence: '',
    limits: '',
    complaint,
    codes,
    codesWithout,
  });
  it('needs a term of each list, and says them as they were written', () => {
    const { classify } = classifierOf(words, [syndrome([{ with: [['fever'], ['cough', 'shortness of breath']] }], [])]);
    expect(classify({ complaint: 'Fevers, SOB', codes: [] })).toEqual([{ syndrome: 's', words: ['Fevers', 'SOB'], codes: [] }]);
    expect(classify({ complaint: 'Fever', codes: [] })).toEqual([]);
  });
  it('knows codes with and without the point, and leaves out what it says', () => {
    const { byCode } = classifierOf(words, [syndrome([], ['A08', 'R11'], ['R11.0'])]);
    expect(['A08.4', 'a084', 'R11.0', 'R11.2', 'B08.4'].map((code) => byCode(code).length)).toEqual([1, 1, 0, 1, 0]);
  });
});

it('a result is positive by its interpretation, else by its words, and never where they deny it', () => {
  const result = (text: string, interpretation: string | null = null): boolean => isPositive({ words: text, interpretation });
  expect(['Positive', 'DETECTED', 'Not detected', 'non-reactive', 'Reactive', ''].map((text) => result(text))).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
  ]);
  expect([result('see comment', 'POS'), result('positive', 'NEG')]).toEqual([true, false]);
});
