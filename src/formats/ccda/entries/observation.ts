// Observations of every kind → Observation (C-CDA R2.1, 3.88 Result, 3.103 Social History, 3.112 Vital Sign …), and organizers of them
// → DiagnosticReport or Observation with members.

import { coded, concept } from '../datatypes/code.ts';
import { reasonOf } from '../datatypes/null-flavor.ts';
import { measured, openInterval, range, ratio, truth, wholeNumber } from '../datatypes/quantity.ts';
import { narrated, plain } from '../datatypes/text.ts';
import { period, timed, when } from '../datatypes/time.ts';
import { party, refer } from '../header/people.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import { type Draft, oneWay } from '../mapping/draft.ts';
import { lookUp } from '../mapping/look-up.ts';
import type { Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, childrenOf, type Element, leafOf, textsOf } from '../tree/tree.ts';
import { media } from './attachments.ts';
import { authored, note, peopleAndOrganizations, specimen } from './parts.ts';
import { inside, make } from './resource.ts';

export const observationStatus: Record<string, string> = {
  completed: 'final',
  active: 'preliminary',
  new: 'registered',
  held: 'registered',
  suspended: 'registered',
  aborted: 'cancelled',
  cancelled: 'cancelled',
  obsolete: 'unknown',
  nullified: 'entered-in-error',
  // Codes of other vocabularies that senders write here.
  final: 'final',
  preliminary: 'preliminary',
  corrected: 'corrected',
  amended: 'amended',
};

type Shape = 'concept' | 'quantity' | 'interval' | 'ratio' | 'integer' | 'boolean' | 'time' | 'period' | 'identifier' | 'text' | 'number';

const shapes: Record<string, Shape> = {
  CD: 'concept',
  CE: 'concept',
  CV: 'concept',
  CO: 'concept',
  CS: 'concept',
  PQ: 'quantity',
  REAL: 'number',
  MO: 'number',
  IVL_PQ: 'interval',
  IVL_REAL: 'interval',
  IVL_INT: 'interval',
  RTO: 'ratio',
  RTO_PQ_PQ: 'ratio',
  RTO_QTY_QTY: 'ratio',
  INT: 'integer',
  BL: 'boolean',
  BN: 'boolean',
  TS: 'time',
  IVL_TS: 'period',
  II: 'identifier',
  ST: 'text',
  ED: 'text',
};

/** What it says it is, or what it looks like where it does not say. */
function shapeOf(value: Element, cx: Conversion): Shape {
  const named = lookUp(shapes, (cx.value(value, 'type') ?? '').replace(/^.*:/, ''));
  if (named !== undefined) return named;
  if (cx.value(value, 'code') !== undefined) return 'concept';
  if (cx.value(value, 'value') !== undefined) return cx.value(value, 'unit') === undefined ? 'number' : 'quantity';
  return childOf(value, 'low') !== undefined || childOf(value, 'high') !== undefined ? 'interval' : 'text';
}

const converters: Record<Shape, [element: string, as: Converter]> = {
  concept: ['valueCodeableConcept', concept],
  quantity: ['valueQuantity', measured],
  number: ['valueQuantity', measured],
  interval: [
    '',
    (from, at, cx) => {
      if (!openInterval(from, at.at('valueQuantity'), cx)) range(from, at.at('valueRange'), cx);
    },
  ],
  ratio: ['valueRatio', ratio],
  integer: ['valueInteger', wholeNumber],
  boolean: ['valueBoolean', truth],
  time: ['valueDateTime', when],
  period: ['valuePeriod', period],
  identifier: ['valueString', (from, at, cx) => identifierText(from, at, cx)],
  text: ['', (from, at, cx) => words(from, at, cx)],
};

/** R4 has no identifier as a value: its extension, or its root, as a text. */
const identifierText: Converter = (from, at, cx) => {
  const name = cx.value(from, 'extension') === undefined ? 'root' : 'extension';
  const text = cx.value(from, name);
  if (text !== undefined) at.say(leafOf(from, name), text);
};

/** ED with bytes is a Media that the observation derives from; anything else is a text. */
const words: Converter = (from, at, cx) => {
  if (cx.value(from, 'representation') === 'B64') {
    const draft = media(from, cx);
    if (draft !== undefined) refer(draft, at.at('derivedFrom[]'));
    return;
  }
  if (textsOf(from).length > 0 || childOf(from, 'reference') !== undefined) narrated(from, at.at('valueString'), cx);
  else if (cx.allText(from) !== '') plain(from, at.at('valueString'), cx);
};

const hasValue = (draft: Draft): boolean => Object.keys(draft.body).some((name) => name.startsWith('value'));

