import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Questionnaire, QuestionnaireItem } from '../../../../../src/fhir/generated/types.ts';
import { validateStructure } from '../../../../../src/fhir/structure/validate.ts';
import { beginning, calculated, type Form, findings, isAsked, notUnderstood, responseItems, scoreOf, typedFrom } from './answers.ts';

const folder = new URL('../../../../../knowledge/questionnaires/', import.meta.url);
const shipped = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Questionnaire);
const phq9 = shipped.find(({ id }) => id === 'phq-9');
if (phq9 === undefined) throw new Error('no PHQ-9');

const form = (questionnaire: Questionnaire): Form => ({
  questionnaire,
  patient: { resourceType: 'Patient', birthDate: '1945-07-14', gender: 'female', name: [{ family: 'Test' }] },
  expanded: new Map(),
  today: '2026-11-22',
});
const made = (...item: QuestionnaireItem[]): Form => form({ resourceType: 'Questionnaire', status: 'active', item });
const typed = (answers: Record<string, string[]>, copies: Record<string, number> = {}) => ({ answers, copies });
const response = (of: Form, answers: ReturnType<typeof typed>) => ({
  resourceType: 'QuestionnaireResponse' as const,
  status: 'completed',
  item: responseItems(of, answers),
});

describe.each(shipped.map((one) => [one.title ?? '', one] as const))('%s', (_, questionnaire) => {
  const of = form(questionnaire);
  const questions = (questionnaire.item ?? []).filter(({ required }) => required === true);

  it('is sound, says where it is from and that it is free, and needs no expression that is not understood', () => {
    expect(validateStructure(questionnaire)).toEqual([]);
    expect(questionnaire.copyright).toContain('No permission required');
    expect(notUnderstood(questionnaire)).toEqual([]);
  });

  it('adds up what is chosen, and says how severe that is', () => {
    const all = calculated(of, typed(Object.fromEntries(questions.map(({ linkId }) => [linkId, ['o:3']]))));
    expect(all.answers['total']).toEqual([String(questions.length * 3)]);
    expect(scoreOf(of, all)).toEqual({ points: questions.length * 3, answered: questions.length, of: questions.length });
    const bands = (questionnaire.item ?? []).filter((item) => item.linkId.startsWith('band') && isAsked(item, item.linkId, of, all));
    expect(bands.map(({ text }) => text?.slice(0, 6))).toEqual(['Severe']);
    expect(findings(of, all).size).toBe(0);
    expect(validateStructure(response(of, all))).toEqual([]);
  });

  it('has one band for each total', () => {
    for (let total = 0; total <= questions.length * 3; total++) {
      const now = typed({ total: [String(total)] });
      expect(
        (questionnaire.item ?? []).filter((item) => item.linkId.startsWith('band') && isAsked(item, item.linkId, of, now)),
      ).toHaveLength(1);
    }
  });

  it('asks for what is not answered', () => expect(findings(of, typed({})).size).toBe(questions.length));
});

it('asks about safety as soon as question 9 of the PHQ-9 is more than never', () => {
  const safety = phq9.item?.find(({ linkId }) => linkId === 'safety');
  if (safety === undefined) throw new Error('no such item');
  expect(isAsked(safety, 'safety', form(phq9), typed({ 9: ['o:0'] }))).toBe(false);
  expect(isAsked(safety, 'safety', form(phq9), typed({ 9: ['o:1'] }))).toBe(true);
});

