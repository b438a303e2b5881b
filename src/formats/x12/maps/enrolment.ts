// 834 ↔ Coverage with Patient, Organization and RelatedPerson (005010X220): one Coverage for each kind of insurance of each member. What
// is added, changed, reinstated or cancelled is the status of the coverage; all of it changes what it says and leaves the rest.

import type { Resource } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { always, type Codec, code, codingOf, concept, date, dayOfInstant, positive, text, timeOfInstant, words } from '../codec.ts';
import type { Place } from '../heard.ts';
import { copyOf, isNode, type Node } from '../node.ts';
import { address, contact, named, namedN1, references } from '../party.ts';
import type { OutLoop, Wish } from '../speak.ts';
import type { Spec } from '../spec.ts';
import {
  instant,
  type OpenLoopMap,
  organization,
  party,
  patientOnly,
  provider,
  reference,
  type Stage,
  set,
  type TransactionMap,
} from '../stage.ts';
import { de } from '../systems.ts';
import {
  changeOf,
  changeRows,
  changeSpecs,
  classOf,
  costSpecs,
  insuranceNumbers,
  memberDemographics,
  memberLoops,
  memberLoopsOf,
  openChange,
  otherInsuranceLoop,
} from './enrolment-member.ts';
import { at, Chart, listOf, out, type Roled, valueAt } from './plan.ts';
import { finishSubmission } from './submission.ts';
import { submissionOf } from './submission-plan.ts';
import { coding, relationship } from './words.ts';

/** Maintenance (element 875): added, reinstated, changed and audited coverages are active, ended ones cancelled. */
const maintenance = words({
  '021': 'active',
  '025': 'active',
  '001': 'active',
  '030': 'active',
  '024': 'cancelled',
  '002': 'entered-in-error',
});

const headerSpecs: Spec[] = [
  {
    tag: 'BGN',
    on: 'submission',
    rows: [
      ['01', 'activity', concept(de(353))],
      ['02', 'entity[0].what.identifier.value', text],
      ['03', 'recorded', dayOfInstant],
      ['04', 'recorded', timeOfInstant],
      ['08', 'reason[0]', concept(de(306))],
    ],
  },
];

/** INS-01 says of a relationship that it is the one to oneself. */
const isSubscriber: Codec = {
  read: (one, _, there) => (there !== undefined && one === isSubscriber.write(there, context) ? there : undefined),
  write: (value) => (relationship.write(value, context) === '18' ? 'Y' : 'N'),
  says: 'coding[0].code',
};

/** What belongs to the member and not to one insurance is said of the first, and copied to the others. */
const memberSpecs: Spec[] = [
  {
    tag: 'INS',
    on: 'coverage',
    rows: [
      ['02', 'relationship', relationship],
      ['01', 'relationship', isSubscriber],
      ...changeRows,
      ['03', 'status', maintenance],
      // Active, COBRA, surviving …: which kind of coverage it is.
      ['05', 'type.coding[+status]', coding(de(1216))],
      ['11', 'patient:deceasedDateTime', always('D8')],
      ['12', 'patient:deceasedDateTime', date],
      ['17', 'patient:multipleBirthInteger', positive],
    ],
  },
  { tag: 'REF', on: 'coverage', when: { '01': '0F' }, needs: ['02'], rows: [['02', 'subscriberId', code]] },
  {
    tag: 'REF',
    on: 'coverage',
    when: { '01': '1L' },
    needs: ['02'],
    fixed: { 'class[+].type': classOf('group') },
    rows: [['02', 'class[+].value', code]],
  },
  ...references('patient'),
  ...changeSpecs,
  {
    tag: 'DTP',
    on: 'alone',
    when: { '01': '356,348', '02': 'D8' },
    needs: ['03'],
    unlessSaid: ['period.start'],
    rows: [['03', 'period.start', date]],
  },
  {
    tag: 'DTP',
    on: 'alone',
    when: { '01': '357,349', '02': 'D8' },
    needs: ['03'],
    unlessSaid: ['period.end'],
    rows: [['03', 'period.end', date]],
  },
];
const context = { timeZone: 'UTC', currency: 'USD', namespace: (): string => '' };

