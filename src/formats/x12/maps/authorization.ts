// 278 ↔ Claim with use preauthorization (the request, BHT-02 13) and ClaimResponse with that use (the answer, 11), by 005010X217: one for
// each event of a patient, with the services asked for as its lines.
import { code, concept, text } from '../codec.ts';
import type { Place } from '../heard.ts';
import { isNode, type Node } from '../node.ts';
import { address, contact, demographics, named, namedAny, references, specialty } from '../party.ts';
import type { Spec } from '../spec.ts';
import {
  day,
  get,
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
import { answerLineSpecs, answerLineSpecsOf, answerSpecs, openAnswered, problems } from './authorization-answer.ts';
import { answeredLoop, authorizationPlan, serviceLoops } from './authorization-plan.ts';
import { type ClaimKind, healthInformation, lineSpecs } from './claim-rows.ts';
import { bht, submission } from './submission.ts';
import { about, absent, codes, informations, relationship } from './words.ts';

/** TRN of a question is its number; in an answer it is that of the question. */
const trace: Spec[] = [
  {
    tag: 'TRN',
    on: 'claim',
    needs: ['02'],
    rows: [
      ['01', 'identifier[+]', { implied: true, read: (one) => (one === '1' ? {} : undefined), write: () => '1' }],
      ['02', 'identifier[+].value', code],
      ['03', 'identifier[+].assigner.identifier.value', code],
    ],
  },
  {
    tag: 'TRN',
    on: 'answer',
    needs: ['02'],
    unlessSaid: ['request.identifier.value'],
    rows: [
      ['01', 'request.identifier', { implied: true, read: (one) => (one === '2' ? {} : undefined), write: () => '2' }],
      ['02', 'request.identifier.value', code],
      ['03', 'request.identifier.assigner.identifier.value', code],
    ],
  },
];

const asked: Spec = codes('UM', undefined, [
  ['01', 'request category', concept(de(1525))],
  ['02', 'certification type', concept(de(1322))],
  ['03', 'service type', concept(systems.serviceType)],
  ['04.1', 'facility', concept(de(1331))],
  ['04.2', 'kind of facility code', concept(de(1332))],
  ['05.1', 'related cause', concept(de(1362))],
  ['05.2', 'second related cause', concept(de(1362))],
  ['06', 'level of service', concept(de(1338))],
  ['07', 'health condition', concept(de(1213))],
  ['08', 'prognosis', concept(de(923))],
  ['09', 'release of information', concept(de(1363))],
  ['10', 'delay reason', concept(de(1514))],
]);

const eventSpecs: Spec[] = [
  ...trace,
  ...problems,
  asked,
  ...answerSpecs,
  ...references('claim'),
  ...informations('DTP'),
  ...healthInformation,
  ...informations('HSD CRC CR1 PWK'),
  {
    tag: 'MSG',
    on: 'claim',
    needs: ['01'],
    fixed: { 'supportingInfo[+].category': about('message') },
    rows: [['01', 'supportingInfo[+].valueString', text]],
  },
];

const carer: OpenLoopMap = {
  role: 'carer',
  open(stage) {
    const claim = stage.roles.get('claim');
    for (const role of ['carer', 'member']) stage.roles.delete(role);
    const who = claim === undefined ? undefined : party(stage, 'carer', provider);
    if (who !== undefined && claim !== undefined) stage.is('member', stage.heard.push(claim, 'careTeam', { provider: reference(who) }));
  },
  specs: [
    ...named('SJ,71,72,73,77,AAJ,DD,DK,DN,FA,G3,P3,QB,QV,1T', 'carer', 'XX', [['01', 'member:role', concept(de(98))]]),
    ...references('carer'),
    ...address('carer', 'address[0]', ['Organization', 'Practitioner']),
    ...contact('carer'),
    ...problems,
    ...specialty('carer', 'AD,AS,AT,OP,OR,OT,PC,PE,RF'),
  ],
};

function openEvent(stage: Stage): void {
  const { roles, heard, shared } = stage;
  const patient = roles.get('patient') ?? roles.get('subscriber');
  const payer = roles.get('payer');
  const by = roles.get('provider');
  for (const role of ['claim', 'answer']) roles.delete(role);
  const common = (): Node => ({
    status: 'active',
    use: 'preauthorization',
    patient: reference(patient),
    created: day(stage, shared.created),
    insurer: reference(payer),
  });
  if (shared.answers) {
    const answer = stage.is(
      'answer',
      heard.makeNew('ClaimResponse', ['authorization', ...stage.here, stage.text('TRN-02')], 'whole', () => ({
        ...common(),
        type: absent,
      })),
    );
    if (by !== undefined) set(answer, 'requestor', reference(by));
    stage.later(() => orElse(answer, 'outcome', get(answer, 'error') === undefined ? 'complete' : 'error'));
    shared.subjects.push(answer);
    return;
  }
  const priority = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/processpriority', code: 'normal' }] };
  const type = { coding: [{ system: systems.claimType, code: 'professional' }] };
  const claim = stage.is(
    'claim',
    heard.makeNew('Claim', ['authorization', ...stage.here, stage.text('TRN-02')], 'whole', () => ({
      ...common(),
      type,
      priority,
      provider: reference(by),
    })),
  );
  set(claim, 'insurance', [{ sequence: 1, focal: true, coverage: reference(roles.get('coverage')) }]);
  shared.subjects.push(claim);
}

function openLine(stage: Stage): void {
  const claim = stage.roles.get('claim');
  for (const role of ['line', 'answered']) stage.roles.delete(role);
  if (claim === undefined) return openAnswered(stage);
  const items = get(claim, 'item');
  const last = Array.isArray(items) ? items.at(-1) : undefined;
  const line = stage.is(
    'line',
    stage.heard.push(claim, 'item', { sequence: isNode(last) && typeof last['sequence'] === 'number' ? last['sequence'] + 1 : 1 }),
  );
  stage.later(() => orElse(line, 'productOrService', absent));
}

/** A level with none below it, in an answer: the question went no further, and AAA says why. */
function openRefusal(stage: Stage): void {
  if (stage.shared.answers && !stage.loop.loops.some(({ rule }) => rule.tag === 'HL')) openEvent(stage);
}

/** 2000C and 2000D: people, the first with the coverage. */
function openPerson(stage: Stage, letter: 'C' | 'D'): void {
  const role = letter === 'C' ? 'subscriber' : 'patient';
  if (letter === 'C') for (const one of ['patient', 'coverage']) stage.roles.delete(one);
  const who =
    party(stage.peek(`2010${letter}`), role, patientOnly, 'merge') ??
    stage.is(
      role,
      stage.heard.makeNew('Patient', ['event', ...stage.here], 'merge', () => ({})),
    );
  const payer = stage.roles.get('payer');
  const subscriber: Place = stage.roles.get('subscriber') ?? who;
  const coverage = stage.is(
    'coverage',
    stage.heard.make('Coverage', ['event', payer?.ref ?? '', subscriber.ref, who.ref], 'refer', () => ({ status: 'active' })),
  );
  stage.later(() => {
    set(coverage, 'beneficiary', reference(who));
    set(coverage, 'subscriber', reference(subscriber));
    set(coverage, 'payor', [reference(payer)]);
  });
  openRefusal(stage);
}

const person = (role: string, entity: string): OpenLoopMap => ({
  role,
  specs: [
    ...named(entity, role, 'MI'),
    ...references(role),
    ...address(role),
    ...problems,
    ...demographics(role),
    { tag: 'INS', on: 'coverage', rows: [['02', 'relationship', relationship]] },
  ],
});

/** The guide has REF and DTP before the service here. */
function serviceSpecs(...kinds: readonly ClaimKind[]): Spec[] {
  const all = lineSpecs(...kinds).filter(({ tag }) => tag !== 'LX');
  const early = ['REF', 'DTP'];
  const inOrder = early.flatMap((tag) => all.filter((one) => one.tag === tag));
  return [...inOrder, ...all.filter(({ tag }) => !early.includes(tag)), ...informations('HSD', ['line', 'informationSequence'])];
}

const loops: Record<string, OpenLoopMap> = {
  '': {
    open(stage) {
      stage.shared.answers = stage.text('BHT-02') === '11';
      submission(stage);
    },
    specs: [bht('0007')],
  },
  '2000A': {
    open(stage) {
      party(stage.peek('2010A'), 'payer', organization);
      openRefusal(stage);
    },
    specs: problems,
  },
  '2010A': {
    role: 'payer',
    open: (stage) => void party(stage, 'payer', organization),
    specs: [...namedAny('payer', 'X3', 'PI'), ...references('payer'), ...contact('payer'), ...problems],
  },
  '2000B': {
    open(stage) {
      party(stage.peek('2010B'), 'provider', provider);
      openRefusal(stage);
    },
    specs: problems,
  },
  '2010B': {
    role: 'provider',
    open(stage) {
      if (!stage.roles.has('provider')) party(stage, 'provider', provider);
    },
    specs: [...namedAny('provider', '1P', 'XX'), ...references('provider'), ...address('provider'), ...contact('provider'), ...problems],
  },
  '2000C': { open: (stage) => openPerson(stage, 'C'), specs: problems },
  '2010C': person('subscriber', 'IL'),
  '2000D': { open: (stage) => openPerson(stage, 'D'), specs: problems },
  '2010D': person('patient', 'QC,03'),
  '2000E': { open: openEvent, specs: eventSpecs },
  '2010EA': carer,
  // Read whichever segment there is; written as the one that fits.
  '2000F': { open: openLine, specs: [...answerLineSpecs, ...serviceSpecs('professional', 'institutional', 'oral')] },
  ...Object.fromEntries(['SV1', 'SV2', 'SV3'].map((tag) => [answeredLoop(tag), { specs: answerLineSpecsOf(tag) }])),
  [serviceLoops.professional]: { specs: serviceSpecs('professional') },
  [serviceLoops.institutional]: { specs: serviceSpecs('institutional') },
  '2010F': carer,
};

export const authorization: TransactionMap = { loops, plan: authorizationPlan };
