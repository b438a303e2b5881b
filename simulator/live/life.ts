// The hospital that lives: what belongs together, and one step after the other. Nothing here knows who listens.

import { instant } from '../calendar.ts';
import type { Hospital } from '../hospital.ts';
import { type Random, randomOf } from '../random.ts';
import { bedsOf } from './beds.ts';
import { openClinics } from './clinic.ts';
import { openEmergency } from './emergency.ts';
import { type People, peopleOf } from './people.ts';
import { plantTrouble } from './planted.ts';
import { queueOf } from './queue.ts';
import { doctorsAt } from './staff.ts';
import { stationOf } from './station.ts';
import type { Happening, Rates, Truth, Visit, World } from './world.ts';

export interface LifeOptions {
  seed: string | number;
  startMs: number;
  hospital: Hospital;
  bedsEach: number;
  population: number;
  /** Number of the first of the population. */
  from: number;
  rates: Rates;
  tell(happening: Happening): void;
  plant(truth: Truth): void;
}

export interface Life {
  world: World;
  people: People;
  /** When something happens next. */
  nextMs(): number | undefined;
  /** Lets the next thing happen. */
  step(): void;
}

/** Rates for a town: visits to an emergency department per person and year after NHAMCS 2021 (CDC: 43 per 100 persons). */
export const ratesFor = (population: number): Rates => ({
  emergencyPerDay: (population * 0.43) / 365,
  plannedPerDay: (population * 0.02) / 250,
  clinicPerDay: (population * 0.6) / 250,
  planted: 1,
  telemetryMinutes: 0,
});

export function lifeOf(options: LifeOptions): Life {
  const { seed, startMs, hospital, rates } = options;
  const random: Random = randomOf(seed, 'life', startMs);
  const queue = queueOf();
  const counts = new Map<string, number>();
  const run = `${seed} ${startMs}`;
  // Numbers of one run are not those of another: a demonstration that is started again within the hour orders for other people.
  const stem = Math.floor(startMs / 1_000)
    .toString(36)
    .toUpperCase();
  const later = (ms: number, event: () => void): void => queue.at(Math.max(ms, world.nowMs), event);
  const station = (capacity: (hour: number) => number) => stationOf(() => world, capacity);
  const size = Math.max(1, rates.emergencyPerDay);
  const world: World = {
    random,
    safety: { random: randomOf(seed, 'safety', startMs), shifts: [] },
    pumps: { random: randomOf(seed, 'pumps', startMs), on: new Set() },
    queue,
    hospital,
    beds: bedsOf(options.bedsEach),
    rates,
    nowMs: startMs,
    inBeds: new Set<Visit>(),
    stations: {
      doctors: station(doctorsAt(size)),
      laboratory: station(() => Math.max(2, Math.ceil(size / 20))),
      imaging: station((hour) => Math.max(1, Math.ceil(size / (hour < 7 || hour > 21 ? 60 : 30)))),
      theatre: station((hour) => (hour < 7 || hour > 18 ? 1 : Math.max(2, Math.ceil(size / 30)))),
    },
    tell: (happening) => options.tell({ ...happening, atMs: world.nowMs }),
    plant: ({ atMs, ...truth }) => {
      const { kind, ...rest } = truth;
      options.plant({ kind, at: instant(atMs ?? world.nowMs), ...rest });
    },
    later,
    number: (kind) => {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      return `${kind}${stem}${String(count).padStart(4, '0')}`;
    },
  };
  const people = peopleOf({ seed, run, size: options.population, from: options.from, hospital, nowMs: () => world.nowMs });
  openEmergency(world, people);
  openClinics(world, people);
  plantTrouble(world, people);
  return {
    world,
    people,
    nextMs: () => queue.nextMs(),
    step() {
      const next = queue.take();
      if (next === undefined) return;
      world.nowMs = Math.max(world.nowMs, next.ms);
      next.run();
    },
  };
}
