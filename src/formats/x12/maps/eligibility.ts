// 270 ↔ CoverageEligibilityRequest and 271 ↔ CoverageEligibilityResponse (005010X279): one for each person asked about.
import { type Codec, code, concept, date, decimal, money, text, words } from '../codec.ts';
import type { Place } from '../heard.ts';
import { copyOf, isNode, type Node } from '../node.ts';
import { address, contact, demographics, named, namedAny, references, specialty } from '../party.ts';
import type { Row, Spec } from '../spec.ts';
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
import { eligibilityPlan, type Side } from './eligibility-plan.ts';
import { listOf } from './plan.ts';
import { bht, submission } from './submission.ts';
import { absent, ofService, period, periodForm, relationship, yesNo } from './words.ts';

const person = (role: string, side: Side): OpenLoopMap => ({
  role,
  open: (stage) => openPerson(stage, role),
  specs: [
    ...named(role === 'subscriber' ? 'IL' : '03', undefined, 'MI', role === 'subscriber' ? [['09', 'coverage:subscriberId', code]] : []),
    ...references(),
    ...address(),
    ...contact(role),
    ...demographics(role),
    { tag: 'INS', on: 'coverage', rows: [['02', 'relationship', relationship]] },
    ...times[side],
    ...problems,
  ],
});

const asPeriod = (on: string, path: string, one: string, instead: boolean): Spec => ({
  tag: 'DTP',
  on,
  when: { '01': one },
  needs: ['03'],
  unlessSaid: [path],
  ...(instead ? { instead: true as const } : {}),
  rows: [
    ['02', path, periodForm],
    ['03', path, period],
  ],
});
const asEnd = (one: string, end: 'start' | 'end', instead: boolean): Spec => ({
  tag: 'DTP',
  on: 'insurance',
  when: { '01': one, '02': 'D8' },
  needs: ['03'],
  unlessSaid: [`benefitPeriod.${end}`],
  ...(instead ? { instead: true as const } : {}),
  rows: [['03', `benefitPeriod.${end}`, date]],
});

/** When the answer is wanted for, or holds: for the plan (291, 346, 347) or the person's eligibility (307, 356, 357). */
const times: Record<Side, Spec[]> = {
  request: [asPeriod('request', 'servicedPeriod', '291', false), asPeriod('request', 'servicedPeriod', '307', true)],
  response: [
    asEnd('346', 'start', false),
    asEnd('347', 'end', false),
    asEnd('356', 'start', true),
    asEnd('357', 'end', true),
    asPeriod('insurance', 'benefitPeriod', '291', true),
    asPeriod('insurance', 'benefitPeriod', '307', true),
  ],
};

/** AAA: why the question could not be answered. */
const problems: Spec[] = [{ tag: 'AAA', on: 'response', needs: ['03'], rows: [['03', 'error[+].code', concept(de(901))]] }];

const trace: Spec[] = [
  {
    tag: 'TRN',
    on: 'request',
    needs: ['02'],
    rows: [
      ['01', 'identifier[+]', { implied: true, read: (one) => (one === '1' ? {} : undefined), write: () => '1' }],
      ['02', 'identifier[+].value', code],
      ['03', 'identifier[+].assigner.identifier.value', code],
    ],
  },
  {
    tag: 'TRN',
    on: 'response',
    needs: ['02'],
    rows: [
      ['01', 'request.identifier', { implied: true, read: (one) => (one === '2' ? {} : undefined), write: () => '2' }],
      ['02', 'request.identifier.value', code],
      ['03', 'request.identifier.assigner.identifier.value', code],
    ],
  },
];

const asked: Spec[] = ofService(
  { tag: 'EQ', on: 'request', repeats: 1, rows: [['01', 'item[+].category', concept(systems.serviceType)]] },
  '02.1',
  'item[+].productOrService',
  'item[+].modifier',
  false,
);

/** One of money, percent or count: the first that is said. */
const allowed = (name: 'Money' | 'String' | 'UnsignedInt', codec: Codec): Codec => ({
  read(one, context, there) {
    if (isNode(there) && Object.keys(there).some((other) => other.startsWith('allowed'))) return undefined;
    const value = codec.read(one, context);
    return value === undefined ? undefined : { [`allowed${name}`]: value };
  },
  write: (value, context) =>
    isNode(value) && value[`allowed${name}`] !== undefined ? codec.write(value[`allowed${name}`]!, context) : undefined,
  says: name === 'Money' ? 'allowedMoney.value' : `allowed${name}`,
});
const percent: Codec = { ...text, read: (one, context) => (decimal.read(one, context) === undefined ? undefined : one) };
const count: Codec = {
  read: (one) => (/^\d{1,9}$/.test(one) ? Number(one) : undefined),
  write: (value) => (typeof value === 'number' ? String(value) : undefined),
};

