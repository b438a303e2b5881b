// 276 ↔ Task and 277, 277CA ↔ ClaimResponse (005010X212, X214). R4 has no resource for the question how a claim stands: FHIR's own
// answer is a Task of the financial code `status` with what identifies the claim as its input, which can be followed to its end; a
// ClaimResponse would state an adjudication that nobody has made. Answers are ClaimResponses, one for each claim.
import { type Codec, code, concept, date, decimal, money, text, timing, timingForm } from '../codec.ts';
import { isNode, type Node } from '../node.ts';
import { contact, demographics, named, references } from '../party.ts';
import type { Spec } from '../spec.ts';
import {
  day,
  get,
  instant,
  type OpenLoopMap,
  orElse,
  organization,
  party,
  patientOnly,
  provider,
  reference,
  type Stage,
  set,
  type TransactionMap,
} from '../stage.ts';
import { de, systems } from '../systems.ts';
import { type Side, statusPlan } from './claim-status-plan.ts';
import { reportStatuses, statuses } from './statuses.ts';
import { agent, bht, submission } from './submission.ts';
import { about, absent, ofService, total } from './words.ts';

const only = (one: string): Codec => ({ implied: true, read: (said) => (said === one ? {} : undefined), write: () => one });

const questionSpecs: Spec[] = [
  {
    tag: 'TRN',
    on: 'question',
    needs: ['02'],
    rows: [
      ['01', '', only('1')],
      ['02', 'identifier[0].value', code],
    ],
  },
  {
    tag: 'REF',
    on: 'question',
    needs: ['01', '02'],
    rows: [
      ['01', 'input[+].type', concept(de(128))],
      ['02', 'input[+].valueString', text],
    ],
  },
  {
    tag: 'AMT',
    on: 'question',
    needs: ['01', '02'],
    rows: [
      ['01', 'input[+].type', concept(de(522))],
      ['02', 'input[+].valueMoney', money],
    ],
  },
  {
    tag: 'DTP',
    on: 'question',
    needs: ['01', '03'],
    rows: [
      ['01', 'input[+].type', concept(de(374))],
      ['02', 'input[+]', timingForm('value')],
      ['03', 'input[+]', timing('value')],
    ],
  },
];
const questionLineSpecs: Spec[] = [
  ...ofService(
    {
      tag: 'SVC',
      on: 'question',
      fixed: {
        'input[+service].type': about('service'),
        'input[+charge].type': about('service charge'),
        'input[+units].type': about('service units'),
        'input[+revenue].type': about('service revenue code'),
      },
      rows: [
        ['02', 'input[+charge].valueMoney', money],
        ['04', 'input[+revenue].valueCodeableConcept', concept(systems.revenue)],
        ['07', 'input[+units].valueDecimal', decimal],
      ],
    },
    '01.1',
    'input[+service].valueCodeableConcept',
    undefined,
    false,
  ),
  {
    tag: 'REF',
    on: 'question',
    needs: ['01', '02'],
    rows: [
      ['01', 'input[+].type', concept(`${de(128)}/line`)],
      ['02', 'input[+].valueString', text],
    ],
  },
  {
    tag: 'DTP',
    on: 'question',
    needs: ['01', '03'],
    rows: [
      ['01', 'input[+].type', concept(`${de(374)}/line`)],
      ['02', 'input[+]', timingForm('value')],
      ['03', 'input[+]', timing('value')],
    ],
  },
];

const answerSpecs: Spec[] = [
  {
    tag: 'TRN',
    on: 'claim',
    needs: ['02'],
    rows: [
      ['01', 'request.identifier', only('2')],
      ['02', 'request.identifier.value', code],
    ],
  },
  ...statuses('claim', [
    ['02', 'claim:created', date],
    ['05', 'claim:payment.amount', money],
    ['06', 'claim:payment.date', date],
    ['09', 'claim:payment.identifier.value', code],
    ['12', 'claim:disposition', text],
  ]),
  ...references('claim'),
  total('claim'),
];
const answerLineSpecs: Spec[] = [
  ...ofService(
    {
      tag: 'SVC',
      on: 'line',
      fixed: { 'adjudication[+paid].category': { coding: [{ system: systems.adjudication, code: 'benefit' }] } },
      rows: [
        ['02', 'net', money],
        ['03', 'adjudication[+paid].amount', money],
        ['07', 'quantity.value', decimal],
      ],
    },
    '01.1',
    'productOrService',
    'modifier',
  ),
  ...statuses('line', []),
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
];

