// Rows of a claim and its lines: CLM, HI, SV1, SV2, SV3 and what stands beside them (005010X222, X223, X224), loops 2300 to 2440.
import type { Json } from '../../../fhir/json.ts';
import { type Codec, concept, date, decimal, money, positive, quantity, text, timing, timingForm } from '../codec.ts';
import { references } from '../party.ts';
import type { Row, Spec } from '../spec.ts';
import { de, systems } from '../systems.ts';
import {
  carinInfo,
  codes,
  icd9,
  icd9Procedure,
  icd10,
  icd10Procedure,
  informations,
  ofService,
  period,
  periodForm,
  unit,
  yesNo,
} from './words.ts';

export type ClaimKind = 'professional' | 'institutional' | 'oral';

const only = (code: string): Codec => ({ implied: true, read: (one) => (one === code ? {} : undefined), write: () => code });

/** CLM: the claim itself and what is answered about it as a whole. */
const clm = (kind: ClaimKind): Spec => {
  const facility = kind === 'institutional' ? carinInfo('typeofbill') : { text: 'place of service' };
  return codes(
    'CLM',
    undefined,
    [
      ['05.1', facility, concept(kind === 'institutional' ? systems.billType : systems.placeOfService)],
      ['05.3', 'claim frequency', concept(de(1325))],
      ['06', 'provider signature on file', yesNo, 'valueBoolean'],
      ['07', 'assignment accepted', concept(de(1359))],
      ['08', 'benefits assigned', concept(de(1073))],
      ['09', 'release of information', concept(de(1363))],
      ['10', 'patient signature', concept(de(1351))],
      ['11.1', 'related cause', concept(de(1362))],
      ['11.2', 'second related cause', concept(de(1362))],
      ['11.3', 'third related cause', concept(de(1362))],
      ['11.4', 'accident state', text, 'valueString'],
      ['11.5', 'accident country', text, 'valueString'],
      ['12', 'special program', concept(de(1366))],
      ['20', 'delay reason', concept(de(1514))],
    ],
    [
      ['01', 'identifier[0].value'],
      ['02', 'total', money],
      ['05.2', '', only(kind === 'institutional' ? 'A' : 'B')],
    ],
  );
};

const diagnosis = (qualifiers: string, codec: Codec): Spec => ({
  tag: 'HI',
  on: 'claim',
  each: [1, 1, 12],
  when: { '+0.1': qualifiers },
  needs: ['+0.2'],
  rows: [
    ['+0.1', 'diagnosis[+].type[0]', concept(de(1270))],
    ['+0.2', 'diagnosis[+].diagnosisCodeableConcept', codec],
    ['+0.9', 'diagnosis[+].onAdmission', concept(de(1073))],
  ],
});
const procedure = (qualifiers: string, codec: Codec): Spec => ({
  tag: 'HI',
  on: 'claim',
  each: [1, 1, 12],
  when: { '+0.1': qualifiers },
  needs: ['+0.2'],
  rows: [
    ['+0.1', 'procedure[+].type[0]', concept(de(1270))],
    ['+0.2', 'procedure[+].procedureCodeableConcept', codec],
    ['+0.3', 'procedure[+]', only('D8')],
    ['+0.4', 'procedure[+].date', date],
  ],
});

/** HI: diagnoses, procedures, and everything else that is a code with its list, day or amount. */
export const healthInformation: Spec[] = [
  diagnosis('ABK', icd10),
  diagnosis('BK', icd9),
  diagnosis('ABJ,APR', icd10),
  diagnosis('BJ,PR,ZZ', icd9),
  diagnosis('ABF,ABN', icd10),
  diagnosis('BF,BN', icd9),
  procedure('BBR', icd10Procedure),
  procedure('BR', icd9Procedure),
  procedure('BBQ', icd10Procedure),
  procedure('BQ', icd9Procedure),
  {
    tag: 'HI',
    on: 'claim',
    each: [1, 1, 12],
    needs: ['+0.1', '+0.2'],
    rows: [
      ['+0.1', 'supportingInfo[+].category', concept(de(1270))],
      ['+0.2', 'supportingInfo[+].code', concept(de(1271))],
      ['+0.3', 'supportingInfo[+]', timingForm('timing')],
      ['+0.4', 'supportingInfo[+]', timing('timing')],
      ['+0.5', 'supportingInfo[+].valueQuantity', quantity],
    ],
  },
];

