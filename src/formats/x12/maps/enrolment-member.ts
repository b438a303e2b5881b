// What an 834 says of a member beside the insurance (005010X220): why something changes, the name that was wrong, employer and school, and
// the other insurance with which benefits are coordinated.
import { type Codec, code, codingOf, concept, date, money, text } from '../codec.ts';
import type { Place } from '../heard.ts';
import { isNode, type Node } from '../node.ts';
import { address, contact, demographics, named } from '../party.ts';
import type { OutLoop } from '../speak.ts';
import type { Row, Spec } from '../spec.ts';
import { get, type OpenLoopMap, organization, party, reference, type Stage, set } from '../stage.ts';
import { de, systems } from '../systems.ts';
import { order } from './coverage.ts';
import { type Chart, listOf, out, at as placeAt, type Roled, valueAt } from './plan.ts';

export const classOf = (one: string): Node => ({ coding: [{ system: systems.coverageClass, code: one }] });

/** Changed (001) for a change in identifying data (25): the only time that a member's wrong name is sent again. */
const corrects = (change: Place | undefined): boolean =>
  codingOf(valueAt(change, 'activity'), de(875)) === '001' && codingOf(valueAt(change, 'reason[0]'), de(1203)) === '25';

/** INS-03 and INS-04 of one member: what is done, and why, as a Provenance of the coverages that it is done to. */
export const changeRows: Row[] = [
  ['03', 'change:activity', concept(de(875))],
  ['04', 'change:reason[0]', concept(de(1203))],
];
export const changeSpecs: Spec[] = [
  { tag: 'DTP', on: 'change', when: { '01': '303', '02': 'D8' }, needs: ['03'], rows: [['03', 'occurredDateTime', date]] },
];

/** Of which coverages it is, is known when all have been heard. */
export function openChange(stage: Stage, coverages: readonly Place[]): void {
  const change = stage.is(
    'change',
    stage.heard.makeNew('Provenance', ['change', ...stage.here], 'whole', () => ({})),
  );
  stage.later(() => {
    if (change.resource['activity'] === undefined && change.resource['reason'] === undefined) return stage.heard.drop(change);
    const refs = coverages.map(({ ref }) => ref).sort();
    set(
      change,
      'target',
      refs.map((ref) => ({ reference: ref })),
    );
    set(change, 'recorded', stage.shared.sent ?? stage.context.receivedAt.toISOString());
    set(change, 'agent', [{ who: reference(stage.roles.get('sponsor')) }]);
  });
}

export const changeOf = (chart: Chart, coverage: Place): Place | undefined =>
  chart.all('Provenance').find((one) => isChange(one) && listOf(one, 'target').some((target) => chart.refers(target, coverage.ref)));
const isChange = (one: Place): boolean => codingOf(one.resource['activity'], de(875)) !== undefined;

/** Patients have a marital status beside what everybody has. */
export const memberDemographics: Spec[] = [
  ...demographics('patient').map((spec) => ({ ...spec, rows: [...spec.rows, ['04', 'maritalStatus', concept(de(1067))] as const] })),
  {
    tag: 'LUI',
    on: 'patient',
    when: { '01': 'LE' },
    needs: ['02'],
    rows: [['02', 'communication[+].language', { ...language(), says: 'coding[0].code' }]],
  },
];

/** ISO 639 in two letters is a language tag. */
function language(): Codec {
  const system = 'urn:ietf:bcp:47';
  return {
    read: (one) => (/^[A-Za-z]{2}$/.test(one) ? { coding: [{ system, code: one.toLowerCase() }] } : undefined),
    write: (value) => /^[a-z]{2}$/.exec(codingOf(value, system) ?? '')?.[0],
  };
}

/** A name that is "no longer in use (or was never correct, but retained for records)", as FHIR says of `old`. */
const wrongName: OpenLoopMap = {
  role: 'patient',
  specs: [
    {
      tag: 'NM1',
      when: { '01': '70', '02': '1' },
      needs: ['03'],
      fixed: { 'name[+].use': 'old' },
      rows: [
        ['03', 'name[+].family'],
        ['04', 'name[+].given[0]'],
        ['05', 'name[+].given[1]'],
        ['06', 'name[+].prefix[0]'],
        ['07', 'name[+].suffix[0]'],
      ],
    },
  ],
};

const relationshipRole = 'http://terminology.hl7.org/CodeSystem/v2-0131';
/** Whom to reach: the employer has a word of FHIR's own. */
const employerOrSchool: Codec = {
  read: (one) => ({ coding: [{ system: de(98), code: one }, ...(one === '36' ? [{ system: relationshipRole, code: 'E' }] : [])] }),
  write: (value) => codingOf(value, de(98)) ?? (codingOf(value, relationshipRole) === 'E' ? '36' : undefined),
  says: 'coding[0].code',
};

/** NM1 36 and M8: an organisation that the member can be reached through. */
const workplace = (entity: string, purpose: string): OpenLoopMap => ({
  role: 'workplace',
  open(stage) {
    const patient = stage.roles.get('patient');
    for (const role of ['workplace', 'link']) stage.roles.delete(role);
    const where = patient === undefined ? undefined : party(stage, 'workplace', organization);
    if (where !== undefined && patient !== undefined)
      stage.is('link', stage.heard.push(patient, 'contact', { organization: reference(where) }));
  },
  specs: [
    ...named(entity, 'workplace', '24', [['01', 'link:relationship[0]', employerOrSchool]]),
    ...contact('link', purpose).map((spec) => ({ ...spec, rows: [['02', 'name.text', text] as const, ...spec.rows] })),
    ...address('link', 'address'),
  ],
});

