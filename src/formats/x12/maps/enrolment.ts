// 834 ↔ Coverage with Patient, Organization and RelatedPerson (005010X220): one Coverage for each kind of insurance of each member. What
// is added, changed, reinstated or cancelled is the status of the coverage; all of it changes what it says and leaves the rest.

import type { Resource } from '../../../fhir/generated/types.ts';
import type { Json } from '../../../fhir/json.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { code, concept, date, dayOfInstant, text, timeOfInstant, words } from '../codec.ts';
import type { Place } from '../heard.ts';
import { isNode, type Node } from '../node.ts';
import { address, contact, demographics, named, namedN1, references } from '../party.ts';
import type { OutLoop, Wish } from '../speak.ts';
import type { Spec } from '../spec.ts';
import { type OpenLoopMap, organization, party, patientOnly, provider, reference, type Stage, set, type TransactionMap } from '../stage.ts';
import { de, systems } from '../systems.ts';
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
const classOf = (one: string): Node => ({ coding: [{ system: systems.coverageClass, code: one }] });

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

/** What belongs to the member and not to one insurance is said of the first, and copied to the others. */
const memberSpecs: Spec[] = [
  {
    tag: 'INS',
    on: 'coverage',
    rows: [
      [
        '01',
        'relationship',
        { implied: true, read: () => undefined, write: (value) => (relationship.write(value, context) === '18' ? 'Y' : 'N') },
      ],
      ['02', 'relationship', relationship],
      ['03', 'status', maintenance],
      ['12', 'patient:deceasedDateTime', date],
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
  {
    tag: 'DTP',
    on: 'alone',
    when: { '01': '348,356', '02': 'D8' },
    needs: ['03'],
    unlessSaid: ['period.start'],
    rows: [['03', 'period.start', date]],
  },
  {
    tag: 'DTP',
    on: 'alone',
    when: { '01': '349,357', '02': 'D8' },
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
  {
    tag: 'REF',
    on: 'insurance',
    needs: ['01', '02'],
    rows: [
      [
        '01',
        'identifier[+]',
        {
          read: (one, codecs) =>
            /^[A-Z0-9]{2,3}$/.test(one) ? { type: { coding: [{ system: de(128), code: one }] }, system: codecs.namespace(one) } : undefined,
          write: (value) => referenceKind(value),
          says: 'type.coding[0].code',
        },
      ],
      ['02', 'identifier[+].value', code],
    ],
  },
];

const referenceKind = (value: Json): string | undefined => concept(de(128)).write(isNode(value) ? (value['type'] ?? null) : null, context);

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
  stage.shared.enrolled = { key, first: coverage, used: false };
  finish(stage, coverage, patient);
}

function referenceText(stage: Stage, kind: string): string {
  return stage.at('REF', kind)?.text('REF-02') ?? '';
}

function finish(stage: Stage, coverage: Place, patient: Place): void {
  stage.shared.subjects.push(coverage);
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
  stage.heard.copy(enrolled.first, coverage, ['id', 'status', 'type', 'period', 'identifier', 'policyHolder', 'beneficiary', 'payor']);
  const classes = coverage.resource['class'];
  if (Array.isArray(classes)) coverage.resource['class'] = classes.slice(0, groupCount(stage));
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

function openGuardian(stage: Stage): void {
  const patient = stage.roles.get('patient');
  stage.roles.delete('guardian');
  party(
    stage,
    'guardian',
    { person: 'RelatedPerson', organization: 'Organization' },
    'refer',
    (): Node => (stage.text('NM1-02') === '1' ? { patient: reference(patient) } : {}),
  );
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

const loops: Record<string, OpenLoopMap> = {
  '': { open: (stage) => finishSubmission(stage, 'BGN-03', 'BGN-04'), specs: headerSpecs },
  '1000A': { role: 'sponsor', open: (stage) => void party(stage, 'sponsor', organization), specs: namedN1('P5', 'sponsor', 'FI') },
  '1000B': { role: 'payer', open: (stage) => void party(stage, 'payer', organization), specs: namedN1('IN', 'payer', 'FI') },
  '2000': { role: 'coverage', open: openMember, specs: memberSpecs },
  '2100A': {
    role: 'patient',
    specs: [...named('IL,74', 'patient', '34'), ...contact('patient'), ...address('patient'), ...demographics('patient')],
  },
  '2100C': { role: 'mailed', open: openMail, specs: [...mail('mailed', 'address[1]'), ...mail('mailedAlone', 'address[0]')] },
  '2100G': {
    role: 'guardian',
    open: openGuardian,
    specs: [
      ...named(guardians, 'guardian', '34', [['01', 'relationship[0]', concept(de(98))]]),
      ...contact('guardian'),
      ...address('guardian'),
    ],
  },
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
      ...named('P3', 'doctor', 'SV'),
      ...address('doctor', 'address[0]', ['Practitioner', 'Organization']),
      ...contact('doctor'),
    ],
  },
};

function plan(resources: readonly Resource[], wish: Wish): Result<OutLoop[]> {
  const chart = new Chart(resources);
  const coverages = chart.all('Coverage');
  if (coverages.length === 0) return fail('unsupported', 'Hand in at least one Coverage with its beneficiary: an 834 says nothing else');
  const sponsor = chart.follow(coverages[0], 'policyHolder');
  const payer = chart.follow(coverages[0], 'payor[0]');
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
      const guardian = chart.all('RelatedPerson').find((one) => chart.follow(one, 'patient')?.ref === patient.ref);
      const roles: Roled[] = [
        ['coverage', coverage],
        ['patient', patient],
        ['alone', insured ? undefined : coverage],
      ];
      const inner = [out('2100A', roles)];
      if (valueAt(patient, 'address[1].type') === 'postal') inner.push(out('2100C', [['mailed', patient]]));
      if (guardian !== undefined) inner.push(out('2100G', [['guardian', guardian]]));
      member = { key, loop: out('2000', roles, undefined, inner) };
      loops.push(member.loop);
    }
    if (!insured) continue;
    const doctors = listOf(patient, 'generalPractitioner').flatMap(
      (_, index) => chart.follow(at(patient, `generalPractitioner[${index}]`), '') ?? [],
    );
    const first = !member.loop.loops.some(({ id }) => id === '2300');
    member.loop.loops.push(
      out('2300', [['insurance', coverage]], undefined, first ? doctors.map((doctor) => out('2310', [['doctor', doctor]])) : []),
    );
  }
  return ok([{ id: '', roles: submissionOf(chart, coverages[0], wish, '00'), loops }]);
}

export const enrolment: TransactionMap = { loops, plan };