const benefitRows: Row[] = [
  ['01', 'item[+].benefit[0].type', concept(de(1390))],
  ['02', 'item[+].unit', concept(de(1207))],
  ['03', 'item[+].category', concept(systems.serviceType)],
  ['04', 'item[+].modifier[0]', concept(de(1336))],
  ['05', 'item[+].name'],
  ['06', 'item[+].term', concept(de(615))],
  ['07', 'item[+].benefit[0]', allowed('Money', money)],
  ['08', 'item[+].benefit[0]', allowed('String', percent)],
  ['10', 'item[+].benefit[0]', allowed('UnsignedInt', count)],
  ['11', 'item[+].authorizationRequired', yesNo],
  ['12', 'item[+].network', concept(de(1073))],
];
const answered: Spec[] = [
  // A benefit is of a type of service or of one service, in FHIR as in the guide.
  ...ofService(
    { tag: 'EB', on: 'insurance', repeats: 3, needs: ['01'], rows: benefitRows },
    '13.1',
    'item[+].productOrService',
    undefined,
    false,
  ).map((spec) => (spec.instead ? spec : { ...spec, rows: spec.rows.filter(([place]) => place !== '03') })),
  { tag: 'MSG', on: 'answer', needs: ['01'], unlessSaid: ['description'], rows: [['01', 'description']] },
  ...problems,
];

function openPerson(stage: Stage, role: string): void {
  const who = party(stage, role, patientOnly, 'merge');
  if (who === undefined && role === 'subscriber') stage.roles.delete('subscriber');
}

/** A level of people (2000C, 2000D): a question or an answer where somebody is asked about, or nobody deeper is. */
function openLevel(stage: Stage, side: Side, letter: 'C' | 'D'): void {
  const name = stage.peek(`2100${letter}`);
  const role = letter === 'C' ? 'subscriber' : 'patient';
  const who = party(name, role, patientOnly, 'merge');
  const person =
    who ??
    (letter === 'D'
      ? stage.is(
          role,
          stage.heard.makeNew('Patient', ['asked', ...stage.here], 'merge', () => ({})),
        )
      : undefined);
  const asks =
    stage.loop.loops.some(({ rule }) => rule.id === `2110${letter}`) || !stage.loop.loops.some(({ rule }) => rule.id === '2000D');
  const payer = stage.roles.get('payer');
  const subscriber = stage.roles.get('subscriber');
  const key = ['asked', payer?.ref ?? '', subscriber?.ref ?? '', person?.ref ?? stage.here.join()];
  const coverage = stage.is(
    'coverage',
    stage.heard.make('Coverage', key, 'refer', () => ({ status: 'active' })),
  );
  stage.later(() => {
    set(coverage, 'beneficiary', reference(person));
    if (subscriber?.ref.startsWith('Patient/')) set(coverage, 'subscriber', reference(subscriber));
    set(coverage, 'payor', [reference(payer)]);
  });
  stage.roles.delete(side);
  if (asks) openSubject(stage, side, person, coverage);
}

function openSubject(stage: Stage, side: Side, person: Place | undefined, coverage: Place | undefined): void {
  const type = side === 'request' ? 'CoverageEligibilityRequest' : 'CoverageEligibilityResponse';
  const payer = stage.roles.get('payer');
  const by = stage.roles.get('provider');
  const members = (): Node => ({
    status: 'active',
    purpose: ['benefits'],
    patient: reference(person),
    created: day(stage, stage.shared.created),
    insurer: reference(payer),
  });
  const place = stage.is(side, stage.heard.makeNew(type, [side, ...stage.here, stage.text('TRN-02')], 'whole', members));
  stage.shared.subjects.push(place);
  if (by !== undefined) set(place, side === 'request' ? 'provider' : 'requestor', reference(by));
  if (coverage !== undefined)
    stage.is(
      'insurance',
      stage.heard.push(
        place,
        'insurance',
        side === 'request' ? { focal: true, coverage: reference(coverage) } : { coverage: reference(coverage) },
      ),
    );
  if (side === 'response') {
    stage.later(() => {
      orElse(place, 'request', { display: 'not stated' });
      for (const item of listOf(place, 'insurance[0].item'))
        if (isNode(item) && item['productOrService'] === undefined) item['category'] ??= copyOf(absent);
      orElse(place, 'outcome', get(place, 'error') === undefined ? 'complete' : 'error');
    });
  }
}

function openAnswer(stage: Stage): void {
  const insurance = stage.roles.get('insurance');
  if (insurance === undefined) return;
  const items = get(insurance, 'item');
  stage.is('answer', { ...insurance, base: `${insurance.base}.item[${Array.isArray(items) ? items.length : 0}]` });
}

