// The rows behind a number: who came, when, with what words and codes, and why they were counted. Asked without a summary, so that the right to export
// decides and the audit trail has the question.
import { ok, type Result } from '../../fhir/result.ts';
import type { Classifier } from '../../methods/syndrome/classify.ts';
import type { Caller } from '../../record/contract.ts';
import type { AnswerCell } from '../../warehouse/contract.ts';
import type { LineList } from './answers.ts';
import { type Counts, wordsIn } from './counts.ts';
import { lineListSql } from './sql.ts';
import type { Wish } from './wish.ts';

export interface LineRow {
  encounter: string;
  /** The id, for the chart. */
  patient: string;
  mrn: string;
  name: string;
  born: string;
  sex: string;
  age: string;
  area: string;
  place: string;
  class: string;
  day: string;
  start: string;
  complaint: string;
  /** Why it is counted: words as they were written, and codes. */
  words: string[];
  codes: string[];
}

export const rowsMost = 500;

export async function lineListOf(counts: Counts, classifier: Classifier, caller: Caller, wish: Wish): Promise<Result<LineList>> {
  const found = await counts.ask(caller, lineListSql, { ...wish }, undefined, {
    syndrome: wish.syndrome,
    from: wish.from,
    to: wish.to,
    rows: rowsMost + 1,
  });
  if (!found.ok) return found;
  const at = new Map(found.value.columns.map(({ name }, i) => [name, i]));
  const rows = found.value.rows.slice(0, rowsMost).map((row): LineRow => {
    const cell = (name: string): AnswerCell | undefined => row[at.get(name) ?? -1];
    const text = (name: string): string => wordsIn(cell(name));
    const codes = cell('codes');
    const complaint = text('complaint');
    return {
      encounter: idOf(text('id')),
      patient: idOf(text('patient_id')),
      mrn: text('mrn'),
      name: nameOf(text('family'), text('given')),
      born: text('birth_date').slice(0, 10),
      sex: text('sex'),
      age: text('age'),
      area: text('area'),
      place: text('place'),
      class: text('class'),
      day: text('day'),
      start: text('start'),
      complaint,
      words: classifier.byWords(complaint).get(wish.syndrome) ?? [],
      codes: Array.isArray(codes) ? codes.map(wordsIn).sort() : [],
    };
  });
  return ok({ rows, more: found.value.rows.length > rowsMost });
}

/** Keys are `Patient/1`. */
export const idOf = (key: string): string => key.slice(key.indexOf('/') + 1);
export const nameOf = (family: string, given: string): string =>
  [family.toLocaleUpperCase(), given].filter((part) => part !== '').join(', ');