const insuranceSpecs: Spec[] = [
  {
    tag: 'HD',
    on: 'insurance',
    fixed: { 'class[+plan].type': classOf('plan') },
    rows: [
      ['01', 'status', maintenance],
      ['03', 'type.coding[+line]', coding(de(1205))],
      ['04', 'class[+plan].value', text],
      ['05', 'type.coding[+level]', coding(de(1207))],
    ],
  },
  {
    tag: 'DTP',
    on: 'insurance',
    when: { '01': '348', '02': 'D8' },
    needs: ['03'],
    unlessSaid: ['period.start'],
    rows: [['03', 'period.start', date]],
  },
  {
    tag: 'DTP',
    on: 'insurance',
    when: { '01': '349', '02': 'D8' },
    needs: ['03'],
    unlessSaid: ['period.end'],
    rows: [['03', 'period.end', date]],
  },
  ...costSpecs,
  insuranceNumbers('insurance'),
];

function openMember(stage: Stage): void {
  const name = stage.peek('2100A');
  const { heard, roles } = stage;
  for (const role of ['patient', 'coverage', 'insurance', 'alone', 'guardian']) roles.delete(role);
  const patient =
    party(name, 'patient', patientOnly, 'merge') ??
    stage.is(
      'patient',
      heard.makeNew('Patient', ['member', ...stage.here], 'merge', () => ({})),
    );
  const subscriber = referenceText(stage, '0F');
  const group = referenceText(stage, '1L');
  const key = ['member', roles.get('payer')?.ref ?? '', subscriber, group, patient.ref];
  const insurances = stage.loop.loops.filter(({ rule }) => rule.id === '2300');
  const first = insurances.length === 0 ? undefined : stage.peek('2300').text('HD-03');
  const coverage = stage.is(
    'coverage',
    heard.make('Coverage', [...key, first ?? ''], 'merge', () => ({})),
  );
  if (first === undefined) stage.is('alone', coverage);
  const own: Place[] = [];
  stage.shared.enrolled = { key, first: coverage, used: false, all: own };
  openChange(stage, own);
  stage.shared.subscribers ??= new Map();
  const self = stage.text('INS-01') === 'Y' && stage.text('INS-02') === '18';
  if (self && subscriber !== '') stage.shared.subscribers.set(subscriber, patient);
  stage.later(() => {
    // A dependent has the number of whoever is insured, who is in the same file.
    const who = self ? patient : stage.shared.subscribers?.get(subscriber);
    if (who !== undefined) for (const one of own) set(one, 'subscriber', reference(who));
  });
  finish(stage, coverage, patient);
}

function referenceText(stage: Stage, kind: string): string {
  return stage.at('REF', kind)?.text('REF-02') ?? '';
}

function finish(stage: Stage, coverage: Place, patient: Place): void {
  stage.shared.subjects.push(coverage);
  stage.shared.enrolled?.all.push(coverage);
  const { roles } = stage;
  stage.later(() => {
    const sponsor = roles.get('sponsor');
    if (sponsor !== undefined) set(coverage, 'policyHolder', reference(sponsor));
    set(coverage, 'status', 'active');
    set(coverage, 'beneficiary', reference(patient));
    set(coverage, 'payor', [reference(roles.get('payer') ?? sponsor)]);
  });
}

/** HD: the first is the coverage of the member itself, the others repeat what was said of the member. */
function openInsurance(stage: Stage): void {
  const enrolled = stage.shared.enrolled;
  const patient = stage.roles.get('patient');
  if (enrolled === undefined || patient === undefined) return;
  if (!enrolled.used) {
    enrolled.used = true;
    stage.is('insurance', enrolled.first);
    return;
  }
  const coverage = stage.heard.makeNew('Coverage', [...enrolled.key, stage.text('HD-03')], 'merge', () => ({}));
  const own = ['id', 'status', 'type', 'period', 'identifier', 'costToBeneficiary'];
  stage.heard.copy(enrolled.first, coverage, [...own, 'policyHolder', 'beneficiary', 'subscriber', 'payor']);
  const classes = coverage.resource['class'];
  if (Array.isArray(classes)) coverage.resource['class'] = classes.slice(0, groupCount(stage));
  const status = listOf(enrolled.first, 'type.coding').filter((one) => isNode(one) && one['system'] === de(1216));
  if (status.length > 0) coverage.resource['type'] = { coding: copyOf(status) };
  stage.is('insurance', coverage);
  finish(stage, coverage, patient);
}

