// Problems and diagnoses (C-CDA R2.1, 2.56 and 3.78–3.79; https://build.fhir.org/ig/HL7/ccda-on-fhir/CF-problems.html): each Problem
// Observation is a Condition; the concern around it says whether it is still looked after.

import { codedConcept, concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { quantity } from '../datatypes/quantity.ts';
import { between, when } from '../datatypes/time.ts';
import type { Conversion, Converter } from '../mapping/conversion.ts';
import { type Draft, oneWay, type Place } from '../mapping/draft.ts';
import { follow, ifFree, type Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { authored, clinicalStates, note, people } from './parts.ts';
import { inside, make } from './resource.ts';

const clinicalSystem = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const verificationSystem = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const categorySystem = 'http://terminology.hl7.org/CodeSystem/condition-category';

/** onset[x] is one: an age only where no date is said. */
const ageAtOnset: Converter = (from, at, cx) => {
  if (at.at('onsetDateTime').value === undefined) age(from, at.at('onsetAge'), cx);
};

/** age-1: years, months … in UCUM. */
export function age(from: Element, at: Place, cx: Conversion): void {
  const unit = cx.value(from, 'unit');
  if (unit === undefined || !/^(min|h|d|wk|mo|a)$/.test(unit)) return;
  quantity(from, at, cx);
  if (at.at('value').value === undefined) at.draft.drop(at.keys);
}

const asserted: Converter = (from, at, cx) => {
  const place = at.at('extension[]');
  when(from, place.at('valueDateTime'), cx);
  if (place.at('valueDateTime').value !== undefined) place.at('url').set('http://hl7.org/fhir/StructureDefinition/condition-assertedDate');
};

const rows: Row[] = [
  ['code', 'category[]', concept],
  ['value', 'code', ifFree(concept)],
  ['effectiveTime', '', between('onsetDateTime', 'abatementDateTime')],
  ['targetSiteCode', 'bodySite[]', concept],
  [
    'entryRelationship/observation[t:22.4.6]/value|entryRelationship/observation[c:33999-4]/value',
    'clinicalStatus',
    codedConcept(clinicalSystem, clinicalStates),
  ],
  ['entryRelationship/observation[t:22.4.31]/value|entryRelationship/observation[c:445518008]/value', '', ageAtOnset],
  ['entryRelationship/observation[t:22.4.8]/value|entryRelationship/observation[c:SEV]/value', 'severity', ifFree(concept)],
  ['entryRelationship/act[t:22.4.502]/effectiveTime', '', asserted],
  ['text', '', note],
  ['author', '', authored('recorder', 'recordedDate', people)],
];

/** A concern that is over says that nobody looks after it any more; that the problem is gone is said by when it ended. */
const stateOfConcern: Record<string, string> = { active: 'active', completed: 'inactive', suspended: 'inactive', aborted: 'inactive' };

const concernRows: Row[] = [
  ['id', 'identifier[]', identifier],
  ['statusCode', 'clinicalStatus', ifFree(codedConcept(clinicalSystem, stateOfConcern))],
  ['author', '', authored('recorder', 'recordedDate', people)],
  // When it was first documented as a concern.
  ['effectiveTime/low', 'recordedDate', ifFree(when)],
];

/** What a template has negated where there is nothing to list, and the code that FHIR has in its place. */
const problem = '55607006';
const noProblem = '160245001';

export function condition(statement: Element, cx: Conversion, category?: string, concern?: Element): Draft {
  return make(
    {
      type: 'Condition',
      rows,
      before: (draft) => {
        if (category !== undefined) draft.at('category[0].coding[0]').set({ system: categorySystem, code: category });
      },
      after: (draft, from) => {
        const abated = draft.at('abatementDateTime').value !== undefined;
        if (concern !== undefined) {
          // con-4: what has ended is not active, though the concern may go on, and it is resolved, though the concern is only over.
          const state = cx.value(childOf(concern, 'statusCode'), 'code');
          const silent = abated && (state === 'active' || state === 'completed');
          follow(silent ? concernRows.filter(([way]) => way !== 'statusCode') : concernRows, concern, draft.at(''), cx);
          diagnosisKind(draft, concern, cx);
        }
        if (abated) ended(draft);
        negated(draft, from, cx);
      },
    },
    statement,
    cx,
  );
}

/** An act that says which diagnosis it is (of the encounter, at admission, at discharge …) gives the category that code. */
function diagnosisKind(draft: Draft, act: Element, cx: Conversion): void {
  const code = childOf(act, 'code');
  const text = cx.value(code, 'code');
  if (code === undefined || text === undefined || text === 'CONC') return;
  concept(code, draft.at('category[]'), cx);
}

function ended(draft: Draft): void {
  const state = draft.at('clinicalStatus.coding[0].code').value;
  if (state === 'active' || state === 'recurrence' || state === 'relapse') draft.drop(['clinicalStatus']);
  draft.at('clinicalStatus').setIfFree({ coding: [{ system: clinicalSystem, code: 'resolved' }] });
}

function negated(draft: Draft, from: Element, cx: Conversion): void {
  if (cx.value(from, 'negationInd') !== 'true') return;
  const leaf = leafOf(from, 'negationInd');
  if (cx.value(childOf(from, 'value'), 'code') === problem) {
    const coding = draft.at('code.coding[]');
    coding.at('system').set('http://snomed.info/sct');
    coding.at('code').say(leaf, noProblem, oneWay);
    return;
  }
  const status = draft.at('verificationStatus.coding[0]');
  status.at('system').set(verificationSystem);
  status.at('code').say(leaf, 'refuted', (now) => (now === 'refuted' ? 'true' : 'false'));
}

/** Acts around problem observations, by what they say of them. */
function concernOf(name: string, roots: string[], category: string, sections: string[] = []): Template {
  return {
    name,
    roots,
    sections,
    elements: ['act'],
    convert(statement, cx) {
      const drafts: Draft[] = [];
      for (const relation of statement.children) {
        if (!('attributes' in relation) || relation.name !== 'entryRelationship') continue;
        const observation = childOf(relation, 'observation');
        if (observation === undefined || cx.claimed.has(observation) || !isProblem(observation, cx)) continue;
        cx.claimed.add(observation);
        const draft = condition(observation, cx, category, statement);
        drafts.push(draft);
        cx.becomes(observation, draft);
        cx.leftovers(observation, draft);
      }
      return drafts.length > 0 ? drafts : inside(statement, cx);
    },
  };
}

const problemRoots = new Set(['2.16.840.1.113883.10.20.22.4.4', '2.16.840.1.113883.10.20.1.28']);

/** By its template; one that names none is a problem where its value is coded. */
function isProblem(observation: Element, cx: Conversion): boolean {
  const roots = cx.templates(observation);
  if (roots.length > 0) return roots.some((root) => problemRoots.has(root));
  // A severity or a status beside it is none.
  const code = cx.value(childOf(observation, 'code'), 'code');
  if (code === 'SEV' || code === '33999-4') return false;
  return /^C[DEVO]$/.test(cx.value(childOf(observation, 'value'), 'type')?.replace(/^.*:/, '') ?? '');
}

const own = '2.16.840.1.113883.10.20.22.4.';

export const problems: Template[] = [
  concernOf('Problem Concern Act', [`${own}3`, '2.16.840.1.113883.10.20.1.27'], 'problem-list-item', [
    '11450-4',
    '11348-0',
    '46241-6',
    '11535-2',
    '10154-3',
  ]),
  concernOf('Encounter Diagnosis', [`${own}80`], 'encounter-diagnosis'),
  concernOf('Hospital Admission Diagnosis', [`${own}34`], 'encounter-diagnosis'),
  concernOf('Hospital Discharge Diagnosis', [`${own}33`], 'encounter-diagnosis'),
  concernOf('Preoperative Diagnosis', [`${own}65`], 'encounter-diagnosis', ['10219-4']),
  concernOf('Postprocedure Diagnosis', [`${own}51`], 'encounter-diagnosis', ['59769-0', '10218-6']),
  {
    name: 'Problem Observation',
    roots: [...problemRoots],
    sections: ['11450-4', '11348-0', '46241-6', '11535-2'],
    elements: ['observation'],
    convert: (statement, cx) => [condition(statement, cx)],
  },
];
