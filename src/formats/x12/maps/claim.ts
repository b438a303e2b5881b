// 837 ↔ Claim: professional (005010X222), institutional (X223) and dental (X224) claims with the patient, coverage and everybody named.
import { concept, positive } from '../codec.ts';
import { link } from '../hear.ts';
import { isNode, type Node } from '../node.ts';
import { address, contact, demographics, locationAddress, named, references, specialty } from '../party.ts';
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
import { claimPlan } from './claim-plan.ts';
import { type ClaimKind, claimSpecs, drugSpecs, formSpecs, lineSpecs } from './claim-rows.ts';
import { dependentSpecs, insured, openCoverage, openDependent, openSubscriber, subscriberSpecs } from './coverage.ts';
import { openInsured, openOtherPayer, openPrior, openPriorLine, priorLineSpecs, priorSpecs } from './prior-payer.ts';
import { agent, bht, submission } from './submission.ts';
import { absent } from './words.ts';

/** Somebody who took part in the care of a claim or of one line: a member of its care team. */
const carer = (line: boolean): OpenLoopMap => ({
  role: 'carer',
  open(stage) {
    const claim = stage.roles.get('claim');
    stage.roles.delete('carer');
    const who = claim === undefined ? undefined : party(stage, 'carer', provider);
    if (who === undefined || claim === undefined) return;
    const member = stage.is('member', stage.heard.push(claim, 'careTeam', { provider: reference(who) }));
    const of = stage.roles.get('line');
    if (line && of !== undefined) link(of, 'careTeamSequence', get(member, 'sequence')!);
  },
  specs: [
    ...named(carerCodes, undefined, '46', [['01', 'member:role', concept(de(98))]]),
    ...specialty('carer', 'PE,RF,AT,OP,OT,SU,AS,PT'),
    ...address('carer', 'address[0]', ['Organization', 'Practitioner']),
    ...references('carer'),
    ...contact('carer'),
  ],
});
/** NM1-01 of people and organisations in a care team. */
const carerCodes = 'DN,P3,82,DQ,QB,DK,71,72,73,ZZ,DD,AS,85,77';

/** Where the service was given (77), and where an ambulance took up (PW) and set down (45). */
const place = (entity: string, line: boolean): OpenLoopMap => ({
  role: 'place',
  open(stage) {
    const claim = stage.roles.get('claim');
    const of = line ? stage.roles.get('line') : claim;
    stage.roles.delete('place');
    if (claim === undefined || of === undefined) return;
    const id = stage.text('NM1-09');
    const key = id === '' ? ['place', ...stage.here] : [stage.text('NM1-08'), id];
    const where = stage.heard.make('Location', key, 'refer', () => ({}));
    stage.is('place', where);
    const entityCode = stage.text('NM1-01');
    if (!line && entityCode !== 'PW' && entityCode !== '45') set(claim, 'facility', reference(where));
    else {
      const info = stage.heard.push(claim, 'supportingInfo', {
        category: { coding: [{ system: de(98), code: entityCode }] },
        valueReference: reference(where),
      });
      if (line) link(of, 'informationSequence', get(info, 'sequence')!);
    }
  },
  specs: [...named(entity), ...locationAddress('place'), ...references('place'), ...contact('place')],
});

function openClaim(stage: Stage, kind: ClaimKind): void {
  const by = stage.roles.get('billing');
  const payer = stage.roles.get('payer');
  const coverage = stage.roles.get('coverage');
  const control = stage.text('CLM-01');
  const place = stage.heard.makeNew(
    'Claim',
    ['claim', by?.ref ?? '', payer?.ref ?? '', control === '' ? stage.here.join() : control],
    'whole',
    () => {
      const claim: Node = { status: 'active', type: { coding: [{ system: systems.claimType, code: kind }] }, use: 'claim' };
      claim['patient'] = reference(stage.roles.get('patient'));
      claim['created'] = day(stage, stage.shared.created);
      if (payer !== undefined) claim['insurer'] = reference(payer);
      claim['provider'] = reference(by);
      claim['priority'] = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/processpriority', code: 'normal' }] };
      const payee = stage.roles.get('payee');
      if (payee !== undefined)
        claim['payee'] = {
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/payeetype', code: 'other' }] },
          party: reference(payee),
        };
      claim['insurance'] = [{ sequence: 1, focal: true, coverage: reference(coverage) }];
      return claim;
    },
  );
  if (control !== '') set(place, 'identifier[0].system', stage.codecs.namespace(`CLM ${by?.ref ?? ''}`));
  stage.is('claim', place);
  stage.shared.priors.length = 0;
  stage.shared.subjects.push(place);
}

function openLine(stage: Stage): void {
  const claim = stage.roles.get('claim');
  if (claim === undefined) return;
  const items = get(claim, 'item');
  const last = Array.isArray(items) ? items.at(-1) : undefined;
  const next = isNode(last) && typeof last['sequence'] === 'number' ? last['sequence'] + 1 : 1;
  const said = positive.read(stage.text('LX-01'), stage.codecs);
  const taken = Array.isArray(items) && items.some((one) => isNode(one) && one['sequence'] === said);
  const line = stage.is('line', stage.heard.push(claim, 'item', { sequence: typeof said === 'number' && !taken ? said : next }));
  stage.later(() => orElse(line, 'productOrService', absent));
}

