// What another payer has paid already (2320, 2330, 2430): its coverage, and its adjudication as a ClaimResponse.

import { code, date, decimal, money } from '../codec.ts';
import type { Place } from '../heard.ts';
import type { Node } from '../node.ts';
import { copyOf } from '../node.ts';
import type { Spec } from '../spec.ts';
import { day, get, orElse, organization, party, reference, type Stage, set } from '../stage.ts';
import { systems } from '../systems.ts';
import type { Segment } from '../tree.ts';
import { absent, adjustments, ofService, total } from './words.ts';

export const priorSpecs: Spec[] = [...adjustments('prior'), total('prior')];

/** SVD: the service as that payer saw it, which may differ from what was claimed. */
export const priorLineSpecs: Spec[] = [
  ...ofService(
    {
      tag: 'SVD',
      needs: ['02'],
      fixed: { 'adjudication[+paid].category': { coding: [{ system: systems.adjudication, code: 'benefit' }] } },
      rows: [
        ['01', 'paying:identifier[0].value', code],
        ['02', 'adjudication[+paid].amount', money],
        ['05', 'quantity.value', decimal],
      ],
    },
    '03.1',
    'productOrService',
    'modifier',
  ),
  ...adjustments('priorLine'),
  { tag: 'DTP', on: 'prior', when: { '01': '573', '02': 'D8' }, rows: [['03', 'created', date]] },
];

const payersOfLines = (segments: readonly Segment[]): Set<string> =>
  new Set(segments.flatMap(({ tag, elements }) => (tag === 'SVD' ? [elements[0]?.trim() ?? ''] : [])));

/** SBR of another insurance of the patient, with what it paid where it says so. */
export function openPrior(stage: Stage): void {
  const claim = stage.roles.get('claim');
  const payer = stage.peek('2330B');
  const member = stage.peek('2330A');
  for (const role of ['other', 'otherPayer', 'insured', 'prior']) stage.roles.delete(role);
  if (claim === undefined) return;
  const patient = stage.roles.get('patient');
  const key = ['other', claim.ref, stage.text('SBR-01'), payer.text('NM1-09'), member.text('NM1-09'), stage.loop.name];
  const other = stage.is(
    'other',
    stage.heard.make('Coverage', key, 'merge', () => ({ status: 'active' })),
  );
  const insurance = stage.heard.push(claim, 'insurance', { focal: false, coverage: reference(other) });
  const { segments } = stage.transaction;
  const paid = stage.loop.segments.some((index) => ['CAS', 'AMT', 'MOA', 'MIA'].includes(segments[index]!.tag));
  stage.shared.payersOfLines ??= payersOfLines(segments);
  const lines = payer.text('NM1-09') !== '' && stage.shared.payersOfLines.has(payer.text('NM1-09'));
  if (paid || lines) {
    const prior = stage.heard.make('ClaimResponse', ['prior', ...key], 'whole', () => priorMembers(claim, patient));
    set(insurance, 'claimResponse', reference(prior));
    stage.is('prior', prior);
    stage.later(() => {
      set(prior, 'insurer', reference(stage.roles.get('otherPayer')));
      orElse(prior, 'created', day(stage, stage.shared.created));
    });
    stage.shared.priors.push({ payer: payer.text('NM1-09'), place: prior, claim, stage });
  }
  stage.later(() => {
    set(other, 'beneficiary', reference(patient));
    set(other, 'payor', [reference(stage.roles.get('otherPayer'))]);
    const who = stage.roles.get('insured');
    if (who?.ref.startsWith('RelatedPerson/')) set(other, 'subscriber', reference(who));
    else if (who !== undefined) set(other, 'policyHolder', reference(who));
  });
}

function priorMembers(claim: Place, patient: Place | undefined): Node {
  return {
    status: 'active',
    type: copyOf(claim.resource['type'] ?? {}),
    use: 'claim',
    patient: reference(patient),
    request: reference(claim),
    outcome: 'complete',
  };
}

export function openInsured(stage: Stage): void {
  const patient = stage.roles.get('patient');
  party(
    stage,
    'insured',
    { person: 'RelatedPerson', organization: 'Organization' },
    'refer',
    (): Node => (stage.text('NM1-02') === '1' ? { patient: reference(patient) } : {}),
  );
}

export function openOtherPayer(stage: Stage): void {
  party(stage, 'otherPayer', organization);
}

/** SVD: what the payer that it names paid for this line. */
export function openPriorLine(stage: Stage): void {
  const claim = stage.roles.get('claim');
  const line = stage.roles.get('line');
  stage.roles.delete('priorLine');
  const prior = stage.shared.priors.find((one) => one.payer === stage.text('SVD-01') && one.claim.ref === claim?.ref);
  if (prior === undefined || line === undefined) return;
  stage.is('prior', prior.place);
  const payer = prior.stage.roles.get('otherPayer');
  if (payer !== undefined) stage.is('paying', payer);
  stage.is('priorLine', stage.heard.push(prior.place, 'addItem', { itemSequence: [get(line, 'sequence') ?? 1] }));
  const item = stage.roles.get('priorLine')!;
  stage.later(() => {
    orElse(item, 'productOrService', absent);
    orElse(item, 'adjudication', [{ category: { text: 'not stated' } }]);
  });
}
