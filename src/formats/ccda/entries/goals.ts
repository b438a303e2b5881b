// Goals (C-CDA R2.1, 2.22 and 3.36): what is hoped for, by when, and how far it is.

import { coded, concept } from '../datatypes/code.ts';
import { absent } from '../datatypes/null-flavor.ts';
import { quantity, range, ratio, truth, wholeNumber } from '../datatypes/quantity.ts';
import { narrated } from '../datatypes/text.ts';
import { day } from '../datatypes/time.ts';
import { refer } from '../header/people.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import { lookUp } from '../mapping/look-up.ts';
import { ifFree, type Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, type Element } from '../tree/tree.ts';
import { authored, note } from './parts.ts';
import { make } from './resource.ts';

const lifecycle: Record<string, string> = {
  active: 'active',
  completed: 'completed',
  aborted: 'cancelled',
  cancelled: 'cancelled',
  suspended: 'on-hold',
  held: 'on-hold',
  new: 'proposed',
  nullified: 'entered-in-error',
};

const details: Record<string, readonly [element: string, as: Converter]> = {
  PQ: ['detailQuantity', quantity],
  IVL_PQ: ['detailRange', range],
  INT: ['detailInteger', wholeNumber],
  BL: ['detailBoolean', truth],
  CD: ['detailCodeableConcept', concept],
  CE: ['detailCodeableConcept', concept],
  CO: ['detailCodeableConcept', concept],
  RTO: ['detailRatio', ratio],
  ST: ['detailString', narrated],
  ED: ['detailString', narrated],
};

/** The value that is hoped for; gol-1: with what is measured. */
const target: Converter = (from, at, cx) => {
  const detail = lookUp(details, (cx.value(from, 'type') ?? 'ST').replace(/^.*:/, ''));
  if (detail === undefined) return;
  const [element, as] = detail;
  as(from, at.at('target[0]').at(element), cx);
  const code = at.at('description').value;
  if (at.at('target[0]').at(element).value !== undefined)
    at.at('target[0].measure').setIfFree(code === undefined ? absent() : structuredClone(code));
};

const span: Converter = (from, at, cx) => {
  const low = childOf(from, 'low');
  if (low !== undefined) day(low, at.at('startDate'), cx);
  else if (cx.value(from, 'value') !== undefined) day(from, at.at('startDate'), cx);
};

const due: Converter = (from, at, cx) => {
  if (at.at('target[0]').value !== undefined) day(from, at.at('target[0].dueDate'), cx);
};

/** How much the goal matters, to whom who says so: a goal has one priority, and each of those who prefer something an Observation. */
const preferred: Converter = (from, at, cx) => {
  const value = childOf(from, 'value');
  if (value !== undefined && at.value === undefined) concept(value, at, cx);
  cx.claimed.delete(from);
  const [observed] = cx.statement(from);
  if (observed?.type === 'Observation') refer(at.draft, observed.at('focus[]'));
};

const rows: Row[] = [
  ['statusCode', 'lifecycleStatus', coded(lifecycle)],
  ['code', 'description', concept],
  ['value', '', target],
  ['effectiveTime', '', span],
  ['effectiveTime/high', '', due],
  ['entryRelationship/observation[t:22.4.143]', 'priority', preferred],
  ['entryRelationship/observation[t:22.4.110]/value', 'achievementStatus', ifFree(concept)],
  ['text', '', note],
  ['author', '', authored('expressedBy', undefined, ['Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson'])],
];

export const goal = (statement: Element, cx: Conversion): Draft => make({ type: 'Goal', rows }, statement, cx);

export const goals: Template[] = [
  {
    name: 'Goal Observation',
    roots: ['2.16.840.1.113883.10.20.22.4.121'],
    sections: ['61146-7'],
    elements: ['observation'],
    convert: (statement, cx) => [goal(statement, cx)],
  },
];
