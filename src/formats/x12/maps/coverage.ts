// Who is insured with whom, as claims say it: SBR and PAT with the subscriber (2000B, 2010BA) and a patient who depends on them (2000C).
import { date, words } from '../codec.ts';
import type { Place } from '../heard.ts';
import type { Node } from '../node.ts';
import type { Row, Spec } from '../spec.ts';
import { party, personKey, reference, type Stage, set } from '../stage.ts';
import { de, systems } from '../systems.ts';
import { coding, relationship } from './words.ts';

/** Which insurance pays first (element 1138). */
export const order = words({ P: 1, S: 2, T: 3, A: 4, B: 5, C: 6, D: 7, E: 8, F: 9, G: 10, H: 11 });
const classOf = (code: string): Node => ({ coding: [{ system: systems.coverageClass, code }] });

/** SBR, of this coverage. A group is a class of it by number, a plan that has no number one by name. */
export function insured(on: string): Spec[] {
  const rows: Row[] = [
    ['01', 'order', order],
    ['02', 'relationship', relationship],
    ['05', 'type.coding[+kind]', coding(de(1336))],
    ['09', 'type.coding[+filing]', coding(de(1032))],
  ];
  const otherwise = [['01', on === 'coverage' ? 'P' : 'S', '']] as const;
  const group: Row[] = [
    ['03', 'class[0].value'],
    ['04', 'class[0].name'],
  ];
  return [
    { tag: 'SBR', on, otherwise, needs: ['03'], fixed: { 'class[0].type': classOf('group') }, rows: [...group, ...rows] },
    {
      tag: 'SBR',
      on,
      otherwise,
      instead: true,
      unless: ['03'],
      needs: ['04'],
      fixed: { 'class[0].type': classOf('plan') },
      rows: [['04', 'class[0].value'], ...rows],
    },
    { tag: 'SBR', on, otherwise, instead: true, written: true, unless: ['03', '04'], rows },
  ];
}

const died: Row = ['06', 'patient:deceasedDateTime', date];
/** PAT of a subscriber who is the patient says only what is more than SBR; of a dependent also how they are related. */
export const subscriberSpecs: Spec[] = [{ tag: 'PAT', rows: [died] }];
export const dependentSpecs: Spec[] = [
  { tag: 'PAT', on: 'coverage', otherwise: [['01', 'G8', '']], written: true, rows: [['01', 'relationship', relationship], died] },
];

/** SBR and everybody inside 2000B: one coverage for each patient, the first made here. */
export function openCoverage(stage: Stage): void {
  const member = stage.peek('2010BA');
  const payer = ['2010BB', '2010BC'].map((id) => stage.peek(id)).find((one) => one.text('NM1-01') === 'PR');
  const id = member.loop === stage.loop ? '' : member.text('NM1-09');
  const key =
    id === '' ? stage.here : [member.text('NM1-08'), id, payer?.text('NM1-09') || payer?.text('NM1-03') || '', stage.text('SBR-03')];
  const first = stage.loop.loops.find(({ rule }) => rule.id === '2000C');
  const direct = first === undefined || stage.loop.loops.some(({ rule }) => rule.id === '2300');
  const whose = direct ? ['self'] : dependentKey(stage.peek('2000C').peek('2010CA'));
  const coverage = stage.is(
    'coverage',
    stage.heard.make('Coverage', ['coverage', ...key, ...whose], 'merge', () => ({ status: 'active' })),
  );
  stage.roles.delete('patient');
  stage.roles.delete('subscriber');
  stage.shared.coverage = { place: coverage, taken: direct };
  if (direct) finish(stage, coverage);
}

/** What every Coverage must have, once the loops around it have been heard. */
function finish(stage: Stage, coverage: Place): void {
  stage.later(() => {
    const { roles } = stage;
    const subscriber = roles.get('subscriber');
    const person = subscriber?.ref.startsWith('Patient/') ? subscriber : undefined;
    if (person !== undefined) set(coverage, 'subscriber', reference(person));
    else if (subscriber !== undefined) set(coverage, 'policyHolder', reference(subscriber));
    set(coverage, 'beneficiary', reference(roles.get('patient') ?? person));
    set(coverage, 'payor', [reference(roles.get('payer'))]);
  });
}

export function openSubscriber(stage: Stage): void {
  const who = party(stage, 'subscriber', { person: 'Patient', organization: 'Organization' }, 'merge');
  if (who?.ref.startsWith('Patient/') && !stage.roles.has('patient') && stage.shared.coverage?.taken) stage.is('patient', who);
}

const dependentKey = (stage: Stage): string[] => [stage.text('NM1-03'), stage.text('NM1-04'), stage.text('DMG-02')];

export function openDependent(stage: Stage): void {
  const name = stage.peek('2010CA');
  const subscriber = stage.roles.get('subscriber');
  const id = name.text('NM1-09');
  const key = id === '' ? ['dependent', subscriber?.ref ?? '', ...dependentKey(name)] : [name.text('NM1-08'), id, ...personKey(name)];
  const patient = stage.is(
    'patient',
    stage.heard.make('Patient', key, 'merge', () => ({})),
  );
  const shared = stage.shared.coverage;
  if (shared === undefined) return;
  let coverage = shared.place;
  if (shared.taken) {
    coverage = stage.heard.make('Coverage', ['coverage', shared.place.ref, patient.ref], 'merge', () => ({ status: 'active' }));
    stage.heard.copy(shared.place, coverage, ['id', 'beneficiary', 'relationship']);
  }
  shared.taken = true;
  stage.is('coverage', coverage);
  finish(stage, coverage);
}
