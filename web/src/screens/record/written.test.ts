import { describe, expect, it } from 'vitest';
import { validateStructure } from '../../../../src/fhir/structure/validate.ts';
import { allergyOf, allergyProblem, allergyTyped, newAllergy } from './allergy.ts';
import { compositionOf, narrativeOf, noteFrom, noteProblem, noteTyped, textOf } from './note.ts';
import { newProblem, problemOf, problemProblem, problemTyped } from './problem.ts';
import { templateNamed, templates } from './templates.ts';

const author = { type: 'Practitioner', identifier: { system: 'http://lamplight.example/account', value: 'a1' }, display: 'okafor' };
const written = { id: 'x1', patient: 'p1', at: '2026-11-22T22:15:00+01:00', author };
const sound = (resource: object): void => expect(validateStructure(resource as Parameters<typeof validateStructure>[0])).toEqual([]);

describe('an allergy', () => {
  const made = allergyOf({ ...newAllergy, substance: 'Penicillin', reaction: 'Rash', severity: 'moderate', criticality: 'high' }, written);

  it('is sound FHIR and comes back as it was typed', () => {
    sound(made);
    expect(allergyTyped(made)).toMatchObject({ substance: 'Penicillin', reaction: 'Rash', severity: 'moderate', criticality: 'high' });
  });

  it('has the code that was chosen for as long as its words stand', () => {
    const penicillin = { system: 'http://s', code: 'penicillin', display: 'Penicillin', category: 'medication' };
    const typed = { ...newAllergy, substance: 'Penicillin', coded: penicillin };
    const coding = [{ system: 'http://s', code: 'penicillin', display: 'Penicillin' }];
    expect(allergyOf(typed, written).code).toEqual({ text: 'Penicillin', coding });
    expect(allergyOf({ ...typed, substance: 'Penicillin V?' }, written).code).toEqual({ text: 'Penicillin V?' });
    expect(allergyOf({ ...typed, coded: penicillin }, written, { ...made, code: { text: 'Latex' } }).code).toEqual({
      text: 'Penicillin',
      coding,
    });
  });

  it('keeps its code and what the form does not show when it is changed', () => {
    const coded = { ...made, code: { text: 'Penicillin', coding: [{ system: 's', code: 'c' }] }, lastOccurrence: '2001' };
    const changed = allergyOf({ ...allergyTyped(coded), criticality: 'low' }, written, coded);
    sound(changed);
    expect(changed).toMatchObject({ code: coded.code, lastOccurrence: '2001', criticality: 'low' });
  });

  it('has no clinical status once it was entered in error, and says why', () => {
    const typed = { ...allergyTyped(made), change: 'error', reason: 'Another patient' };
    const wrong = allergyOf(typed, written, made);
    sound(wrong);
    expect(wrong.clinicalStatus).toBeUndefined();
    expect(wrong.verificationStatus?.coding?.[0]?.code).toBe('entered-in-error');
    expect(wrong.note?.at(-1)?.text).toBe('Another patient');
    expect(allergyProblem({ ...typed, reason: ' ' })).toMatch(/why/);
  });
});

describe('a problem', () => {
  const made = problemOf({ ...newProblem, name: 'Pneumonia', since: '2026-11' }, written);

  it('is sound FHIR and comes back as it was typed', () => {
    sound(made);
    expect(problemTyped(made)).toMatchObject({ name: 'Pneumonia', since: '2026-11', certainty: 'confirmed' });
  });

  it('is resolved on the day that was typed, or today', () => {
    const resolved = problemOf({ ...problemTyped(made), change: 'resolved' }, written, made);
    sound(resolved);
    expect(resolved).toMatchObject({ abatementDateTime: '2026-11-22', clinicalStatus: { coding: [{ code: 'resolved' }] } });
  });

  it('has no clinical status once it was entered in error', () => {
    const wrong = problemOf({ ...problemTyped(made), change: 'error', reason: 'Typed twice' }, written, made);
    sound(wrong);
    expect(wrong.clinicalStatus).toBeUndefined();
  });

  it.each([
    [{ name: '' }, /what the problem is/],
    [{ name: 'x', since: '12.5.2024' }, /no date/],
    [{ name: 'x', since: '2024-05', change: 'resolved', ended: '2023-01-01' }, /ended before/],
  ])('asks for what is missing: %o', (some, words) => expect(problemProblem({ ...newProblem, ...some })).toMatch(words));
});

describe('a note', () => {
  const begun = noteFrom(templateNamed('Progress'), 'n1');
  const typed = {
    ...begun,
    parts: begun.parts.map((part, at) => (at === 0 ? { ...part, text: 'Slept <badly> & coughed\nall night\n\nEats' } : part)),
  };
  const writing = { patient: 'p1', encounter: 'e1', at: written.at, author, code: templateNamed('Progress').code } as const;
  const kept = compositionOf(typed, { ...writing, as: 'keep' });

  it('is preliminary until it is signed, and comes back as it was typed', () => {
    sound(kept);
    expect(kept.status).toBe('preliminary');
    expect(kept.attester).toBeUndefined();
    expect(noteTyped(kept).parts).toEqual([{ title: 'Subjective', text: 'Slept <badly> & coughed\nall night\n\nEats' }]);
  });

  it('is final with who signed and when', () => {
    const signed = compositionOf(typed, { ...writing, as: 'sign' }, { ...kept, meta: { versionId: '1' } });
    sound(signed);
    expect(signed).toMatchObject({ status: 'final', attester: [{ mode: 'legal', time: written.at, party: author }] });
    expect(signed.relatesTo).toBeUndefined();
  });

  it('is amended with a reason, names the version that it replaces, and keeps the first signature', () => {
    const signed = { ...compositionOf(typed, { ...writing, as: 'sign' }), meta: { versionId: '2' } };
    expect(noteProblem(typed, signed)).toMatch(/why/);
    const amended = compositionOf({ ...typed, reason: 'Wrong side' }, { ...writing, as: 'sign' }, signed);
    sound(amended);
    expect(amended.status).toBe('amended');
    expect(amended.attester).toHaveLength(2);
    expect(amended.relatesTo).toEqual([{ code: 'replaces', targetReference: { reference: 'Composition/n1/_history/2' } }]);
    expect(textOf(amended.section?.at(-1)?.text?.div)).toContain('Wrong side');
    expect(noteTyped(amended).parts).toHaveLength(1);
  });

  it.each(templates.map(({ name }) => name))('of the template %s asks for something', (name) => {
    expect(templateNamed(name).parts.length).toBeGreaterThan(0);
    expect(noteProblem(noteFrom(templateNamed(name), 'n1'), undefined)).toBe('The note is empty');
  });

  it('never becomes markup, and shows the markup of others as text', () => {
    const hostile = `<img src=x onerror="alert(1)">&amp;\u0000`;
    expect(narrativeOf(hostile)).toBe(
      '<div xmlns="http://www.w3.org/1999/xhtml"><p>&lt;img src=x onerror="alert(1)"&gt;&amp;amp;</p></div>',
    );
    expect(textOf(narrativeOf(hostile))).toBe('<img src=x onerror="alert(1)">&amp;');
    expect(textOf('<div><table><tr><td>a</td><td>b</td></tr></table>c&#233;<!-- x --></div>')).toContain('cé');
  });
});