/** Acknowledged, and not taken: returned, not found, or refused for what is missing or wrong in it. */
const refused = /^A[34678]/;
/** Where a claim stands, from the first letter of its category: acknowledged, pending, finalised, refused or not found. */
const outcomes: Record<string, string> = { A: 'queued', P: 'queued', R: 'partial', F: 'complete', E: 'error', D: 'error' };

function openClaim(stage: Stage, side: Side): void {
  const { roles } = stage;
  const patient = roles.get('patient') ?? roles.get('subscriber');
  const payer = roles.get('payer');
  const by = roles.get('provider');
  const key = [side, ...stage.here, stage.text('TRN-02')];
  linkDependent(stage);
  if (side === 'question') {
    const members = (): Node => {
      const task: Node = {
        status: 'requested',
        intent: 'order',
        code: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/financialtaskcode', code: 'status' }] },
      };
      task['authoredOn'] = stage.shared.sent ?? stage.context.receivedAt.toISOString();
      if (patient !== undefined) task['for'] = reference(patient);
      if (by !== undefined) task['requester'] = reference(by);
      if (payer !== undefined) task['owner'] = reference(payer);
      return task;
    };
    stage.shared.subjects.push(stage.is('question', stage.heard.makeNew('Task', key, 'whole', members)));
    return;
  }
  const members = (): Node => ({
    status: 'active',
    type: absent,
    use: 'claim',
    patient: reference(patient),
    insurer: reference(payer),
    ...(by === undefined ? {} : { requestor: reference(by) }),
  });
  const claim = stage.is('claim', stage.heard.makeNew('ClaimResponse', key, 'whole', members));
  stage.shared.subjects.push(claim);
  stage.later(() => {
    orElse(claim, 'created', day(stage, stage.shared.created));
    orElse(claim, 'outcome', refused.test(stage.text('STC-01.1')) ? 'error' : (outcomes[stage.text('STC-01.1').charAt(0)] ?? 'queued'));
    const payment = get(claim, 'payment') as Node | undefined;
    if (payment !== undefined) {
      payment['type'] = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/ex-paymenttype', code: 'complete' }] };
      payment['amount'] ??= { value: 0, currency: stage.codecs.currency };
    }
  });
}

/** Whose insurance a dependent has: nothing else would say so. */
function linkDependent({ roles, heard, later }: Stage): void {
  const patient = roles.get('patient');
  const subscriber = roles.get('subscriber');
  if (patient === undefined || subscriber === undefined) return;
  const coverage = heard.make('Coverage', ['dependent', subscriber.ref, patient.ref], 'refer', () => ({ status: 'active' }));
  later(() => {
    set(coverage, 'beneficiary', reference(patient));
    set(coverage, 'subscriber', reference(subscriber));
    set(coverage, 'payor', [reference(roles.get('payer'))]);
  });
}

/** What is said of a whole batch, by whoever passed it on (2200A, 2200B) or one provider's part of it (2200C): a Task that is done. */
const reportSpecs: Spec[] = [
  {
    tag: 'TRN',
    on: 'report',
    needs: ['02'],
    rows: [
      ['01', '', { implied: true, read: () => ({}), write: () => '2' }],
      ['02', 'identifier[0].value', code],
    ],
  },
  ...reportStatuses,
  {
    tag: 'QTY',
    on: 'report',
    needs: ['01', '02'],
    rows: [
      ['01', 'output[+].type', concept(de(673))],
      ['02', 'output[+].valueDecimal', decimal],
    ],
  },
  {
    tag: 'AMT',
    on: 'report',
    needs: ['01', '02'],
    rows: [
      ['01', 'output[+].type', concept(de(522))],
      ['02', 'output[+].valueMoney', money],
    ],
  },
  {
    tag: 'DTP',
    on: 'report',
    needs: ['01', '03'],
    rows: [
      ['01', 'output[+].type', concept(de(374))],
      ['02', 'output[+]', timingForm('value')],
      ['03', 'output[+]', timing('value')],
    ],
  },
];

