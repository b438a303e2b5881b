// The loops of a new 837: who bills, for whose coverage, which patients, which claims and lines, found by following the references of
// the claims at hand.
import type { Resource } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { codingOf } from '../codec.ts';
import type { Place } from '../heard.ts';
import { isNode, type Node } from '../node.ts';
import type { OutLoop, Wish } from '../speak.ts';
import { de, systems } from '../systems.ts';
import type { ClaimKind } from './claim-rows.ts';
import { completed, isForeign } from './foreign-claim.ts';
import { at, Chart, listOf, out, type Roled } from './plan.ts';
import { agentLoops, submissionOf } from './submission-plan.ts';

const carerLoops: Record<ClaimKind, { claim: Record<string, string>; line: Record<string, string>; place: string; linePlace: string }> = {
  professional: {
    claim: { DN: '2310A', P3: '2310A', '82': '2310B', DQ: '2310D', QB: '2310X' },
    line: { '82': '2420A', QB: '2420B', DQ: '2420D', DK: '2420E', DN: '2420F', P3: '2420F' },
    place: '2310C',
    linePlace: '2420C',
  },
  institutional: {
    claim: { '71': '2310A', '72': '2310B', '73': '2310C', ZZ: '2310C', '82': '2310D', DN: '2310F' },
    line: { '71': '2420A', '72': '2420A', '73': '2420B', ZZ: '2420B', '82': '2420C', DN: '2420D' },
    place: '2310E',
    linePlace: '',
  },
  oral: {
    claim: { DN: '2310A', P3: '2310A', '82': '2310B', DD: '2310D', DQ: '2310E' },
    line: { '82': '2420A', DD: '2420B', DQ: '2420C' },
    place: '2310C',
    linePlace: '2420D',
  },
};

export function claimPlan(resources: readonly Resource[], kind: ClaimKind, wish: Wish): Result<OutLoop[]> {
  const chart = new Chart(resources);
  const claims = chart
    .all('Claim')
    .filter(({ resource }) => resource['use'] !== 'preauthorization')
    .map((one) => completed(one, kind));
  if (claims.length === 0) return fail('unsupported', 'Hand in at least one Claim with use "claim": an 837 says nothing else');
  const root = submissionOf(chart, claims[0]!, wish);
  const loops: OutLoop[] = [];
  loops.push(...agentLoops(chart, root, wish));
  // Neighbours with the same biller, and then with the same coverage, share its level.
  // Completed claims are no longer foreign by their looks.
  const foreign = new Set(
    chart
      .all('Claim')
      .filter(isForeign)
      .map(({ ref }) => ref),
  );
  let biller: { ref: string; loop: OutLoop } | undefined;
  let insured: { key: string; loop: OutLoop } | undefined;
  for (const claim of claims) {
    const by = chart.follow(claim, 'provider');
    if (by === undefined)
      return fail('invalid', 'Hand in the provider that the claim names: an 837 must say who bills', `${claim.ref}.provider`);
    const payee = chart.follow(claim, 'payee.party');
    const billerKey = `${by.ref} ${payee?.ref}`;
    if (biller?.ref !== billerKey) {
      biller = { ref: billerKey, loop: out('2000A', [['billing', by]], '20', billerLoops(by, payee)) };
      loops.push(biller.loop);
      insured = undefined;
    }
    const coverage = chart.follow(claim, 'insurance[0].coverage');
    const patient = chart.follow(claim, 'patient');
    const subscriber = chart.follow(coverage, 'subscriber') ?? chart.follow(coverage, 'policyHolder') ?? patient;
    const payer = chart.follow(claim, 'insurer') ?? chart.follow(coverage, 'payor[0]');
    if (coverage === undefined || subscriber === undefined || patient === undefined)
      return fail('invalid', 'Hand in the patient of the claim and the coverage of its first insurance with its subscriber', claim.ref);
    const self = patient.ref === subscriber.ref;
    const key = self
      ? coverage.ref
      : `${subscriber.ref} ${payer?.ref} ${JSON.stringify([coverage.resource['subscriberId'], coverage.resource['class']])}`;
    if (insured?.key !== key) {
      const level: Roled[] = [['coverage', self ? (foreign.has(claim.ref) ? asSelf(coverage) : coverage) : ownRelationship(coverage)]];
      const people = [
        out('2010BA', [
          ['subscriber', subscriber],
          ['coverage', coverage],
        ]),
      ];
      if (payer !== undefined) people.push(out('2010BB', [['payer', payer]]));
      insured = { key, loop: out('2000B', self ? [...level, ['patient', patient]] : level, '22', people) };
      biller.loop.loops.push(insured.loop);
    }
    const own = claimLoop(chart, claim, patient, kind);
    if (self) insured.loop.loops.push(own);
    else {
      const last = insured.loop.loops.at(-1);
      if (last?.id === '2000C' && last.roles.get('patient')?.ref === patient.ref) last.loops.push(own);
      else
        insured.loop.loops.push(
          out(
            '2000C',
            [
              ['coverage', coverage],
              ['patient', patient],
            ],
            '23',
            [out('2010CA', [['patient', patient]]), own],
          ),
        );
    }
  }
  return ok([{ id: '', roles: root, loops }]);
}

