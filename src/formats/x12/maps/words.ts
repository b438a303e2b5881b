// Codecs and ways of writing rows that several transaction sets share: codes of services and diagnoses, amounts, further information.
import type { Json } from '../../../fhir/json.ts';
import { type Codec, code, codingOf, concept, dateTime, decimal, money, quantity, text, timing, timingForm } from '../codec.ts';
import { isNode, type Node } from '../node.ts';
import type { Row, Spec } from '../spec.ts';
import { de, systems } from '../systems.ts';

/** Kinds of further information that have no code of their own: our words for them. */
export const about = (what: string): Node => ({ text: what });

/** What must be there and was not said. */
export const absent: Json = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'not-applicable' }] };

const carin = 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType';
export const carinInfo = (name: string): Node => ({ coding: [{ system: carin, code: name }] });

export const yesNo: Codec = {
  read: (one) => ({ Y: true, N: false })[one],
  write: (value) => (value === true ? 'Y' : value === false ? 'N' : undefined),
};

/** ICD codes are sent without their point. `after`: digits before it. */
export function icd(system: string, after: (code: string) => number): Codec {
  return {
    read(one) {
      if (!/^[A-Za-z0-9.]{1,10}$/.test(one)) return undefined;
      const at = after(one);
      const dotted = one.includes('.') || one.length <= at ? one : `${one.slice(0, at)}.${one.slice(at)}`;
      return { coding: [{ system, code: dotted }] };
    },
    write: (value) => codingOf(value, system)?.replace('.', ''),
    says: 'coding[0].code',
  };
}
export const icd9 = icd(systems.icd9, (one) => (one.startsWith('E') ? 4 : 3));
export const icd10 = icd(systems.icd10, () => 3);
export const icd9Procedure = icd(systems.icd9Procedure, () => 2);
export const icd10Procedure = concept(systems.icd10Procedure);

/** HC stands for CPT and HCPCS level II, which the form of the code tells apart: four digits first are CPT. */
const commonProcedure: Codec = {
  read(one) {
    if (code.read(one, none) === undefined) return undefined;
    return { coding: [{ system: /^\d{4}[0-9A-Z]$/.test(one) ? systems.cpt : systems.hcpcs, code: one }] };
  },
  write: (value) => codingOf(value, systems.cpt) ?? codingOf(value, systems.hcpcs),
  says: 'coding[0].code',
};
const none = { timeZone: 'UTC', currency: 'USD', namespace: (): string => '' };

/** Qualifiers of a service (element 235) and what its code then is. */
const services: Record<string, Codec> = {
  HC: commonProcedure,
  AD: concept(systems.cdt),
  N4: concept(systems.ndc),
  ...Object.fromEntries(
    ['ER', 'IV', 'WK', 'ZZ', 'HP', 'ID', 'N1', 'N2', 'N3', 'N5', 'N6', 'UI', 'UK', 'CH', 'CJ', 'NU'].map((one) => [
      one,
      concept(`${de(235)}/${one}`),
    ]),
  ),
};

/** One spec for each kind of service that the composite `at` may name, and one where it names none. */
export function ofService(spec: Spec, at: string, path: string, modifiers: string | undefined, withText = true): Spec[] {
  const [element = '', first = '1'] = at.split('.');
  const part = (offset: number): string => `${element}.${Number(first) + offset}`;
  const more: Row[] = [];
  if (modifiers !== undefined) for (let i = 0; i < 4; i++) more.push([part(i + 2), `${modifiers}[${i}]`, concept(systems.hcpcs)]);
  if (withText) more.push([part(6), `${path}.text`]);
  return [
    ...Object.entries(services).map(([qualifier, codec]) => ({
      ...spec,
      when: { ...spec.when, [part(0)]: qualifier },
      needs: [...(spec.needs ?? []), part(1)],
      rows: [[part(1), path, codec] as const, ...more, ...spec.rows],
    })),
    { ...spec, instead: true, unless: [part(1)] },
  ];
}

/** One coding of a concept that has several. */
export const coding = (system: string): Codec => ({
  read: (one) => (code.read(one, none) === undefined ? undefined : { system, code: one }),
  write: (value) => (isNode(value) && value['system'] === system && typeof value['code'] === 'string' ? value['code'] : undefined),
  says: 'code',
});

