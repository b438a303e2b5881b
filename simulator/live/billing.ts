// What is billed for a visit, and what is paid two weeks later. Codes are HCPCS level II of the CMS (public); schemes of fraud are planted
// by biller: some bill a higher level than was done, some twice, some for nobody, some split what belongs together.
import type { Claim, ExplanationOfBenefit } from '../../src/fhir/generated/types.ts';
import { dayMs, hourMs, instant } from '../calendar.ts';
import { hl7Concept } from '../codes.ts';
import { encounterOf } from './care.ts';
import { type BilledClaim, type BilledLine, drained, type Visit, type World } from './world.ts';

const hcpcs = 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets';
/** Levels of an emergency visit, G0380 to G0384; a clinic visit; an hour of hospital observation. */
const levels = [60, 95, 160, 260, 390];

function linesOf(visit: Visit, hours: number): BilledLine[] {
  const atMs = visit.fromMs;
  if (visit.class === 'AMB') return [{ code: 'G0463', amount: 125, units: 1, atMs }];
  if (visit.class === 'IMP') return [{ code: 'G0378', amount: Math.round(hours) * 62, units: Math.max(1, Math.round(hours)), atMs }];
  const level = Math.min(4, Math.floor(visit.course.worst * 6));
  return [{ code: `G038${level}`, amount: levels[level] ?? 95, units: 1, atMs }];
}

type Scheme = readonly [which: string, chance: number, says: string, make: (lines: BilledLine[]) => BilledLine[]];
const upcoded = (lines: BilledLine[]): BilledLine[] =>
  lines.map((line) =>
    line.code.startsWith('G038')
      ? { ...line, code: 'G0384', amount: levels[4] ?? 390 }
      : { ...line, units: line.units + 4, amount: Math.round(line.amount * 1.6) },
  );
const schemes: readonly Scheme[] = [
  ['upcoding', 0.6, 'a higher level was billed than was done', upcoded],
  [
    'phantom-service',
    0.15,
    'something was billed that never took place',
    (lines) => [...lines, { code: 'G0463', amount: 125, units: 1, atMs: lines[0]?.atMs ?? 0 }],
  ],
  [
    'unbundling',
    0.2,
    'one service was billed as several',
    (lines) => lines.flatMap((line) => [line, { ...line, code: 'G0463', amount: Math.round(line.amount * 0.4), units: 1 }]),
  ],
];
/** One biller in ten does not bill honestly, always in his own way. */
const billers = 10;

export function bill(world: World, visit: Visit): void {
  const { random, nowMs } = world;
  const ordinal = visit.person.chart.ordinal % billers;
  const biller = `B${100 + ordinal}`;
  const hours = (nowMs - visit.fromMs) / hourMs;
  const scheme = ordinal === 7 && world.rates.planted > 0 ? schemes[Math.floor(nowMs / (30 * dayMs)) % schemes.length] : undefined;
  const used = scheme !== undefined && random.chance(scheme[1]) ? scheme : undefined;
  const honest = linesOf(visit, hours);
  const lines = used?.[3](honest) ?? honest;
  send(world, visit, biller, lines, used === undefined ? undefined : { which: used[0], says: used[2] });
  if (random.chance(0.004 * world.rates.planted))
    world.later(nowMs + random.between(1, 9) * dayMs, () =>
      send(world, visit, biller, lines, { which: 'duplicate-claim', says: 'the same visit was billed again' }),
    );
}

function send(world: World, visit: Visit, biller: string, lines: BilledLine[], fraud?: { which: string; says: string }): void {
  const { chart } = visit.person;
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  const money = (value: number) => ({ value, currency: 'USD' });
  const paidAtMs = world.nowMs + world.random.between(9, 21) * dayMs;
  const paid = world.random.chance(0.07) ? 0 : Math.round(total * 0.8 * 100) / 100;
  const number = world.number('K');
  const provider = { display: `Billing group ${biller}`, identifier: { system: 'http://lamplight.example/biller', value: biller } };
  const shared = {
    status: 'active',
    type: hl7Concept('claim-type', visit.class === 'IMP' ? 'institutional' : 'professional'),
    use: 'claim',
    patient: chart.subject,
    provider,
    insurer: { display: 'Example Public Health Programme' },
  } as const;
  const product = (code: string) => ({ coding: [{ system: hcpcs, code }] });
  const claim: Omit<Claim, 'id'> = {
    resourceType: 'Claim',
    ...shared,
    identifier: [{ system: 'http://lamplight.example/claims', value: number }],
    created: instant(world.nowMs),
    billablePeriod: { start: instant(visit.fromMs), end: instant(Math.max(visit.fromMs, world.nowMs)) },
    priority: hl7Concept('processpriority', 'normal'),
    insurance: [{ sequence: 1, focal: true, coverage: { display: 'Coverage of the patient' } }],
    diagnosis: [
      {
        sequence: 1,
        diagnosisCodeableConcept:
          visit.encounter.reasonCode?.[0]?.coding === undefined ? { text: visit.illness.display } : visit.encounter.reasonCode[0],
      },
    ],
    item: lines.map(({ code, amount, units, atMs }, index) => ({
      sequence: index + 1,
      productOrService: product(code),
      servicedDate: instant(atMs).slice(0, 10),
      quantity: { value: units },
      unitPrice: money(Math.round((amount / units) * 100) / 100),
      net: money(amount),
      encounter: [encounterOf(visit)],
    })),
    total: money(total),
  };
  const reference = chart.add(claim);
  const billed: BilledClaim = { number, lines, diagnosis: visit.illness.code, biller, paid, paidAtMs };
  const answer: Omit<ExplanationOfBenefit, 'id'> = {
    resourceType: 'ExplanationOfBenefit',
    ...shared,
    claim: reference,
    created: instant(paidAtMs),
    outcome: 'complete',
    insurance: [{ focal: true, coverage: { display: 'Coverage of the patient' } }],
    total: [{ category: hl7Concept('adjudication', 'benefit'), amount: money(paid) }],
  };
  chart.add(answer);
  if (fraud !== undefined)
    world.plant({ kind: 'fraud', ...fraud, mrn: visit.person.mrn, visit: visit.number, about: [reference.reference ?? '', biller] });
  world.tell({ kind: 'claimed', person: visit.person, visit, number, claim: billed, resources: drained(chart) });
}
