// Family history (C-CDA R2.1, 2.17 and 3.27–3.29): an organizer for each relative.

import { coded, codedConcept, concept } from '../datatypes/code.ts';
import { identifier } from '../datatypes/identifier.ts';
import { truth } from '../datatypes/quantity.ts';
import { plain } from '../datatypes/text.ts';
import { day, when } from '../datatypes/time.ts';
import type { Converter } from '../mapping/conversion.ts';
import { oneWay } from '../mapping/draft.ts';
import { ifFree, type Row, rowsOf } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, leafOf } from '../tree/tree.ts';
import { age } from './problems.ts';
import { make } from './resource.ts';

const onset: Converter = (from, at, cx) => age(from, at.at('onsetAge'), cx);

/** That it is what the relative died of. */
const deadly: Converter = (_, at) => at.at('contributedToDeath').setIfFree(true);

/** The code that Family History Death Observation requires. */
const dead = '419099009';

const death: Converter = (from, at, cx) => {
  const { draft } = at;
  if (cx.value(from, 'code') === dead && draft.at('deceasedDate').value === undefined)
    draft.at('deceasedBoolean').say(leafOf(from, 'code'), true, oneWay);
};

const conditionRows: Row[] = [
  ['value', 'code', ifFree(concept)],
  ['entryRelationship/observation[t:22.4.31]/value|entryRelationship/observation[c:445518008]/value', '', onset],
  ['entryRelationship/observation[t:22.4.47]', '', deadly],
  ['entryRelationship/observation[t:22.4.47]/value', '', death],
];

/** The words for a relative in one piece. */
const named: Converter = (from, at, cx) => {
  const name = childOf(from, 'name');
  if (name !== undefined) plain(childOf(name, 'given') ?? name, at.at('name'), cx);
};

const sexes: Record<string, string> = { M: 'male', F: 'female', UN: 'other' };

const died: Converter = (from, at, cx) => {
  if (at.at('deceasedDate').value === undefined) truth(from, at.at('deceasedBoolean'), cx);
  else at.at('deceasedDate').also(leafOf(from, 'value'));
};

const rows: Row[] = [
  ['statusCode', 'status', coded({ completed: 'completed', active: 'partial', aborted: 'partial', nullified: 'entered-in-error' })],
  ['effectiveTime', 'date', when],
  ['subject/relatedSubject/code', 'relationship', concept],
  ['subject/relatedSubject/subject', '', named],
  ['subject/relatedSubject/subject/id', 'identifier[]', identifier],
  ['subject/relatedSubject/subject/administrativeGenderCode', 'sex', codedConcept('http://hl7.org/fhir/administrative-gender', sexes)],
  ['subject/relatedSubject/subject/birthTime', 'bornDate', day],
  ['subject/relatedSubject/subject/deceasedTime', 'deceasedDate', day],
  ['subject/relatedSubject/subject/deceasedInd', '', died],
  ['component/observation', 'condition[]', rowsOf(conditionRows)],
];

export const familyHistory: Template[] = [
  {
    name: 'Family History Organizer',
    roots: ['2.16.840.1.113883.10.20.22.4.45', '2.16.840.1.113883.10.20.1.23'],
    sections: ['10157-6'],
    elements: ['organizer'],
    convert: (statement, cx) => [make({ type: 'FamilyMemberHistory', rows, patient: 'patient' }, statement, cx)],
  },
];
