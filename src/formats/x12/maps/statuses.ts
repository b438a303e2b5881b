// STC: how a claim, a line of it or a whole batch stands (005010X212 and X214), as adjudications of a ClaimResponse or output of a Task.
import { type Codec, code, codingOf, concept, date, money, text } from '../codec.ts';
import { isNode } from '../node.ts';
import type { Row, Spec } from '../spec.ts';
import { de, systems } from '../systems.ts';
import { about, coding } from './words.ts';

/** One more coding of a concept that another leaf has begun. */
const further = (system: string): Codec => ({
  amends: true,
  read(one, context, there) {
    const coding = isNode(there) && Array.isArray(there['coding']) ? there['coding'] : undefined;
    return coding === undefined || code.read(one, context) === undefined ? undefined : { coding: [...coding, { system, code: one }] };
  },
  write: (value) => codingOf(value, system),
});

/** STC-01.4 RX: the code is one of NCPDP's and not of X12. */
const statusLists = [
  { when: { '01.4': 'RX' }, system: `${de(1270)}/RX` },
  { when: undefined, system: systems.status },
];

/** STC: up to three statuses, each a category, a status and who it is about; accepted or refused (STC-03). */
export function statuses(on: string, more: readonly Row[]): Spec[] {
  const status = (element: string, label: string, system: string): Row[] => [
    [`${element}.1`, `adjudication[+${label}].category`, concept(systems.statusCategory)],
    [`${element}.2`, `adjudication[+${label}].reason.coding[0]`, coding(system)],
    [`${element}.3`, `adjudication[+${label}].reason.coding[1]`, coding(de(98))],
  ];
  return statusLists.flatMap(({ when, system }): Spec[] => {
    const common = { tag: 'STC', on, ...(when === undefined ? {} : { when }) };
    const needs = when === undefined ? ['01.1'] : ['01.1', '01.2'];
    const first: Row[] = [
      ...status('01', '', system),
      ['03', 'adjudication[+].reason', further(de(306))],
      ['04', 'adjudication[+].amount', money],
    ];
    const others: Row[] = [...status('10', 'second', systems.status), ...status('11', 'third', systems.status)];
    return [
      { ...common, needs: [...needs, '10.1'], readOnly: true, rows: [...first, ...others, ...more] },
      { ...common, needs, rows: [...first, ...more] },
      // What is said once of the claim is written with the first.
      ...(more.length === 0 ? [] : [{ ...common, needs, rows: first }]),
    ];
  });
}

/** STC of a batch: the same, each status a piece of output. */
export const reportStatuses: Spec[] = [true, false].map((several): Spec => {
  const status = (element: string, label: string): Row[] => [
    [`${element}.1`, `output[+${label}].type`, concept(systems.statusCategory)],
    [`${element}.2`, `output[+${label}].valueCodeableConcept.coding[0]`, coding(systems.status)],
    [`${element}.3`, `output[+${label}].valueCodeableConcept.coding[1]`, coding(de(98))],
  ];
  return {
    tag: 'STC',
    on: 'report',
    needs: several ? ['01.1', '10.1'] : ['01.1'],
    ...(several ? { readOnly: true as const } : {}),
    fixed: { 'output[+amount].type': about('status amount'), 'output[+text].type': about('status text') },
    rows: [
      ...status('01', ''),
      ['02', 'executionPeriod.end', date],
      ['03', 'output[+].valueCodeableConcept', further(de(306))],
      ['04', 'output[+amount].valueMoney', money],
      ...(several ? [...status('10', 'second'), ...status('11', 'third')] : []),
      ['12', 'output[+text].valueString', text],
    ],
  };
});