/** Payers beside the one that answers: primary, secondary and tertiary say which. */
const payers = ['PRP', 'SEP', 'TTP', 'PR'];
const payerOrder = words({ PRP: 1, SEP: 2, TTP: 3 });
/** Whose part the benefit is of where it is an organisation: a clinic, a gateway provider, a hospital. */
const givers = ['P3', '1P', '13', '73', 'FA', 'X3'];

/** 2120: who gives the benefit, or who else insures the person. FHIR has a place for a person there, and for the role of an organisation. */
function openCarer(stage: Stage): void {
  const { roles, heard } = stage;
  const answer = roles.get('answer');
  for (const role of ['carer', 'otherPayer', 'additional']) roles.delete(role);
  const kind = stage.text('NM1-01');
  const person = stage.text('NM1-02') === '1';
  if (payers.includes(kind) && !person) return openPayer(stage);
  if (!person && !givers.includes(kind)) return;
  const who = party(stage, 'carer', provider);
  if (who === undefined || answer === undefined || get(answer, 'benefit') === undefined || get(answer, 'provider') !== undefined) return;
  const part = (): Node => ({ organization: reference(who) });
  set(answer, 'provider', reference(person ? who : heard.make('PractitionerRole', ['benefit', who.ref], 'refer', part)));
}

/** Another insurance of the person, of which the answer knows who pays it (EB-01 R). */
function openPayer(stage: Stage): void {
  const response = stage.roles.get('response');
  const person = stage.roles.get('patient') ?? stage.roles.get('subscriber');
  const payer = party(stage, 'otherPayer', organization);
  if (response === undefined || person === undefined || payer === undefined) return;
  const other = stage.is(
    'additional',
    stage.heard.make('Coverage', ['additional', payer.ref, person.ref], 'merge', () => ({ status: 'active' })),
  );
  const named = listOf(response, 'insurance').some(
    (one) => isNode(one) && isNode(one['coverage']) && one['coverage']['reference'] === other.ref,
  );
  if (!named) stage.heard.push(response, 'insurance', { coverage: reference(other) });
  stage.later(() => {
    set(other, 'beneficiary', reference(person));
    set(other, 'payor', [reference(payer)]);
  });
}

const loopsOf = (side: Side): Record<string, OpenLoopMap> => {
  const level = (letter: 'C' | 'D'): Record<string, OpenLoopMap> => ({
    [`2000${letter}`]: { open: (stage) => openLevel(stage, side, letter), specs: trace },
    [`2100${letter}`]: person(letter === 'C' ? 'subscriber' : 'patient', side),
    [`2110${letter}`]: side === 'request' ? { specs: asked } : { open: openAnswer, specs: answered },
    [`2120${letter}`]: {
      role: 'carer',
      open: openCarer,
      specs: [
        ...named('PR,PRP,SEP,TTP', 'otherPayer', 'PI', [['01', 'additional:order', payerOrder]]),
        ...namedAny('carer', 'P3'),
        ...['otherPayer', 'carer'].flatMap((role) => [...address(role, 'address[0]', ['Organization', 'Practitioner']), ...contact(role)]),
      ],
    },
  });
  return {
    '': { open: submission, specs: [bht('0022')] },
    '2100A': {
      role: 'payer',
      open: (stage) => void party(stage, 'payer', organization),
      specs: [...named('PR,2B,36,GP,P5', 'payer', 'PI'), ...references('payer'), ...contact('payer'), ...problems],
    },
    '2000B': {
      // A refusal that names nobody insured is an answer about nobody in particular.
      open(stage) {
        party(stage.peek('2100B'), 'provider', provider);
        if (side === 'response' && !stage.loop.loops.some(({ rule }) => rule.id === '2000C'))
          openSubject(stage, side, undefined, undefined);
      },
      specs: [],
    },
    '2100B': {
      role: 'provider',
      open: (stage) => void party(stage, 'provider', provider),
      specs: [
        ...named('1P,FA,2B,36,80,GP,P5,PR', 'provider', 'XX'),
        ...references('provider'),
        ...address('provider'),
        ...contact('provider'),
        ...problems,
        ...specialty('provider', 'PE,BI,AD,AT,CO,CV,H,HH,LA,OT,P1,P2,PC,R,RF,SB,SK,SU'),
      ],
    },
    ...level('C'),
    ...level('D'),
  };
};

export const eligibilityRequest: TransactionMap = {
  loops: loopsOf('request'),
  plan: (resources, wish) => eligibilityPlan(resources, 'request', wish),
};
export const eligibilityResponse: TransactionMap = {
  loops: loopsOf('response'),
  plan: (resources, wish) => eligibilityPlan(resources, 'response', wish),
};