/** One value; several are components with the same code, since R4 has one (obs-7: the value itself is absent then). */
export const anyValue: Converter = (from, at, cx) => {
  const [element, as] = converters[shapeOf(from, cx)];
  const several = from.parent !== undefined && childrenOf(from.parent, 'value').length > 1;
  if (!several) {
    as(from, element === '' ? at : at.at(element), cx);
    if (!hasValue(at.draft) && at.draft.at('dataAbsentReason').value === undefined) lacking(from, at, cx);
    return;
  }
  const component = at.at('component[]');
  as(from, element === '' ? component : component.at(element), cx);
  if (component.value !== undefined) {
    const code = at.at('code').value;
    if (code !== undefined) component.at('code').set(structuredClone(code));
  }
};

const lacking: Converter = (from, at, cx) => {
  const flavor = cx.value(from, 'nullFlavor');
  if (flavor === undefined) return;
  const place = at.at('dataAbsentReason.coding[0]');
  place.at('system').set('http://terminology.hl7.org/CodeSystem/data-absent-reason');
  place.at('code').say(leafOf(from, 'nullFlavor'), reasonOf(flavor), oneWay);
};

const referenceRange: Converter = (from, at, cx) => {
  const value = childOf(from, 'value');
  if (value !== undefined) {
    const shape = shapeOf(value, cx);
    if (shape === 'interval') range(value, at, cx);
    else if (shape === 'text') narrated(value, at.at('text'), cx);
    else if (shape === 'concept') concept(value, at.at('appliesTo[]'), cx);
  }
  const text = childOf(from, 'text');
  if (text !== undefined && at.at('text').value === undefined) narrated(text, at.at('text'), cx);
  const code = childOf(from, 'interpretationCode');
  if (code !== undefined) concept(code, at.at('type'), cx);
  // obs-3: low, high or text.
  if (at.value !== undefined && ['low', 'high', 'text'].every((name) => at.at(name).value === undefined)) at.draft.drop(at.keys);
};

export const observationRows: Row[] = [
  ['statusCode', 'status', coded(observationStatus)],
  ['code', 'code', concept],
  ['effectiveTime', '', timed('effective')],
  ['value', '', anyValue],
  ['interpretationCode', 'interpretation[]', concept],
  ['methodCode', 'method', concept],
  ['targetSiteCode', 'bodySite', concept],
  ['referenceRange/observationRange', 'referenceRange[]', referenceRange],
  ['specimen', 'specimen', specimen],
  ['performer', 'performer[]', party(...peopleAndOrganizations)],
  ['text', '', note],
  ['author', '', authored('performer[0]', undefined, peopleAndOrganizations)],
];

/** Sections whose observations R4 has a category for. */
const categories: Record<string, string> = {
  '30954-2': 'laboratory',
  '8716-3': 'vital-signs',
  '29762-2': 'social-history',
  '47420-5': 'survey',
  '10190-7': 'survey',
  '29545-1': 'exam',
  '10210-3': 'exam',
};
const categorySystem = 'http://terminology.hl7.org/CodeSystem/observation-category';

function categorize(draft: Draft, category: string | undefined, cx: Conversion): void {
  const code = category ?? lookUp(categories, cx.section.code);
  if (code !== undefined) draft.at('category[0].coding[0]').set({ system: categorySystem, code });
}

export function observation(statement: Element, cx: Conversion, category?: string): Draft {
  return make(
    {
      type: 'Observation',
      rows: observationRows,
      before: (draft) => categorize(draft, category, cx),
      after: (draft, from) => {
        const sites = childrenOf(from, 'targetSiteCode');
        if (sites.length > 1) cx.note('An observation has one body site in FHIR: the first is taken', from);
        if (cx.encounter !== undefined) refer(cx.encounter, draft.at('encounter'));
        negated(draft, from, cx);
        if (cx.templates(from).includes(smokingStatus) && cx.value(childOf(from, 'code'), 'code') === 'ASSERTION')
          draft.at('code.coding[]').set({ system: 'http://loinc.org', code: '72166-2', display: 'Tobacco smoking status' });
        // A value that is no number is still what was seen.
        saidInWords(draft, from, cx);
        // obs-6
        if (hasValue(draft) && draft.at('dataAbsentReason').value !== undefined) draft.drop(['dataAbsentReason']);
      },
    },
    statement,
    cx,
  );
}

/** R1.1 asserts what R2.1 has a code for (https://hl7.org/fhir/us/core/StructureDefinition-us-core-smokingstatus.html). */
const smokingStatus = '2.16.840.1.113883.10.20.22.4.78';

/** PQ with something else than a number where its number should be. */
function saidInWords(draft: Draft, from: Element, cx: Conversion): void {
  const [value, ...more] = childrenOf(from, 'value');
  const text = cx.value(value, 'value');
  if (value === undefined || more.length > 0 || text === undefined || hasValue(draft) || shapeOf(value, cx) !== 'quantity') return;
  const unit = cx.value(value, 'unit');
  const all = unit === undefined || unit === '1' ? text : `${text} ${unit}`;
  draft.at('valueString').say(leafOf(value, 'value'), all, (now) => (now === all ? text : typeof now === 'string' ? now : ''));
}