describe('questions', () => {
  const smokes: QuestionnaireItem = { linkId: 'smokes', type: 'boolean' };
  const many: QuestionnaireItem = {
    linkId: 'many',
    type: 'integer',
    enableWhen: [
      { question: 'smokes', operator: '=', answerBoolean: true },
      { question: 'age', operator: '>', answerInteger: 15 },
    ],
  };
  const age: QuestionnaireItem = { linkId: 'age', type: 'integer' };

  it.each([
    ['all', { smokes: ['true'], age: ['20'] }, true],
    ['all', { smokes: ['true'], age: ['10'] }, false],
    ['any', { smokes: ['true'] }, true],
    ['any', { smokes: ['false'] }, false],
  ])('are asked where %s of the conditions hold: %o', (enableBehavior, answers: Record<string, string[]>, asked) =>
    expect(isAsked({ ...many, enableBehavior }, 'many', made(smokes, many, age), typed(answers))).toBe(asked),
  );

  it('that are not asked leave no answer behind', () => {
    const of = made(smokes, { ...many, enableBehavior: 'any' });
    expect(responseItems(of, typed({ smokes: ['false'], many: ['20'] })).map(({ linkId }) => linkId)).toEqual(['smokes']);
  });

  it('in a repeating group are each asked by their own copy', () => {
    const inner: QuestionnaireItem = {
      linkId: 'dose',
      type: 'decimal',
      enableWhen: [{ question: 'drug', operator: 'exists', answerBoolean: true }],
    };
    const of = made({ linkId: 'drugs', type: 'group', repeats: true, item: [{ linkId: 'drug', type: 'string' }, inner] });
    const now = typed({ 'drugs/drug': ['Aspirin'], 'drugs/dose': ['75'], 'drugs#1/dose': ['10'] }, { drugs: 2 });
    expect(isAsked(inner, 'drugs/dose', of, now)).toBe(true);
    expect(isAsked(inner, 'drugs#1/dose', of, now)).toBe(false);
    const back = typedFrom(response(of, now), of);
    expect(back.answers['drugs/dose']).toEqual(['75']);
  });

  it.each([
    ['boolean', 'true', { valueBoolean: true }],
    ['integer', '12', { valueInteger: 12 }],
    ['decimal', '1,5', { valueDecimal: 1.5 }],
    ['date', '2026-11-22', { valueDate: '2026-11-22' }],
    ['dateTime', '2026-11-22T10:00:00Z', { valueDateTime: '2026-11-22T10:00:00Z' }],
    ['time', '10:30', { valueTime: '10:30:00' }],
    ['string', 'x', { valueString: 'x' }],
    ['text', 'x', { valueString: 'x' }],
    ['url', 'http://a.example', { valueUri: 'http://a.example' }],
    ['quantity', '70', { valueQuantity: { value: 70 } }],
    ['reference', 'Practitioner/1', { valueReference: { reference: 'Practitioner/1' } }],
    ['attachment', '{"title":"a","data":"eA=="}', { valueAttachment: { title: 'a', data: 'eA==' } }],
    ['open-choice', 't:other', { valueString: 'other' }],
  ])('of the type %s take %s', (type, text, answer) => {
    const of = made({ linkId: 'q', type });
    const sent = response(of, typed({ q: [text] }));
    expect(sent.item[0]?.answer).toEqual([answer]);
    expect(validateStructure(sent)).toEqual([]);
    expect(responseItems(of, typedFrom(sent, of))).toEqual(sent.item);
  });

  it.each([
    ['integer', '1.5'],
    ['date', 'yesterday'],
    ['url', 'no address'],
    ['decimal', 'x'],
  ])('of the type %s refuse %s', (type, text) => expect(findings(made({ linkId: 'q', type }), typed({ q: [text] })).size).toBe(1));

  it('are prefilled from the patient and from initial values', () => {
    const url = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression';
    const prefill = (linkId: string, type: string, expression: string): QuestionnaireItem => ({
      linkId,
      type,
      extension: [{ url, valueExpression: { language: 'text/fhirpath', expression } }],
    });
    const of = made(
      prefill('born', 'date', '%patient.birthDate'),
      prefill('family', 'string', '%patient.name.first().family'),
      prefill('far', 'string', '%patient.name.matches(1)'),
      { linkId: 'fixed', type: 'integer', initial: [{ valueInteger: 3 }] },
    );
    expect(beginning(of).typed.answers).toEqual({ born: ['1945-07-14'], family: ['Test'], fixed: ['3'] });
    expect(notUnderstood(of.questionnaire)).toEqual(['far']);
  });

  it('without end do not hang', () => {
    const expression = '('.repeat(400);
    const url = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression';
    const of = made({ linkId: 'q', type: 'integer', extension: [{ url, valueExpression: { language: 'text/fhirpath', expression } }] });
    expect(calculated(of, typed({})).answers).toEqual({});
  });
});
