// Encounters (C-CDA R2.1, 2.16 and 3.23): what took place and what is planned.

import { coded, concept } from '../datatypes/code.ts';
import { uriOf } from '../datatypes/systems.ts';
import { period } from '../datatypes/time.ts';
import { classAndType, encounterParticipant } from '../header/encounter.ts';
import { placeReference } from '../header/people.ts';
import type { Conversion } from '../mapping/conversion.ts';
import type { Draft } from '../mapping/draft.ts';
import type { Row } from '../mapping/rows.ts';
import type { Template } from '../mapping/templates.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { indication, isPlanned } from './parts.ts';
import { make } from './resource.ts';

const tookPlace: Record<string, string> = {
  completed: 'finished',
  active: 'in-progress',
  aborted: 'cancelled',
  cancelled: 'cancelled',
  suspended: 'onleave',
  new: 'planned',
  nullified: 'entered-in-error',
};

const rows: Row[] = [
  ['code', '', classAndType],
  ['effectiveTime', 'period', period],
  ['priorityCode', 'priority', concept],
  ['performer', '', encounterParticipant],
  ['participant[@typeCode=LOC]/participantRole', 'location[].location', placeReference],
  ['dischargeDispositionCode', 'hospitalization.dischargeDisposition', concept],
  ['entryRelationship/observation[t:22.4.19]', 'reasonCode[]', indication],
];

export function encounter(statement: Element, cx: Conversion): Draft {
  const named = alreadyNamed(statement, cx);
  if (named !== undefined) return named;
  const planned = isPlanned(statement, cx);
  const status: Row = ['statusCode', 'status', coded(planned ? { active: 'planned', completed: 'planned', new: 'planned' } : tookPlace)];
  return make({ type: 'Encounter', rows: [status, ...rows] }, statement, cx);
}

/** An encounter that is only named, by the number of the one that the whole document is about. */
function alreadyNamed(statement: Element, cx: Conversion): Draft | undefined {
  const own = cx.value(childOf(statement, 'code'), 'code') ?? cx.value(childOf(statement, 'effectiveTime'), 'value');
  if (own !== undefined || childOf(childOf(statement, 'effectiveTime'), 'low') !== undefined) return undefined;
  const id = childOf(statement, 'id');
  const [root, extension] = [leafOf(id, 'root'), leafOf(id, 'extension')];
  const numbers = cx.encounter?.at('identifier').value;
  if (cx.encounter === undefined || root === undefined || extension === undefined || !Array.isArray(numbers)) return undefined;
  const system = uriOf(cx.text(root).trim());
  const at = (numbers as { system?: unknown; value?: unknown }[]).findIndex(
    (one) => one.system === system && one.value === cx.text(extension).trim(),
  );
  if (at < 0) return undefined;
  cx.encounter.at(`identifier[${at}].system`).also(root, (_, was) => was);
  cx.encounter.at(`identifier[${at}].value`).also(extension, (_, was) => was);
  return cx.encounter;
}

export const encounters: Template[] = [
  {
    name: 'Encounter Activity, Planned Encounter',
    roots: ['2.16.840.1.113883.10.20.22.4.49', '2.16.840.1.113883.10.20.22.4.40', '2.16.840.1.113883.10.20.1.21'],
    sections: ['46240-8'],
    elements: ['encounter'],
    convert: (statement, cx) => [encounter(statement, cx)],
  },
];
