// 835 ↔ PaymentReconciliation with one ExplanationOfBenefit for each claim paid (005010X221): every adjustment with group, reason and
// amount, remark codes, service lines, and what PLB takes from or adds to the whole.
import { type Codec, code, codingOf, concept, date, decimal, money, quantity, timing } from '../codec.ts';
import { getAt, isNode, type Node } from '../node.ts';
import { address, contact, named, namedN1, references } from '../party.ts';
import type { Row, Spec } from '../spec.ts';
import {
  day,
  get,
  type OpenLoopMap,
  orElse,
  organization,
  party,
  provider,
  reference,
  type Stage,
  set,
  type TransactionMap,
} from '../stage.ts';
import { de, systems } from '../systems.ts';
import { remittancePlan } from './remittance-plan.ts';
import { about, absent, adjustments, codes, informations, ofService, total } from './words.ts';

const category = (system: string, one: string): Node => ({ coding: [{ system, code: one }] });
const submitted = category(systems.adjudication, 'submitted');
const benefit = category(systems.adjudication, 'benefit');
const patientPays = category('http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBAdjudication', 'memberliability');

const structure = { implied: true as const, read: () => ({}), write: () => undefined };
const one = { ...structure, read: (said: string) => (said === '1' ? {} : undefined), write: () => '1' };
/** LX only counts here; some payers put more into it, which is kept. */
const counter = { ...structure, read: (said: string) => (/^0*[1-9]\d?$/.test(said) ? {} : undefined), write: () => '1' };

/** Kept as it came, since FHIR has no word for it; this where a new one must say something. */
const unsaid = (usual: string): Codec => ({ implied: true, read: () => undefined, write: () => usual });

/** BPR-10 names the company that TRN-03 names, where money moves by wire. */
const originator: Codec = {
  read(one, context) {
    const value = code.read(one, context);
    return value === undefined ? undefined : { assigner: { identifier: { value } } };
  },
  write(value) {
    const wired = isNode(value) && /^(ACH|BOP|FWT)$/.test(codingOf(value['type'], de(591)) ?? '');
    const company = wired ? getAt(value, 'assigner.identifier.value') : undefined;
    return typeof company === 'string' ? company : undefined;
  },
  says: 'assigner.identifier.value',
};
/** Dollars need no word. */
const foreign: Codec = {
  read: (one) => (/^[A-Z]{3}$/.test(one) ? one : undefined),
  write: (value) => (value === 'USD' || typeof value !== 'string' ? undefined : value),
};

const headerSpecs: Spec[] = [
  {
    tag: 'BPR',
    on: 'payment',
    rows: [
      ['01', 'paymentAmount', unsaid('I')],
      ['02', 'paymentAmount', money],
      // C: credited to the payee, as a payment is.
      ['03', 'paymentAmount', { ...unsaid('C'), read: (said) => (said === 'C' ? {} : undefined) }],
      ['04', 'paymentIdentifier.type', concept(de(591))],
      ['10', 'paymentIdentifier', originator],
      ['16', 'paymentDate', date],
    ],
  },
  {
    tag: 'TRN',
    on: 'payment',
    rows: [
      ['01', '', one],
      ['02', 'paymentIdentifier.value', code],
      ['03', 'paymentIdentifier.assigner.identifier.value', code],
    ],
  },
  { tag: 'CUR', on: 'payment', when: { '01': 'PR' }, needs: ['02'], rows: [['02', 'paymentAmount.currency', foreign]] },
  ...references('payment'),
  { tag: 'DTM', on: 'payment', when: { '01': '405' }, needs: ['02'], rows: [['02', 'created', date]] },
  {
    tag: 'PLB',
    on: 'payment',
    each: [3, 2, 6],
    last: true,
    needs: ['+0.1', '+1'],
    rows: [
      ['01', 'detail[+].payee.identifier.value', code],
      ['02', 'detail[+].date', date],
      ['+0.1', 'detail[+].type', concept(de(426))],
      ['+0.2', 'detail[+].identifier.value', code],
      ['+1', 'detail[+].amount', money],
    ],
  },
];

/** A remark code, which says why without an amount. */
const remark = (at: string, label: string): Row => [at, `claim:adjudication[+${label}].reason`, concept(systems.remark)];
/** MIA and MOA: amounts, counts and remarks; each adjudication is named by its place there. */
function outcome(tag: 'MIA' | 'MOA', amounts: readonly number[], counts: readonly number[], remarks: readonly number[]): Spec {
  const at = (element: number): string => String(element).padStart(2, '0');
  const rows: Row[] = [
    ...counts.map((n): Row => [at(n), `claim:adjudication[+e${n}].value`, decimal]),
    ...amounts.map((n): Row => [at(n), `claim:adjudication[+e${n}].amount`, money]),
    ...remarks.map((n) => remark(at(n), `e${n}`)),
  ];
  const all = [...amounts, ...counts, ...remarks];
  return {
    tag,
    on: 'claim',
    fixed: Object.fromEntries(all.map((n) => [`claim:adjudication[+e${n}].category`, about(`${tag}-${at(n)}`)])),
    rows: rows.sort(([a], [b]) => Number(a) - Number(b)),
  };
}

