// A fortnight of the living hospital: the same for the same seed, one person a bed, sound FHIR, and what is planted is in what is written.
import { describe, expect, it } from 'vitest';
import type { MedicationRequest, Resource } from '../../src/fhir/generated/types.ts';
import { readJsonNow } from '../../src/fhir/json.ts';
import { validateStructure } from '../../src/fhir/structure/validate.ts';
import { codesAtHand } from '../../src/fhir/validator/codes-at-hand.ts';
import { ProfileSet } from '../../src/fhir/validator/profiles.ts';
import { validate } from '../../src/fhir/validator/validate.ts';
import { dayMs } from '../calendar.ts';
import { hospitalOf } from '../hospital.ts';
import { lifeOf, ratesFor } from './life.ts';
import { hl7Of } from './speak/hl7.ts';
import type { Truth, Visit } from './world.ts';

const startMs = Date.UTC(2026, 0, 5);

const profiles = new ProfileSet();
/** As the server would refuse it. */
function* faultsOf(resource: Resource): Iterable<string> {
  for (const { where, message } of validateStructure(resource)) yield `${where}: ${message}`;
  const read = readJsonNow(JSON.stringify(resource));
  if (!read.ok) return yield read.problem.message;
  for (const { severity, message, where } of validate(read.value, profiles, { codes: codesAtHand }).findings)
    if (severity === 'error') yield `${where}: ${message}`;
}

function live(seed: number, days: number, planted = 1) {
  const kinds = new Map<string, number>();
  const written: string[] = [];
  const wrong = new Set<string>();
  const lookedAt = new Map<string, number>();
  const messages: string[] = [];
  const truths: Truth[] = [];
  const inBed = new Map<string, Visit>();
  const doubled: string[] = [];
  const orders: MedicationRequest[] = [];
  const twice = new Map<string, string>();
  const nameOf = ({ encounter, medicationCodeableConcept }: MedicationRequest) =>
    `${encounter?.reference} ${medicationCodeableConcept?.text}`;
  /** While the one before still stands. */
  function order(one: MedicationRequest): void {
    if (one.status !== 'active' || one.encounter === undefined || orders.includes(one)) return;
    if (orders.some((other) => other.status === 'active' && nameOf(other) === nameOf(one)))
      twice.set(`MedicationRequest/${one.id}`, nameOf(one));
    orders.push(one);
  }
  const life = lifeOf({
    seed,
    startMs,
    hospital: hospitalOf(seed, 12),
    bedsEach: 12,
    population: 6000,
    from: 100_000,
    rates: { ...ratesFor(6000), planted, telemetryMinutes: 30 },
    tell(happening) {
      const { kind, visit, resources } = happening;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      for (const one of resources) {
        if (one.resourceType === 'MedicationRequest') order(one);
        const of = `${kind} ${one.resourceType}`;
        const looked = lookedAt.get(of) ?? 0;
        lookedAt.set(of, looked + 1);
        // Of what comes seldom all, of what comes often its beginning.
        if (looked < 40) for (const fault of faultsOf(one)) wrong.add(`${of}: ${fault}`);
      }
      written.push(`${kind} ${resources.map(({ id }) => id).join(' ')}`);
      for (const { system, message } of hl7Of(happening)) messages.push(`${system} ${message.replace(/^MSH\|.*?\r/, '')}`);
      if (visit?.bed === undefined || kind === 'claimed') return;
      const key = `${visit.ward} ${visit.bed}`;
      if (kind === 'discharged') {
        if (inBed.get(key) === visit) inBed.delete(key);
        return;
      }
      const other = inBed.get(key);
      if (!visit.over && other !== undefined && other !== visit && !other.over && other.ward === visit.ward && other.bed === visit.bed)
        doubled.push(key);
      if (!visit.over) inBed.set(key, visit);
    },
    plant: (truth) => truths.push(truth),
  });
  while ((life.nextMs() ?? Number.POSITIVE_INFINITY) < startMs + days * dayMs) life.step();
  return { kinds, written, lookedAt, wrong, messages, truths, doubled, twice };
}

describe('the living hospital', () => {
  const fortnight = live(3, 14, 5);

  it('is the same for the same seed, and another for another', () => {
    const [one, again, other] = [live(1, 2), live(1, 2), live(2, 2)];
    expect(again.written).toEqual(one.written);
    expect(again.messages).toEqual(one.messages);
    expect(other.written).not.toEqual(one.written);
  });

  it('writes sound FHIR', () => {
    // Long enough for what happens seldom.
    const { wrong, lookedAt } = live(4, 90);
    expect([...wrong]).toEqual([]);
    for (const seldom of ['harmed DeviceUseStatement', 'harmed Condition', 'operated Procedure'])
      expect(lookedAt.get(seldom) ?? 0).toBeGreaterThan(0);
  });

  it('gives no number a second time, however soon it is begun again', () => {
    const numbersFrom = (begunMs: number): Set<string> => {
      const numbers = new Set<string>();
      const life = lifeOf({
        seed: 1,
        startMs: begunMs,
        hospital: hospitalOf(1, 12),
        bedsEach: 12,
        population: 6000,
        from: 100_000,
        rates: ratesFor(6000),
        tell: ({ number, visit }) => {
          for (const one of [number, visit?.number]) if (one !== undefined) numbers.add(one);
        },
        plant: () => undefined,
      });
      while ((life.nextMs() ?? Number.POSITIVE_INFINITY) < begunMs + dayMs) life.step();
      return numbers;
    };
    const [first, second] = [numbersFrom(startMs), numbersFrom(startMs + 20_000)];
    expect(first.size).toBeGreaterThan(50);
    expect([...second].filter((number) => first.has(number))).toEqual([]);
  });

  it('puts nobody into a bed in which somebody lies', () => {
    expect(fortnight.doubled).toEqual([]);
  });

  it('orders nothing twice that is not planted', () => {
    const { twice, truths } = live(2, 60);
    const planted = new Set(truths.filter(({ which }) => which === 'duplicate-order').flatMap(({ about }) => about));
    expect(planted.size).toBeGreaterThan(0);
    expect([...twice].filter(([order]) => !planted.has(order))).toEqual([]);
  });

  it('does everything that a hospital does', () => {
    for (const kind of [
      'registered',
      'admitted',
      'discharged',
      'vitals',
      'ordered',
      'resulted',
      'prescribed',
      'given',
      'hung',
      'infusing',
      'note',
      'booked',
      'claimed',
    ])
      expect(fortnight.kinds.get(kind) ?? 0, kind).toBeGreaterThan(5);
  });

  it('speaks as each of its systems', () => {
    const systems = new Set(fortnight.messages.map((message) => message.split(' ', 1)[0]));
    expect([...systems].sort()).toEqual(['ADT', 'DICTATION', 'LAB', 'ORDERS', 'PHARMACY', 'SCHEDULE', 'WARDMEDS']);
  });

  it('records what was planted, with whom it concerns', () => {
    const found = new Set(fortnight.truths.map(({ kind }) => kind));
    for (const kind of ['deterioration', 'medication-error', 'data-entry-error', 'fraud'] as const)
      expect(found.has(kind), kind).toBe(true);
    const written = fortnight.written.join(' ');
    for (const { kind, about = [] } of fortnight.truths)
      if (kind === 'data-entry-error') for (const reference of about) expect(written).toContain(reference.split('/')[1]);
  });

  it('plants nothing where nothing is asked for, but people get worse all the same', () => {
    expect(new Set(live(5, 7, 0).truths.map(({ kind }) => kind))).toEqual(new Set(['deterioration']));
  });
});
