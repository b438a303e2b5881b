// A concern that says itself what it is about (C-CDA R2.1, 3.37 Health Concern Act, 3.93 Risk Concern Act) → Condition.

import { codedConcept, concept } from '../datatypes/code.ts';
import { between } from '../datatypes/time.ts';
import type { Conversion } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import type { Row } from '../mapping/rows.ts';
import type { Element } from '../tree/tree.ts';
import { authored, note, people } from './parts.ts';
import { make } from './resource.ts';

export const concernState: Row = [
  'statusCode',
  'clinicalStatus',
  codedConcept('http://terminology.hl7.org/CodeSystem/condition-clinical', {
    active: 'active',
    completed: 'inactive',
    suspended: 'inactive',
    aborted: 'inactive',
  }),
];

const rows: Row[] = [
  concernState,
  ['code', 'code', concept],
  ['effectiveTime', '', between('onsetDateTime', 'abatementDateTime')],
  ['text', '', note],
  ['author', '', authored('recorder', 'recordedDate', people)],
];

export const concern = (statement: Element, cx: Conversion): Draft =>
  make(
    {
      type: 'Condition',
      rows,
      before: (draft) => {
        draft
          .at('category[0].coding[0]')
          .set({ system: 'http://hl7.org/fhir/us/core/CodeSystem/condition-category', code: 'health-concern' });
      },
      after: (draft) => {
        // con-4: what has ended is not active.
        if (draft.at('abatementDateTime').value !== undefined && draft.at('clinicalStatus.coding[0].code').value === 'active')
          draft.drop(['abatementDateTime']);
      },
    },
    statement,
    cx,
  );