export const claimSpecs = (kind: ClaimKind): Spec[] => [
  clm(kind),
  {
    tag: 'DTP',
    on: 'claim',
    when: { '01': '434' },
    needs: ['03'],
    rows: [
      ['02', 'billablePeriod', periodForm],
      ['03', 'billablePeriod', period],
    ],
  },
  ...informations('DTP'),
  codes('CL1', undefined, [
    ['01', carinInfo('admtype'), concept('https://www.nubc.org/CodeSystem/PriorityTypeOfAdmitOrVisit')],
    ['02', carinInfo('pointoforigin'), concept('https://www.nubc.org/CodeSystem/PointOfOrigin')],
    ['03', carinInfo('discharge-status'), concept('https://www.nubc.org/CodeSystem/PatDischargeStatus')],
  ]),
  ...informations('PWK CN1 AMT'),
  { tag: 'REF', on: 'claim', when: { '01': 'G1' }, needs: ['02'], rows: [['02', 'insurance[0].preAuthRef[0]']] },
  {
    tag: 'REF',
    on: 'claim',
    when: { '01': 'F8' },
    needs: ['02'],
    fixed: {
      'related[+].relationship': {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship', code: 'prior' }],
      },
    },
    rows: [['02', 'related[+].claim.identifier.value']],
  },
  ...references('claim'),
  ...informations('K3 NTE CR1 CRC'),
  ...healthInformation,
  ...informations('QTY HCP'),
];

const inLine = ['line', 'informationSequence'] as const;
const count = (units: string, amount: string): Row[] => [
  [units, 'line:quantity', unit],
  [amount, 'line:quantity.value', decimal],
];
const pointers = (element: string): Row[] =>
  [1, 2, 3, 4].map((one) => [`${element}.${one}`, `line:diagnosisSequence[${one - 1}]`, positive]);
const lineInfo = (entries: readonly (readonly [string, string, Codec, string])[]): { rows: Row[]; fixed: Record<string, Json> } => {
  const { rows, fixed } = codes('', inLine, entries);
  return { rows: [...rows], fixed: { ...fixed } };
};
const professionalMore = lineInfo([
  ['09', 'emergency', yesNo, 'valueBoolean'],
  ['11', 'screening program', yesNo, 'valueBoolean'],
  ['12', 'family planning', yesNo, 'valueBoolean'],
  ['15', 'copayment exempt', text, 'valueString'],
]);
const institutionalMore = lineInfo([['07', 'non-covered charge', quantity, 'valueQuantity']]);