/** UN, MJ, DA … of a quantity. */
export const unit: Codec = {
  read: (one) => (code.read(one, none) === undefined ? undefined : { code: one, system: systems.units }),
  write: (value) => (isNode(value) && value['system'] === systems.units && typeof value['code'] === 'string' ? value['code'] : undefined),
  says: 'code',
};

/** `billablePeriod`: one day is its start. */
export const period: Codec = {
  read(one, context) {
    const [from = '', to, more] = one.split('-');
    const start = dateTime.read(from, context);
    const end = to === undefined ? undefined : dateTime.read(to, context);
    if (start === undefined || more !== undefined || (to !== undefined && end === undefined)) return undefined;
    return end === undefined ? ({ start } as Node) : { start, end };
  },
  write: (value, context) => timing('x').write({ xPeriod: value }, context),
};
export const periodForm: Codec = { ...timingForm('x'), write: (value, context) => timingForm('x').write({ xPeriod: value }, context) };

type Via = readonly [string, string] | undefined;
const via = (one: Via): { via?: readonly [string, string] } => (one === undefined ? {} : { via: one });

/** Segments of which each is one piece of further information, in the guide's order, for a claim or for one line of it (`line`). */
export function informations(order: string, line?: Via): Spec[] {
  const tags = order.split(' ');
  return informationSpecs(line)
    .filter(({ tag }) => tags.includes(tag))
    .sort((a, b) => tags.indexOf(a.tag) - tags.indexOf(b.tag));
}

function informationSpecs(line: Via): Spec[] {
  const info = 'supportingInfo[+]';
  const common = { on: 'claim', ...via(line) };
  return [
    {
      tag: 'DTP',
      ...common,
      needs: ['01', '03'],
      rows: [
        ['01', `${info}.category`, concept(de(374))],
        ['02', info, timingForm('timing')],
        ['03', info, timing('timing')],
      ],
    },
    {
      tag: 'PWK',
      ...common,
      needs: ['01'],
      fixed: { [`${info}.category`]: about('attachment') },
      rows: [
        ['01', `${info}.code`, concept(de(755))],
        ['02', `${info}.reason`, concept(de(756))],
        ['06', `${info}.valueString`],
      ],
    },
    {
      tag: 'CN1',
      ...common,
      needs: ['01'],
      fixed: { [`${info}.category`]: about('contract') },
      rows: [
        ['01', `${info}.code`, concept(de(1166))],
        ['02', `${info}.valueQuantity`, quantity],
      ],
    },
    {
      tag: 'AMT',
      ...common,
      needs: ['01', '02'],
      rows: [
        ['01', `${info}.category`, concept(de(522))],
        ['02', `${info}.valueQuantity`, quantity],
      ],
    },
    {
      tag: 'QTY',
      ...common,
      needs: ['01', '02'],
      rows: [
        ['01', `${info}.category`, concept(de(673))],
        ['02', `${info}.valueQuantity`, quantity],
      ],
    },
    {
      tag: 'K3',
      ...common,
      needs: ['01'],
      fixed: { [`${info}.category`]: about('fixed format information') },
      rows: [['01', `${info}.valueString`]],
    },
    {
      tag: 'NTE',
      ...common,
      needs: ['01', '02'],
      rows: [
        ['01', `${info}.category`, concept(de(363))],
        ['02', `${info}.valueString`],
      ],
    },
    {
      tag: 'CRC',
      ...common,
      each: [3, 1, 5],
      needs: ['01', '+0'],
      rows: [
        ['01', `${info}.category`, concept(de(1136))],
        ['02', `${info}.valueBoolean`, yesNo],
        ['+0', `${info}.code`, concept(de(1321))],
      ],
    },
    {
      tag: 'CR1',
      ...common,
      fixed: {
        [`supportingInfo[+weight].category`]: about('patient weight'),
        [`supportingInfo[+reason].category`]: about('ambulance transport reason'),
        [`supportingInfo[+distance].category`]: about('transport distance'),
        [`supportingInfo[+round].category`]: about('round trip purpose'),
        [`supportingInfo[+stretcher].category`]: about('stretcher purpose'),
      },
      rows: [
        ['01', 'supportingInfo[+weight].valueQuantity', unit],
        ['02', 'supportingInfo[+weight].valueQuantity.value', decimal],
        ['04', 'supportingInfo[+reason].code', concept(de(1317))],
        ['05', 'supportingInfo[+distance].valueQuantity', unit],
        ['06', 'supportingInfo[+distance].valueQuantity.value', decimal],
        ['09', 'supportingInfo[+round].valueString'],
        ['10', 'supportingInfo[+stretcher].valueString'],
      ],
    },
    {
      tag: 'HSD',
      ...common,
      needs: ['01', '02'],
      fixed: Object.fromEntries(
        ['quantity', 'unit', 'period', 'pattern', 'time'].map((one) => [`supportingInfo[+${one}].category`, about(`requested ${one}`)]),
      ),
      rows: [
        ['01', 'supportingInfo[+quantity].code', concept(de(673))],
        ['02', 'supportingInfo[+quantity].valueQuantity', quantity],
        ['03', 'supportingInfo[+unit].code', concept(de(355))],
        ['04', 'supportingInfo[+unit].valueQuantity', quantity],
        ['05', 'supportingInfo[+period].code', concept(de(615))],
        ['06', 'supportingInfo[+period].valueQuantity', quantity],
        ['07', 'supportingInfo[+pattern].code', concept(de(678))],
        ['08', 'supportingInfo[+time].code', concept(de(679))],
      ],
    },
    codes('HCP', line, [
      ['01', 'repricing method', concept(de(1473))],
      ['02', 'repriced allowed amount', quantity, 'valueQuantity'],
      ['03', 'repricing savings', quantity, 'valueQuantity'],
      ['04', 'repricing organization', text, 'valueString'],
      ['05', 'repricing rate', quantity, 'valueQuantity'],
      ['06', 'repriced group code', text, 'valueString'],
      ['07', 'repriced group amount', quantity, 'valueQuantity'],
      ['13', 'repricing rejection reason', concept(de(901))],
      ['14', 'repricing compliance', concept(de(1526))],
      ['15', 'repricing exception', concept(de(1527))],
    ]),
  ];
}