/** What was looked for and is not there: the interpretation that v3 has for it, so that nobody reads it as a finding. */
function negated(draft: Draft, from: Element, cx: Conversion): void {
  if (cx.value(from, 'negationInd') !== 'true') return;
  const place = draft.at('interpretation[]').at('coding[0]');
  place.at('system').set('http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation');
  place.at('code').say(leafOf(from, 'negationInd'), 'NEG', (now) => (now === 'NEG' ? 'true' : 'false'));
}

const reportRows: Row[] = [
  ['statusCode', 'status', coded({ ...observationStatus, active: 'partial' })],
  ['code', 'code', concept],
  ['effectiveTime', '', timed('effective')],
  ['specimen', 'specimen[]', specimen],
  ['performer', 'performer[]', party(...peopleAndOrganizations)],
  ['author', '', authored('performer[0]', undefined, peopleAndOrganizations)],
];

/** A group of results: a report of them. */
function report(statement: Element, cx: Conversion): Draft[] {
  const members = inside(statement, cx);
  const draft = make(
    {
      type: 'DiagnosticReport',
      rows: reportRows,
      before: (one) => {
        one.how = 'whole';
        one.at('category[0].coding[0]').set({ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' });
      },
      after: (one) => {
        for (const member of members) if (member.type === 'Observation') refer(member, one.at('result[]'));
        if (cx.encounter !== undefined) refer(cx.encounter, one.at('encounter'));
      },
    },
    statement,
    cx,
  );
  return [draft, ...members.filter(({ type }) => type !== 'Observation')];
}

/** A group of other observations: an Observation with members. */
export function panel(statement: Element, cx: Conversion, category?: string): Draft[] {
  const members = inside(statement, cx);
  const draft = make(
    {
      type: 'Observation',
      rows: observationRows,
      before: (one) => categorize(one, category, cx),
      after: (one) => {
        for (const member of members) if (memberTypes.has(member.type)) refer(member, one.at('hasMember[]'));
      },
    },
    statement,
    cx,
  );
  return [draft, ...members.filter(({ type }) => !memberTypes.has(type))];
}

const memberTypes = new Set(['Observation', 'QuestionnaireResponse', 'MolecularSequence']);

const own = '2.16.840.1.113883.10.20.22.4.';

/** Templates of observations by category. */
const kinds: [name: string, roots: string[], category: string | undefined, sections: string[]][] = [
  ['Result Observation', [`${own}2`, '2.16.840.1.113883.10.20.1.31'], 'laboratory', ['30954-2']],
  ['Vital Sign Observation', [`${own}27`], 'vital-signs', ['8716-3']],
  [
    'Social History Observation',
    [
      `${own}38`,
      '2.16.840.1.113883.10.20.1.33',
      `${own}85`,
      `${own}78`,
      `${own}72`,
      `${own}109`,
      `${own}111`,
      `${own}501`,
      `${own}502.1`,
      `${own}503`,
      `${own}504`,
      `${own}506`,
      `${own}200`,
      '2.16.840.1.113883.10.20.34.3.45',
      '2.16.840.1.113883.10.20.15.3.8',
      '2.16.840.1.113883.10.20.15.3.1',
      `${own}281`,
    ],
    'social-history',
    ['29762-2'],
  ],
  [
    'Functional Status Observation',
    [`${own}67`, `${own}68`, `${own}74`, `${own}73`, `${own}128`, `${own}127`, `${own}505`, `${own}69`, `${own}86`],
    'survey',
    ['47420-5', '10190-7'],
  ],
];

const panels: [name: string, roots: string[], category: string | undefined, sections: string[]][] = [
  ['Vital Signs Organizer', [`${own}26`, '2.16.840.1.113883.10.20.1.35'], 'vital-signs', ['8716-3']],
  ['Functional Status Organizer', [`${own}66`, `${own}75`], 'survey', ['47420-5', '10190-7']],
];

export const observations: Template[] = [
  {
    name: 'Result Organizer',
    roots: [`${own}1`, '2.16.840.1.113883.10.20.1.32'],
    sections: ['30954-2'],
    elements: ['organizer'],
    holds: true,
    convert: report,
  },
  ...kinds.map(
    ([name, roots, category, sections]): Template => ({
      name,
      roots,
      sections,
      elements: ['observation'],
      convert: (statement, cx) => [observation(statement, cx, category)],
    }),
  ),
  ...panels.map(
    ([name, roots, category, sections]): Template => ({
      name,
      roots,
      sections,
      elements: ['organizer'],
      holds: true,
      convert: (statement, cx) => panel(statement, cx, category),
    }),
  ),
];