const anyLine: Spec[] = [
  { tag: 'LX', on: 'line', rows: [['01', 'sequence', positive]] },
  ...ofService(
    {
      tag: 'SV1',
      on: 'line',
      via: inLine,
      fixed: professionalMore.fixed,
      rows: [
        ['02', 'net', money],
        ...count('03', '04'),
        ['05', 'locationCodeableConcept', concept(systems.placeOfService)],
        ...pointers('07'),
        ...professionalMore.rows,
      ],
    },
    '01.1',
    'productOrService',
    'modifier',
  ),
  ...ofService(
    {
      tag: 'SV2',
      on: 'line',
      via: inLine,
      fixed: institutionalMore.fixed,
      rows: [
        ['01', 'revenue', concept(systems.revenue)],
        ['03', 'net', money],
        ...count('04', '05'),
        ['06', 'unitPrice', money],
        ...institutionalMore.rows,
      ],
    },
    '02.1',
    'productOrService',
    'modifier',
  ),
  ...ofService(
    {
      tag: 'SV3',
      on: 'line',
      rows: [
        ['02', 'net', money],
        ['03', 'locationCodeableConcept', concept(systems.placeOfService)],
        ['04', 'bodySite', concept(de(1361))],
        ['06', 'quantity.value', decimal],
        ...pointers('11'),
      ],
    },
    '01.1',
    'productOrService',
    'modifier',
  ),
  {
    tag: 'TOO',
    on: 'line',
    when: { '01': 'JP' },
    rows: [
      ['02', 'bodySite', concept('http://terminology.hl7.org/CodeSystem/ex-tooth')],
      ...[1, 2, 3, 4, 5].map((one): Row => [`03.${one}`, `subSite[${one - 1}]`, concept(de(1369))]),
    ],
  },
  ...informations('PWK CR1 CRC', inLine),
  {
    tag: 'DTP',
    on: 'line',
    when: { '01': '472' },
    needs: ['03'],
    rows: [
      ['02', '', timingForm('serviced')],
      ['03', '', timing('serviced')],
    ],
  },
  ...informations('DTP QTY CN1', inLine),
  {
    tag: 'REF',
    on: 'claim',
    via: inLine,
    needs: ['01', '02'],
    rows: [
      ['01', 'supportingInfo[+].category', concept(de(128))],
      ['02', 'supportingInfo[+].valueString'],
    ],
  },
  ...informations('AMT K3 NTE HCP', inLine),
];

/** The service line of each kind of claim has a segment of its own; the rest is the same. */
const ownSegments: Record<ClaimKind, readonly string[]> = { professional: ['SV1'], institutional: ['SV2'], oral: ['SV3', 'TOO'] };
const allSegments = Object.values(ownSegments).flat();
export const lineSpecs = (...kinds: readonly ClaimKind[]): Spec[] => {
  const own = kinds.flatMap((kind) => ownSegments[kind]);
  return anyLine.filter(({ tag }) => own.includes(tag) || !allSegments.includes(tag));
};

/** LIN and CTP: the drug of a line, as its detail. */
export const drugSpecs: Spec[] = [
  ...['N4', 'EN', 'EO', 'HI', 'ON', 'UK', 'UP'].map((kind) => ({
    tag: 'LIN',
    on: 'drug',
    when: { '02': kind },
    rows: [['03', 'productOrService', concept(kind === 'N4' ? systems.ndc : `${de(235)}/${kind}`)] as const],
  })),
  {
    tag: 'CTP',
    on: 'drug',
    rows: [
      ['03', 'unitPrice', money],
      ['04', 'quantity.value', decimal],
      ['05.1', 'quantity', unit],
    ],
  },
  {
    tag: 'REF',
    on: 'claim',
    via: inLine,
    needs: ['01', '02'],
    rows: [
      ['01', 'supportingInfo[+].category', concept(`${de(128)}/drug`)],
      ['02', 'supportingInfo[+].valueString'],
    ],
  },
];

/** LQ and FRM: a form that goes with a line. */
export const formSpecs: Spec[] = [
  {
    tag: 'LQ',
    on: 'claim',
    via: inLine,
    needs: ['01', '02'],
    rows: [
      ['01', 'supportingInfo[+].category', concept(de(1270))],
      ['02', 'supportingInfo[+].code', concept(de(1271))],
    ],
  },
  ...(
    [
      ['02', 'valueBoolean', yesNo],
      ['03', 'valueString', text],
      ['04', 'timingDate', date],
      ['05', 'valueQuantity', quantity],
    ] as const
  ).map(([at, member, codec]) => ({
    tag: 'FRM',
    on: 'claim',
    via: inLine,
    needs: ['01', at],
    fixed: { 'supportingInfo[+].category': { text: 'form answer' } },
    rows: [['01', 'supportingInfo[+].code.text'] as const, [at, `supportingInfo[+].${member}`, codec] as const],
  })),
];