/** Who is insured themselves is so by SBR-02, also where their coverage does not say it. */
const asSelf = (coverage: Place): Place =>
  coverage.resource['relationship'] === undefined
    ? { ...coverage, resource: { ...coverage.resource, relationship: { coding: [{ system: systems.relationship, code: 'self' }] } } }
    : coverage;

/** The subscriber's level does not say how a dependent is related to them; that is said in PAT. */
function ownRelationship(coverage: Place): Place {
  const { relationship: _, ...resource } = coverage.resource;
  return { ...coverage, resource };
}

function billerLoops(by: Place, payee: Place | undefined): OutLoop[] {
  const loops = [out('2010AA', [['billing', by]])];
  if (listOf(by, 'address').length > 1) loops.push(out('2010AB', [['payTo', by]]));
  if (payee !== undefined && payee.ref !== by.ref)
    loops.push(out(payee.ref.startsWith('Practitioner/') ? '2010AB' : '2010AC', [['payee', payee]]));
  return loops;
}

function claimLoop(chart: Chart, claim: Place, patient: Place, kind: ClaimKind): OutLoop {
  const names = carerLoops[kind];
  const roles: Roled[] = [
    ['claim', claim],
    ['patient', patient],
  ];
  const lines = listOf(claim, 'item').map((_, index) => at(claim, `item[${index}]`));
  const team = listOf(claim, 'careTeam').map((_, index) => at(claim, `careTeam[${index}]`));
  const infos = listOf(claim, 'supportingInfo').map((_, index) => at(claim, `supportingInfo[${index}]`));
  const inLine = (place: Place, list: string, line: Place): boolean => listOf(line, list).includes(sequenceOf(place) ?? null);
  const carers = (of: Place | undefined, table: Record<string, string>, insert: Roled[]): OutLoop[] =>
    team
      .filter((one) =>
        of === undefined ? !lines.some((line) => inLine(one, 'careTeamSequence', line)) : inLine(one, 'careTeamSequence', of),
      )
      .flatMap((one) => {
        const role = codingOf(nodeAt(one)['role'], de(98)) ?? codeOfRole(nodeAt(one)['role']);
        const who = chart.follow(one, 'provider');
        const id = table[role];
        return who === undefined || id === undefined ? [] : [out(id, [...insert, ['carer', who], ['member', one]])];
      });
  const ambulances = (of: Place | undefined, pickUp: string, setDown: string): OutLoop[] =>
    infos
      .filter((one) =>
        of === undefined ? !lines.some((line) => inLine(one, 'informationSequence', line)) : inLine(one, 'informationSequence', of),
      )
      .flatMap((one) => {
        const id = { PW: pickUp, '45': setDown, '77': names.linePlace }[codingOf(nodeAt(one)['category'], de(98)) ?? ''] ?? '';
        const where = chart.follow(one, 'valueReference');
        return where === undefined || id === '' ? [] : [out(id, [['place', where]])];
      });
  const facility = chart.follow(claim, 'facility');
  const inner: OutLoop[] = [
    ...carers(undefined, names.claim, []),
    ...(facility === undefined ? [] : [out(names.place, [['place', facility]])]),
    ...ambulances(undefined, '2310E', '2310F'),
    ...listOf(claim, 'insurance').flatMap((one, index) =>
      index > 0 && isNode(one) ? [otherInsurance(chart, at(claim, `insurance[${index}]`), roles)] : [],
    ),
    ...lines.map((line) => {
      const own: Roled[] = [...roles, ['line', line]];
      return out('2400', own, undefined, [
        ...listOf(line, 'detail').map((_, index) => out('2410', [...own, ['drug', at(claim, `${line.base}.detail[${index}]`)]])),
        ...carers(line, names.line, own),
        ...ambulances(line, '2420G', '2420H'),
        ...paidLines(chart, claim, line, own),
        ...(kind === 'oral' ? [] : [out('2440', own)]),
      ]);
    }),
  ];
  return out('2300', roles, undefined, inner);
}