const groupCount = ({ loop, transaction: { segments } }: Stage): number =>
  (loop.parent?.segments ?? []).filter((index) => segments[index]!.tag === 'REF' && segments[index]!.elements[0] === '1L').length;

function openDoctor(stage: Stage): void {
  const patient = stage.roles.get('patient');
  stage.roles.delete('doctor');
  const who = stage.text('NM1-01') === '' ? undefined : party(stage, 'doctor', provider);
  if (who !== undefined && patient !== undefined) stage.heard.push(patient, 'generalPractitioner', reference(who));
}

/** A person is related to the member; an organisation, such as an agency that has custody, is one to reach the member through. */
function openGuardian(stage: Stage): void {
  const patient = stage.roles.get('patient');
  for (const role of ['guardian', 'link']) stage.roles.delete(role);
  const person = stage.text('NM1-02') === '1';
  const types = { person: 'RelatedPerson', organization: 'Organization' };
  const who = party(stage, 'guardian', types, 'refer', (): Node => (person ? { patient: reference(patient) } : {}));
  if (who !== undefined && patient !== undefined && !person)
    stage.is('link', stage.heard.push(patient, 'contact', { organization: reference(who) }));
}

/** Where letters go, beside where the member lives. */
function openMail(stage: Stage): void {
  const { roles } = stage;
  const patient = roles.get('patient');
  for (const role of ['mailed', 'mailedAlone']) roles.delete(role);
  if (patient !== undefined) stage.is(Array.isArray(patient.resource['address']) ? 'mailed' : 'mailedAlone', patient);
}
const mail = (on: string, list: string): Spec[] => [
  { tag: 'NM1', on, when: { '01': '31', '02': '1' }, rows: [], written: true },
  ...address(on, list).map((spec) => ({ ...spec, fixed: { [`${list}.type`]: 'postal' } })),
];

const guardians = '6Y,9K,E1,EI,EXS,GB,GD,J6,QD,TZ,X4,S1,LR';
const guardianNames = (entity: string, to: string): Spec[] => named(entity, 'guardian', '34', [['01', to, concept(de(98))]]);
/** NM1 of somebody who speaks for the member; S3 is the parent who has custody. */
const guardianOf = (entity: string): OpenLoopMap => ({
  role: 'guardian',
  open: openGuardian,
  specs: [
    ...guardianNames(entity, 'relationship[0]').filter(({ types }) => types?.includes('RelatedPerson')),
    ...guardianNames(entity, 'link:relationship[0]').filter(({ types }) => types?.includes('Organization')),
    ...contact('guardian', 'RP'),
    ...address('guardian'),
  ],
});

const loops: Record<string, OpenLoopMap> = {
  '': {
    open(stage) {
      stage.shared.sent = instant(stage, stage.text('BGN-03'), stage.text('BGN-04'));
      finishSubmission(stage, 'BGN-03', 'BGN-04');
    },
    specs: headerSpecs,
  },
  '1000A': { role: 'sponsor', open: (stage) => void party(stage, 'sponsor', organization), specs: namedN1('P5', 'sponsor', 'FI') },
  '1000B': { role: 'payer', open: (stage) => void party(stage, 'payer', organization), specs: namedN1('IN', 'payer', 'FI') },
  '2000': { role: 'coverage', open: openMember, specs: memberSpecs },
  '2100A': {
    role: 'patient',
    specs: [...named('IL,74', 'patient', '34'), ...contact('patient', 'IP'), ...address('patient'), ...memberDemographics],
  },
  '2100C': { role: 'mailed', open: openMail, specs: [...mail('mailed', 'address[1]'), ...mail('mailedAlone', 'address[0]')] },
  '2100F': guardianOf('S3'),
  '2100G': guardianOf(guardians),
  ...memberLoops,
  '2300': { role: 'insurance', open: openInsurance, specs: insuranceSpecs },
  '2310': {
    role: 'doctor',
    open: openDoctor,
    specs: [
      {
        tag: 'LX',
        written: true,
        rows: [['01', '', { implied: true, read: (one) => (/^0*[1-9]\d?$/.test(one) ? {} : undefined), write: () => '1' }]],
      },
      ...named('P3,1X,3D,80,FA,OD,QA,QN,Y2', 'doctor', 'SV'),
      ...address('doctor', 'address[0]', ['Practitioner', 'Organization']),
      ...contact('doctor', 'CN'),
    ],
  },
};