function openReport(stage: Stage, level: string): void {
  const payer = stage.roles.get('payer');
  const requester = level === 'C' ? stage.roles.get('provider') : level === 'B' ? stage.roles.get('agent41') : undefined;
  const report = stage.heard.makeNew('Task', ['report', ...stage.here, stage.text('TRN-02')], 'whole', () => {
    const category = stage.text('STC-01.1');
    const status = refused.test(category) || category.startsWith('E') ? 'rejected' : 'completed';
    const task: Node = {
      status,
      intent: 'order',
      code: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/financialtaskcode', code: 'status' }] },
    };
    if (requester !== undefined) task['requester'] = reference(requester);
    if (payer !== undefined) task['owner'] = reference(payer);
    return task;
  });
  stage.is('report', report);
  stage.shared.subjects.push(report);
  stage.later(() => {
    const outputs = report.resource['output'];
    for (const one of Array.isArray(outputs) ? outputs : []) {
      if (!isNode(one)) continue;
      const values = Object.keys(one).filter((name) => name.startsWith('value'));
      if (!values.every((name) => saysNothing(one[name]))) continue;
      for (const name of values) delete one[name];
      one['valueString'] = 'not stated';
    }
  });
}

/** It was begun, and nothing in it was understood. */
const saysNothing = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(saysNothing) : isNode(value) && Object.values(value).every(saysNothing);

function openLine(stage: Stage, side: Side): void {
  const claim = stage.roles.get('claim');
  if (side === 'question' || claim === undefined) return;
  const line = stage.is('line', stage.heard.push(claim, 'addItem', {}));
  stage.later(() => {
    orElse(line, 'productOrService', absent);
    orElse(line, 'adjudication', [{ category: about('not stated') }]);
  });
}

function openPerson(stage: Stage, role: string): void {
  const who = party(stage, role, patientOnly, 'merge');
  if (who === undefined || !who.ref.startsWith('Patient/')) stage.roles.delete(role);
}

function loopsOf(side: Side, structure: string): Record<string, OpenLoopMap> {
  const people = (letter: 'D' | 'E', role: string): Record<string, OpenLoopMap> => ({
    // The day of birth stands before the name here, so the person is looked for first.
    [`2000${letter}`]: {
      open(stage) {
        stage.roles.delete('patient');
        openPerson(stage.peek(`2100${letter}`), role);
      },
      specs: demographics(role),
    },
    [`2100${letter}`]: {
      role,
      specs: [...named(letter === 'D' && structure !== '0085' ? 'IL,QC' : 'QC,IL', undefined, 'MI'), ...contact(role)],
    },
    [`2200${letter}`]: { open: (stage) => openClaim(stage, side), specs: side === 'question' ? questionSpecs : answerSpecs },
    [`2210${letter}`]: { open: (stage) => openLine(stage, side), specs: side === 'question' ? questionLineSpecs : answerLineSpecs },
  });
  return {
    '': {
      open(stage) {
        stage.shared.sent = instant(stage, stage.text('BHT-04'), stage.text('BHT-05'));
        submission(stage);
      },
      specs: [bht(structure)],
    },
    '2100A': {
      role: 'payer',
      open: (stage) => void party(stage, 'payer', organization),
      specs: [...named('PR,AY', 'payer', 'PI'), ...contact('payer')],
    },
    '2100B': agent('41'),
    '2000C': { open: (stage) => void party(stage.peek('2100C'), 'provider', provider), specs: [] },
    '2100C': {
      role: 'provider',
      open: (stage) => void party(stage, 'provider', provider),
      specs: [...named(structure === '0085' ? '85,1P' : '1P,85', 'provider', 'XX'), ...contact('provider')],
    },
    ...(side === 'question'
      ? {}
      : Object.fromEntries(
          ['A', 'B', 'C'].map((level): [string, OpenLoopMap] => [
            `2200${level}`,
            { open: (stage) => openReport(stage, level), specs: reportSpecs },
          ]),
        )),
    ...people('D', 'subscriber'),
    ...people('E', 'patient'),
  };
}

export const statusRequest: TransactionMap = {
  loops: loopsOf('question', '0010'),
  plan: (resources, wish) => statusPlan(resources, 'question', wish),
};
export const statusResponse: TransactionMap = {
  loops: loopsOf('answer', '0010'),
  plan: (resources, wish) => statusPlan(resources, 'answer', wish),
};
export const claimAcknowledgement: TransactionMap = { loops: loopsOf('answer', '0085'), plan: statusResponse.plan };