const codesOfRoles: Record<string, string> = {
  primary: '82',
  referring: 'DN',
  supervising: 'DQ',
  rendering: '82',
  attending: '71',
  operating: '72',
  assist: '73',
};
/** A role in words of other systems, by the code that X12 has for it. */
function codeOfRole(role: unknown): string {
  const codings = isNode(role) && Array.isArray(role['coding']) ? role['coding'].filter(isNode) : [];
  return codings.map((one) => codesOfRoles[String(one['code'])]).find((one) => one !== undefined) ?? '';
}

const nodeAt = (place: Place): Node => {
  const node = listOf({ ...place, base: '' }, place.base.replace(/\[\d+\]$/, ''))[Number(/\[(\d+)\]$/.exec(place.base)?.[1])];
  return isNode(node) ? node : {};
};
const sequenceOf = (place: Place): number | undefined => {
  const sequence = nodeAt(place)['sequence'];
  return typeof sequence === 'number' ? sequence : undefined;
};

function otherInsurance(chart: Chart, insurance: Place, roles: Roled[]): OutLoop {
  const other = chart.follow(insurance, 'coverage');
  const prior = chart.follow(insurance, 'claimResponse');
  const own: Roled[] = [...roles, ['other', other], ['prior', prior]];
  const insured = chart.follow(other, 'subscriber') ?? chart.follow(other, 'policyHolder');
  const payer = chart.follow(other, 'payor[0]');
  return out('2320', own, undefined, [
    ...(insured === undefined ? [] : [out('2330A', [...own, ['insured', insured]])]),
    ...(payer === undefined ? [] : [out('2330B', [...own, ['otherPayer', payer]])]),
  ]);
}

function paidLines(chart: Chart, claim: Place, line: Place, roles: Roled[]): OutLoop[] {
  return listOf(claim, 'insurance').flatMap((_, index) => {
    const prior = chart.follow(at(claim, `insurance[${index}]`), 'claimResponse');
    if (prior === undefined) return [];
    const paying = chart.follow(prior, 'insurer');
    return listOf(prior, 'addItem').flatMap((item, i) =>
      isNode(item) && Array.isArray(item['itemSequence']) && item['itemSequence'].includes(sequenceOf(line) ?? null)
        ? [out('2430', [...roles, ['prior', prior], ['paying', paying], ['priorLine', at(prior, `addItem[${i}]`)]])]
        : [],
    );
  });
}
