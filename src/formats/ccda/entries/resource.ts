// The common form of a template: a resource type, rows, and what no row can say.

import { subject } from '../header/people.ts';
import type { Conversion } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { follow, type Row, statementNames } from '../mapping/rows.ts';
import { type Element, elementsOf } from '../tree/tree.ts';
import { comments, identified } from './parts.ts';

export interface Form {
  type: string;
  rows: readonly Row[];
  /** `subject` in most types. */
  patient?: string;
  before?(draft: Draft, statement: Element, cx: Conversion): void;
  after?(draft: Draft, statement: Element, cx: Conversion): void;
}

/** One statement, one resource. */
export function make(form: Form, statement: Element, cx: Conversion): Draft {
  const draft = cx.draft(form.type, statement);
  form.before?.(draft, statement, cx);
  follow([identified], statement, draft.at(''), cx);
  follow(form.rows, statement, draft.at(''), cx);
  if (takesNotes.has(form.type)) follow(comments, statement, draft.at(''), cx);
  subject(draft.at(form.patient ?? 'subject'), cx);
  form.after?.(draft, statement, cx);
  return cx.add(draft);
}

const takesNotes = new Set([
  'AllergyIntolerance',
  'CarePlan',
  'CareTeam',
  'Condition',
  'Device',
  'DeviceUseStatement',
  'FamilyMemberHistory',
  'Goal',
  'Immunization',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'ServiceRequest',
]);

/** For acts that only hold others: what the statements in them become. */
export function inside(statement: Element, cx: Conversion): Draft[] {
  const drafts: Draft[] = [];
  for (const relation of elementsOf(statement)) {
    if (relation.name !== 'entryRelationship' && relation.name !== 'component') continue;
    for (const child of elementsOf(relation)) {
      if (!statementNames.has(child.name)) continue;
      const before = cx.became.get(child);
      const draft = before ?? cx.statement(child)[0];
      if (draft !== undefined) drafts.push(draft);
    }
  }
  return drafts;
}
