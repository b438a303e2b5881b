// A fortnight of the living hospital: the same for the same seed, one person a bed, sound FHIR, and what is planted is in what is written.
import { describe, expect, it } from 'vitest';
import { validateStructure } from '../../src/fhir/structure/validate.ts';
import { dayMs } from '../calendar.ts';
import { hospitalOf } from '../hospital.ts';
import { lifeOf, ratesFor } from './life.ts';
import { hl7Of } from './speak/hl7.ts';
import type { Truth, Visit } from './world.ts';

const startMs = Date.UTC(2026, 0, 5);

function live(seed: number, days: number, planted = 1) {
  const kinds = new Map<string, number>();
  const written: string[] = [];
  const wrong = new Set<string>();
  const messages: string[] = [];
  const truths: Truth[] = [];
  const inBed = new Map<string, Visit>();
  const doubled: string[] = [];
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
      if (days < 3) for (const one of resources) for (const { where, message } of validateStructure(one)) wrong.add(`${where}: ${message}`);
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
  return { kinds, written, wrong, messages, truths, doubled };
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
    expect([...live(4, 2).wrong]).toEqual([]);
  });

  it('puts nobody into a bed in which somebody lies', () => {
    expect(fortnight.doubled).toEqual([]);
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