const facts = codes('CLP', undefined, [
  ['02', 'claim status', concept(de(1029))],
  ['08', 'facility code', concept(de(1331))],
  ['09', 'claim frequency', concept(de(1325))],
  ['11', 'diagnosis related group', concept(de(1354))],
  ['12', 'diagnosis related group weight', quantity, 'valueQuantity'],
  ['13', 'discharge fraction', quantity, 'valueQuantity'],
]);

const claimSpecs: Spec[] = [
  {
    ...facts,
    fixed: { ...facts.fixed, 'claim:total[+charge].category': submitted, 'claim:total[+patient].category': patientPays },
    rows: [
      ['01', 'claim.identifier.value', code],
      ['03', 'total[+charge].amount', money],
      ['04', 'payment.amount', money],
      ['04', 'paid:amount', money],
      ['05', 'total[+patient].amount', money],
      ['06', 'type', concept(de(1032))],
      ['07', 'identifier[0].value', code],
      ...facts.rows,
    ],
  },
  ...adjustments('claim'),
  ...named('QC', 'patient', 'MI', [['09', 'self:subscriberId', code]]),
  ...named('IL', 'subscriber', 'MI', [['09', 'coverage:subscriberId', code]]),
  ...named('82', 'carer', 'XX', [['01', 'member:role', concept(de(98))]]),
  outcome('MIA', [2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 24], [1, 3, 15], [5, 20, 21, 22, 23]),
  outcome('MOA', [2, 8, 9], [1], [3, 4, 5, 6, 7]),
  ...references('claim'),
  { tag: 'DTM', on: 'claim', when: { '01': '232' }, needs: ['02'], rows: [['02', 'billablePeriod.start', date]] },
  { tag: 'DTM', on: 'claim', when: { '01': '233' }, needs: ['02'], rows: [['02', 'billablePeriod.end', date]] },
  {
    tag: 'DTM',
    on: 'claim',
    needs: ['01', '02'],
    rows: [
      ['01', 'supportingInfo[+].category', concept(de(374))],
      ['02', 'supportingInfo[+]', timing('timing')],
    ],
  },
  total('claim'),
  ...informations('QTY'),
];

const inLine = ['line', 'informationSequence'] as const;
const lineSpecs: Spec[] = [
  ...ofService(
    {
      tag: 'SVC',
      on: 'line',
      fixed: { 'adjudication[+paid].category': benefit, 'adjudication[+units].category': about('original units') },
      rows: [
        ['02', 'net', money],
        ['03', 'adjudication[+paid].amount', money],
        ['04', 'revenue', concept(systems.revenue)],
        ['05', 'quantity.value', decimal],
        ['07', 'adjudication[+units].value', decimal],
      ],
    },
    '01.1',
    'productOrService',
    'modifier',
  ),
  { tag: 'DTM', on: 'line', when: { '01': '472' }, needs: ['02'], unlessSaid: ['servicedPeriod'], rows: [['02', 'servicedDate', date]] },
  {
    tag: 'DTM',
    on: 'line',
    when: { '01': '150' },
    needs: ['02'],
    unlessSaid: ['servicedDate'],
    rows: [['02', 'servicedPeriod.start', date]],
  },
  {
    tag: 'DTM',
    on: 'line',
    when: { '01': '151' },
    needs: ['02'],
    unlessSaid: ['servicedDate'],
    rows: [['02', 'servicedPeriod.end', date]],
  },
  ...adjustments('line'),
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
  total('line', 'adjudication'),
  {
    tag: 'QTY',
    on: 'line',
    needs: ['01', '02'],
    rows: [
      ['01', 'adjudication[+].category', concept(de(673))],
      ['02', 'adjudication[+].value', decimal],
    ],
  },
  ...(['HE', 'RX'] as const).map(
    (list): Spec => ({
      tag: 'LQ',
      on: 'line',
      when: { '01': list },
      needs: ['02'],
      fixed: { 'adjudication[+].category': about(list === 'HE' ? 'remark' : 'pharmacy remark') },
      rows: [['02', 'adjudication[+].reason', concept(list === 'HE' ? systems.remark : `${de(1270)}/RX`)]],
    }),
  ),
];