const costs: Record<string, string> = { C1: 'copay', D2: 'deductible' };
/** What the member pays: co-insurance, co-payment, deductible, spend-down. Premiums are no such cost. */
export const costSpecs: Spec[] = [
  {
    tag: 'AMT',
    on: 'insurance',
    when: { '01': 'C1,D2,B9,R' },
    needs: ['01', '02'],
    rows: [
      [
        '01',
        'costToBeneficiary[+].type',
        {
          read: (one) => ({
            coding: [
              { system: de(522), code: one },
              ...(costs[one] === undefined
                ? []
                : [{ system: 'http://terminology.hl7.org/CodeSystem/coverage-copay-type', code: costs[one] }]),
            ],
          }),
          write: (value) => codingOf(value, de(522)),
          says: 'coding[0].code',
        },
      ],
      ['02', 'costToBeneficiary[+].valueMoney', money],
    ],
  },
];

/** REF of an insurance: a number with its kind, in a namespace of the sender's own. */
export const insuranceNumbers = (on: string): Spec => ({
  tag: 'REF',
  on,
  needs: ['01', '02'],
  rows: [
    [
      '01',
      'identifier[+]',
      {
        read: (one, codecs) =>
          /^[A-Z0-9]{2,3}$/.test(one) ? { type: { coding: [{ system: de(128), code: one }] }, system: codecs.namespace(one) } : undefined,
        write: (value) => (isNode(value) ? codingOf(value['type'], de(128)) : undefined),
        says: 'type.coding[0].code',
      },
    ],
    ['02', 'identifier[+].value', code],
  ],
});

const periodEnd = (on: string, one: string, end: 'start' | 'end'): Spec => ({
  tag: 'DTP',
  on,
  when: { '01': one, '02': 'D8' },
  needs: ['03'],
  unlessSaid: [`period.${end}`],
  rows: [['03', `period.${end}`, date]],
});

/** COB: another insurance of the member, as a Coverage with its place in the order of payers. */
const otherInsurance: OpenLoopMap = {
  role: 'other',
  open(stage) {
    const patient = stage.roles.get('patient');
    for (const role of ['other', 'otherPayer']) stage.roles.delete(role);
    if (patient === undefined) return;
    const payer = stage.peek('2330');
    const key = ['cob', patient.ref, stage.text('COB-01'), stage.text('COB-02'), payer.text('NM1-03'), payer.text('NM1-09')];
    const other = stage.is(
      'other',
      stage.heard.make('Coverage', key, 'merge', () => ({ status: 'active' })),
    );
    stage.later(() => {
      set(other, 'beneficiary', reference(patient));
      if (get(other, 'payor') === undefined) set(other, 'payor', [reference(stage.roles.get('otherPayer'))]);
    });
  },
  specs: [
    {
      tag: 'COB',
      written: true,
      fixed: { 'class[+].type': classOf('group') },
      otherwise: [
        ['01', 'U', ''],
        ['03', '5', ''],
      ],
      rows: [
        ['01', 'order', order],
        ['02', 'class[+].value', code],
      ],
    },
    insuranceNumbers('other'),
    periodEnd('other', '344', 'start'),
    periodEnd('other', '345', 'end'),
  ],
};
const otherInsurer: OpenLoopMap = {
  role: 'otherPayer',
  open(stage) {
    if (stage.text('NM1-01') === 'IN' && stage.roles.has('other')) party(stage, 'otherPayer', organization);
  },
  specs: [...named('IN', 'otherPayer', 'FI'), ...address('otherPayer'), ...contact('otherPayer', 'CN')],
};

export const memberLoops: Record<string, OpenLoopMap> = {
  '2100B': wrongName,
  '2100D': workplace('36', 'EP'),
  '2100E': workplace('M8', 'SK'),
  '2320': otherInsurance,
  '2330': otherInsurer,
};

/** The same loops of a new transaction, before those of the insurances. */
export function memberLoopsOf(chart: Chart, patient: Place, change: Place | undefined): OutLoop[] {
  const own: Roled[] = [['patient', patient]];
  const wrong = corrects(change) && listOf(patient, 'name').some((one) => isNode(one) && one['use'] === 'old');
  const places = listOf(patient, 'contact').flatMap((one, index) => {
    const kind = isNode(one) && Array.isArray(one['relationship']) ? employerOrSchool.write(one['relationship'][0] ?? null, plain) : '';
    const where = chart.follow(placeAt(patient, `contact[${index}]`), 'organization');
    if (kind === undefined || kind === '' || where === undefined) return [];
    const id = { '36': '2100D', M8: '2100E', S3: '2100F' }[kind] ?? '2100G';
    const link: Roled = ['link', placeAt(patient, `contact[${index}]`)];
    return [out(id, [...own, [id < '2100F' ? 'workplace' : 'guardian', where], link])];
  });
  return [...(wrong ? [out('2100B', own)] : []), ...places];
}
const plain = { timeZone: 'UTC', currency: 'USD', namespace: (): string => '' };

export const otherInsuranceLoop = (chart: Chart, other: Place): OutLoop => {
  const payer = chart.follow(other, 'payor[0]');
  return out('2320', [['other', other]], undefined, payer === undefined ? [] : [out('2330', [['otherPayer', payer]])]);
};