function openDrug(stage: Stage): void {
  const line = stage.roles.get('line');
  if (line === undefined) return;
  const details = get(line, 'detail');
  const drug = stage.is('drug', stage.heard.push(line, 'detail', { sequence: Array.isArray(details) ? details.length + 1 : 1 }));
  stage.later(() => orElse(drug, 'productOrService', absent));
}

const payerLoop: OpenLoopMap = {
  role: 'payer',
  // 004010 has the payer in 2010BC and other people in the loops between.
  open(stage) {
    if (stage.text('NM1-01') === 'PR') party(stage, 'payer', organization);
  },
  specs: [...named('PR', undefined, 'PI'), ...address(), ...references(), ...contact('payer')],
};

/** 005010 has only another address of the biller here, 004010 somebody else who is paid. */
const payToLoop: OpenLoopMap = {
  open(stage) {
    const payee = party(stage, 'payee', provider);
    const billing = stage.roles.get('billing');
    if (payee === undefined && billing !== undefined) stage.is('payTo', billing);
    else stage.roles.delete('payTo');
  },
  specs: [
    { tag: 'NM1', on: 'payTo', when: { '01': '87', '02': '2,1' }, rows: [], written: true },
    ...address('payTo', 'address[1]'),
    ...named('87', 'payee'),
    ...address('payee'),
    ...references('payee'),
  ],
};

const loopsOf = (kind: ClaimKind): Record<string, OpenLoopMap> => {
  const carers = (ids: string, line: boolean): Record<string, OpenLoopMap> =>
    Object.fromEntries(ids.split(' ').map((id) => [id, carer(line)]));
  const ids = {
    professional: { claim: '2310A 2310B 2310D 2310X', line: '2420A 2420B 2420D 2420E 2420F', place: '2310C', linePlace: '2420C' },
    institutional: { claim: '2310A 2310B 2310C 2310D 2310F', line: '2420A 2420B 2420C 2420D', place: '2310E', linePlace: '' },
    oral: { claim: '2310A 2310B 2310D 2310E', line: '2420A 2420B 2420C', place: '2310C', linePlace: '2420D' },
  }[kind];
  const ambulance: Record<string, OpenLoopMap> =
    kind === 'professional'
      ? { '2310E': place('PW', false), '2310F': place('45', false), '2420G': place('PW', true), '2420H': place('45', true) }
      : {};
  return {
    '': { open: submission, specs: [bht('0019')] },
    '1000A': agent('41'),
    '1000B': agent('40'),
    '2000A': {
      role: 'billing',
      open: (stage) => void party(stage.peek('2010AA'), 'billing', provider),
      specs: specialty('billing', 'BI,PT'),
    },
    '2010AA': {
      role: 'billing',
      open: (stage) => void party(stage, 'billing', provider),
      specs: [...named('85', undefined, 'XX'), ...address(), ...references(), ...contact('billing')],
    },
    '2010AB': payToLoop,
    '2010AC': {
      role: 'payee',
      open: (stage) => void party(stage, 'payee', organization),
      specs: [...named('PE'), ...address(), ...references()],
    },
    '2000B': { role: 'coverage', open: openCoverage, specs: [...insured('coverage'), ...subscriberSpecs] },
    '2010BA': {
      role: 'subscriber',
      open: openSubscriber,
      specs: [
        ...named('IL', undefined, 'MI', [['09', 'coverage:subscriberId']]),
        ...address(),
        ...demographics('subscriber'),
        ...references(),
        ...contact('subscriber'),
      ],
    },
    '2010BB': payerLoop,
    '2010BC': payerLoop,
    '2000C': { role: 'coverage', open: openDependent, specs: dependentSpecs },
    '2010CA': {
      role: 'patient',
      specs: [...named('QC', undefined, 'MI'), ...address(), ...demographics('patient'), ...references(), ...contact('patient')],
    },
    '2300': { role: 'claim', open: (stage) => openClaim(stage, kind), specs: claimSpecs(kind) },
    ...carers(ids.claim, false),
    [ids.place]: place('77,FA,LI,TL', false),
    ...ambulance,
    '2320': { role: 'other', open: openPrior, specs: [...insured('other'), ...priorSpecs] },
    '2330A': {
      role: 'insured',
      open: openInsured,
      specs: [...named('IL', undefined, 'MI', [['09', 'other:subscriberId']]), ...address(), ...references()],
    },
    '2330B': { role: 'otherPayer', open: openOtherPayer, specs: [...named('PR', undefined, 'PI'), ...address(), ...references()] },
    '2400': { role: 'line', open: openLine, specs: lineSpecs(kind) },
    '2410': { open: openDrug, specs: drugSpecs },
    ...carers(ids.line, true),
    ...(ids.linePlace === '' ? {} : { [ids.linePlace]: place('77,FA,LI,TL', true) }),
    '2430': { role: 'priorLine', open: openPriorLine, specs: priorLineSpecs },
    '2440': { specs: formSpecs },
  };
};

const claimMap = (kind: ClaimKind): TransactionMap => ({
  loops: loopsOf(kind),
  plan: (resources, wish) => claimPlan(resources, kind, wish),
});

export const professional = claimMap('professional');
export const institutional = claimMap('institutional');
export const dental = claimMap('oral');