const placeOf = (at: string): number => Number(at.split('.')[0]) * 100 + Number(at.split('.')[1] ?? 0);

/** A segment of single codes and amounts, each a piece of further information under our own short name. */
export function codes(
  tag: string,
  line: Via,
  entries: readonly (readonly [at: string, what: string | Node, codec: Codec, member?: string])[],
  rows: readonly Row[] = [],
): Spec {
  const label = (at: string): string => `claim:supportingInfo[+e${at.replace('.', 'c')}]`;
  return {
    tag,
    on: 'claim',
    ...via(line),
    fixed: Object.fromEntries(entries.map(([at, what]) => [`${label(at)}.category`, typeof what === 'string' ? about(what) : what])),
    rows: [...rows, ...entries.map(([at, , codec, member = 'code']) => [at, `${label(at)}.${member}`, codec] as const)].sort(
      ([a], [b]) => placeOf(a) - placeOf(b),
    ),
  };
}

/** CAS: up to six adjustments of one group, each with reason, amount and quantity. */
export const adjustments = (on: string): Spec[] => [
  {
    tag: 'CAS',
    on,
    each: [2, 3, 6],
    needs: ['01', '+0'],
    rows: [
      ['01', 'adjudication[+].category', concept(systems.adjustmentGroup)],
      ['+0', 'adjudication[+].reason', concept(systems.adjustmentReason)],
      ['+1', 'adjudication[+].amount', money],
      ['+2', 'adjudication[+].value', decimal],
    ],
  },
];
export const total = (on: string, list = 'total'): Spec => ({
  tag: 'AMT',
  on,
  needs: ['01', '02'],
  rows: [
    ['01', `${list}[+].category`, concept(de(522))],
    ['02', `${list}[+].amount`, money],
  ],
});

const related: Record<string, string> = {
  '18': 'self',
  '01': 'spouse',
  '19': 'child',
  '53': 'common',
  G8: 'other',
  '21': 'other',
  '39': 'other',
  '40': 'other',
};

/** How the insured is related (element 1069), with FHIR's own code where it has one. */
export const relationship: Codec = {
  read(one) {
    if (!/^[A-Z0-9]{2}$/.test(one)) return undefined;
    const coding: Json[] = [{ system: de(1069), code: one }];
    if (related[one] !== undefined) coding.push({ system: systems.relationship, code: related[one] });
    return { coding };
  },
  write: (value) => codingOf(value, de(1069)) ?? Object.keys(related).find((one) => related[one] === codingOf(value, systems.relationship)),
  says: 'coding[0].code',
};
