// The common form of a template: a resource type, rows, and what no row can say.

import { subject } from '../header/people.ts';
import type { Conversion } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { follow, type Row, statementNames } from '../mapping/rows.ts';
import { childOf, type Element, elementsOf, leafOf } from '../tree/tree.ts';
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
  nameByText(draft, statement, cx);
  return cx.add(draft);
}

/** What has no code at all is called what the statement's text calls it. */
function nameByText(draft: Draft, statement: Element, cx: Conversion): void {
  const code = draft.at('code').value as { text?: unknown; coding?: { system?: unknown }[] } | undefined;
  const text = childOf(statement, 'text');
  if (code === undefined || text === undefined || code.text !== undefined) return;
  if (code.coding?.every(({ system }) => system === 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor') === false) return;
  const leaf = leafOf(childOf(text, 'reference'), 'value');
  const pointed = leaf === undefined ? undefined : cx.pointed(cx.text(leaf).trim());
  const words = pointed === undefined ? cx.ownText(text) : cx.pointedText(pointed).text;
  // A name, not a report.
  if (words !== '' && words.length <= 200) draft.at('code.text').set(words);
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