function plan(resources: readonly Resource[], wish: Wish): Result<OutLoop[]> {
  const chart = new Chart(resources);
  const all = chart.all('Coverage');
  const own = all.find((one) => one.resource['policyHolder'] !== undefined) ?? all[0];
  if (own === undefined) return fail('unsupported', 'Hand in at least one Coverage with its beneficiary: an 834 says nothing else');
  const sponsor = chart.follow(own, 'policyHolder');
  const payer = chart.follow(own, 'payor[0]');
  // What another payer insures is named beside what this one does.
  const isOther = (one: Place): boolean => one.resource['order'] !== undefined && chart.follow(one, 'payor[0]')?.ref !== payer?.ref;
  const coverages = all.filter((one) => !isOther(one));
  const loops: OutLoop[] = [];
  if (sponsor !== undefined) loops.push(out('1000A', [['sponsor', sponsor]]));
  if (payer !== undefined && payer.ref !== sponsor?.ref) loops.push(out('1000B', [['payer', payer]]));
  let member: { key: string; loop: OutLoop } | undefined;
  for (const coverage of coverages) {
    const patient = chart.follow(coverage, 'beneficiary');
    if (patient === undefined)
      return fail('invalid', 'Hand in the beneficiary of the coverage: an 834 says whose it is', `${coverage.ref}#beneficiary`);
    const insured = concept(de(1205)).write(coverage.resource['type'] ?? null, context) !== undefined;
    const key = `${patient.ref} ${String(coverage.resource['subscriberId'])}`;
    if (member?.key !== key) {
      const speakers = chart.all('RelatedPerson').filter((one) => chart.follow(one, 'patient')?.ref === patient.ref);
      const change = changeOf(chart, coverage);
      const roles: Roled[] = [
        ['change', change],
        ['coverage', coverage],
        ['patient', patient],
        ['alone', insured ? undefined : coverage],
      ];
      const beside = memberLoopsOf(chart, patient, change);
      const inner = [out('2100A', roles)];
      inner.push(...beside.filter(({ id }) => id === '2100B'));
      if (valueAt(patient, 'address[1].type') === 'postal') inner.push(out('2100C', [['mailed', patient]]));
      inner.push(...beside.filter(({ id }) => id === '2100D' || id === '2100E'));
      for (const one of speakers)
        inner.push(out(codingOf(valueAt(one, 'relationship[0]'), de(98)) === 'S3' ? '2100F' : '2100G', [['guardian', one]]));
      inner.push(...beside.filter(({ id }) => id >= '2100F'));
      member = { key, loop: out('2000', roles, undefined, inner) };
      loops.push(member.loop);
    }
    if (!insured) continue;
    const doctors = listOf(patient, 'generalPractitioner').flatMap(
      (_, index) => chart.follow(at(patient, `generalPractitioner[${index}]`), '') ?? [],
    );
    const first = !member.loop.loops.some(({ id }) => id === '2300');
    const others = all.filter((one) => isOther(one) && chart.follow(one, 'beneficiary')?.ref === patient.ref);
    const inner = [
      ...doctors.map((doctor) => out('2310', [['doctor', doctor]])),
      ...others.map((other) => otherInsuranceLoop(chart, other)),
    ];
    member.loop.loops.push(out('2300', [['insurance', coverage]], undefined, first ? inner : []));
  }
  return ok([{ id: '', roles: submissionOf(chart, own, wish, '00'), loops }]);
}

export const enrolment: TransactionMap = { loops, plan };