function openPayment(stage: Stage): void {
  const key = stage.text('TRN-02') === '' ? stage.here : [stage.text('TRN-02'), stage.text('TRN-03')];
  const payment = stage.is(
    'payment',
    stage.heard.makeNew('PaymentReconciliation', ['payment', ...key], 'whole', () => ({ status: 'active', outcome: 'complete' })),
  );
  stage.later(() => {
    const said = stage.at('DTM', '405')?.text('DTM-02') ?? '';
    orElse(payment, 'created', day(stage, said, stage.text('BPR-16')));
    if (get(payment, 'paymentDate') === undefined) set(payment, 'paymentDate', day(stage, said));
    if (get(payment, 'paymentAmount') === undefined) set(payment, 'paymentAmount', { value: 0, currency: stage.codecs.currency });
    const payer = stage.roles.get('payer');
    const payee = stage.roles.get('payee');
    if (payer !== undefined) set(payment, 'paymentIssuer', reference(payer));
    if (payee !== undefined) set(payment, 'requestor', reference(payee));
  });
}

function openClaim(stage: Stage): void {
  const payment = stage.roles.get('payment');
  const payer = stage.roles.get('payer');
  if (payment === undefined) return;
  const key = ['benefit', payment.ref, stage.text('CLP-01'), stage.text('CLP-07')];
  const claim = stage.is(
    'claim',
    stage.heard.makeNew('ExplanationOfBenefit', key, 'whole', () => ({ status: 'active', use: 'claim', outcome: 'complete' })),
  );
  if (stage.text('CLP-07') !== '') set(claim, 'identifier[0].system', stage.codecs.namespace(`CLP ${payer?.ref ?? ''}`));
  const paid = { type: category('http://terminology.hl7.org/CodeSystem/payment-type', 'payment'), response: reference(claim) };
  stage.is('paid', stage.heard.push(payment, 'detail', paid));

  const patient = personAt(stage, 'patient', 'QC');
  const subscriber = personAt(stage, 'subscriber', 'IL');
  const member = stage.at('NM1', 'IL') ?? stage.at('NM1', 'QC');
  const memberId = member?.text('NM1-09') ?? '';
  const coverage = stage.heard.make('Coverage', ['paid', payer?.ref ?? '', patient?.ref ?? claim.ref, memberId], 'refer', () => ({
    status: 'active',
  }));
  stage.is('coverage', coverage);
  if (subscriber === undefined) stage.is('self', coverage);
  else stage.roles.delete('self');
  const carer = stage.at('NM1', '82');
  const who = carer === undefined ? undefined : party(carer, 'carer', provider);
  if (who === undefined) for (const role of ['carer', 'member']) stage.roles.delete(role);
  else stage.is('member', stage.heard.push(claim, 'careTeam', { provider: reference(who) }));
  stage.later(() => {
    orElse(claim, 'type', absent);
    set(claim, 'patient', reference(patient));
    orElse(claim, 'created', get(payment, 'created') ?? day(stage));
    set(claim, 'insurer', reference(payer));
    set(claim, 'provider', reference(stage.roles.get('payee')));
    set(claim, 'insurance', [{ focal: true, coverage: reference(coverage) }]);
    set(coverage, 'beneficiary', reference(patient));
    if (subscriber?.ref.startsWith('Patient/')) set(coverage, 'subscriber', reference(subscriber));
    set(coverage, 'payor', [reference(payer)]);
  });
}

/** A person that an NM1 of this loop names; the role is nobody's where there is none. */
function personAt(stage: Stage, role: string, entity: string): ReturnType<typeof party> {
  const at = stage.at('NM1', entity);
  const found = at === undefined ? undefined : party(at, role, { person: 'Patient', organization: 'Organization' }, 'merge');
  if (found === undefined) stage.roles.delete(role);
  return found?.ref.startsWith('Patient/') ? found : undefined;
}

function openLine(stage: Stage): void {
  const claim = stage.roles.get('claim');
  if (claim === undefined) return;
  const line = stage.is('line', stage.heard.push(claim, 'item', {}));
  stage.later(() => {
    if (!isNode(get(line, 'productOrService'))) orElse(line, 'productOrService', absent);
  });
}

const loops: Record<string, OpenLoopMap> = {
  '': { open: openPayment, specs: headerSpecs },
  '1000A': {
    role: 'payer',
    open: (stage) => void party(stage, 'payer', organization),
    specs: [...namedN1('PR', 'payer', 'XV'), ...address(), ...references('payer'), ...contact('payer')],
  },
  '1000B': {
    role: 'payee',
    open: (stage) => void party(stage, 'payee', organization),
    specs: [...namedN1('PE', 'payee', 'XX'), ...address(), ...references('payee')],
  },
  '2000': { specs: [{ tag: 'LX', on: 'payment', written: true, rows: [['01', '', counter]] }] },
  '2100': { role: 'claim', open: openClaim, specs: claimSpecs },
  '2110': { role: 'line', open: openLine, specs: lineSpecs },
};

export const remittance: TransactionMap = { loops, plan: remittancePlan };
