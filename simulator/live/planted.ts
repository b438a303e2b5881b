// What is planted on purpose beside the everyday: outbreaks on wards and in the town, weeks in which many more come with everything, and days
// on which one place is a bottleneck. Each is truth in the side file, and nobody in the hospital is told.
import { dayMs, hourMs } from '../calendar.ts';
import type { Ward } from '../hospital.ts';
import { type Illness, illnesses } from '../illnesses.ts';
import { arrive } from './emergency.ts';
import type { People } from './people.ts';
import { diagnosed, qualityShift } from './safety.ts';
import { isolate } from './ward.ts';
import type { StationName, World } from './world.ts';

const everyMs = (world: World, days: number): number =>
  (-Math.log(1 - world.random.next()) * days * dayMs) / Math.max(1e-6, world.rates.planted);

export function plantTrouble(world: World, people: People): void {
  if (world.rates.planted <= 0) return;
  const again = (days: number, run: () => void): void =>
    world.later(world.nowMs + everyMs(world, days), () => {
      run();
      again(days, run);
    });
  again(60, () => wardOutbreak(world));
  again(75, () => townOutbreak(world, people));
  again(25, () => bottleneck(world));
  again(110, () => surge(world, people));
  const shift = (): void =>
    world.later(world.nowMs + (-Math.log(1 - world.safety.random.next()) * 100 * dayMs) / world.rates.planted, () => {
      qualityShift(world);
      shift();
    });
  shift();
}

const illnessOf = (key: string): Illness => {
  const found = illnesses.find((one) => one.key === key);
  if (found === undefined) throw new Error(`no illness ${key}`);
  return found;
};

/** Vomiting and diarrhoea go from bed to bed for a week. */
function wardOutbreak(world: World): void {
  const ward = world.random.pick(['medical', 'respiratory', 'surgical', 'orthopaedic'] as const satisfies readonly Ward[]);
  const name = world.number('outbreak-');
  const untilMs = world.nowMs + world.random.between(6, 11) * dayMs;
  world.plant({
    kind: 'outbreak',
    which: 'ward gastroenteritis',
    until: new Date(untilMs).toISOString(),
    about: [name, ward],
    says: `gastroenteritis on the ward ${ward}`,
  });
  const spread = (): void => {
    if (world.nowMs > untilMs) return;
    const there = [...world.inBeds].filter((visit) => visit.ward === ward && visit.outbreak === undefined && !visit.over);
    if (there.length > 0) {
      const visit = world.random.pick(there);
      visit.outbreak = name;
      visit.course.severity = Math.max(visit.course.severity, 0.3);
      const { code, display } = illnessOf('gastroenteritis');
      isolate(world, visit, display);
      // Written down when the ward's doctor has seen it.
      world.later(world.nowMs + 8 * hourMs, () => {
        if (!visit.over) diagnosed(world, visit, code, display);
      });
      world.plant({
        kind: 'outbreak-case',
        mrn: visit.person.mrn,
        visit: visit.number,
        about: [name],
        says: `infected on the ward ${ward}`,
      });
    }
    world.later(world.nowMs + world.random.between(8, 30) * hourMs, spread);
  };
  spread();
}

/** A week in which many more come with the same illness. */
function townOutbreak(world: World, people: People): void {
  const illness = illnessOf(world.random.pick(['gastroenteritis', 'pneumonia', 'viral-infection']));
  const name = world.number('outbreak-');
  const days = world.random.int(6, 12);
  world.plant({
    kind: 'outbreak',
    which: `town ${illness.key}`,
    until: new Date(world.nowMs + days * dayMs).toISOString(),
    about: [name],
    says: `more people than usual come with: ${illness.display}`,
  });
  const perDay = world.rates.emergencyPerDay * 0.12;
  for (let day = 0; day < days; day++) {
    const cases = Math.round(perDay * Math.sin(((day + 0.7) / (days + 0.4)) * Math.PI) * 1.5);
    for (let one = 0; one < cases; one++)
      world.later(world.nowMs + day * dayMs + world.random.between(7, 23) * hourMs, () => {
        const person = people.pick(world.random, (age) => (age < 18 && illness.key === 'gastroenteritis' ? 0 : 0.5));
        const visit = person === undefined ? undefined : arrive(world, person, people, illness);
        if (visit === undefined) return;
        visit.outbreak = name;
        world.plant({ kind: 'outbreak-case', mrn: visit.person.mrn, visit: visit.number, about: [name], says: illness.display });
      });
  }
}

/** Heat, cold, a festival, a practice that closed: with whatever people come, half as many again and more come for a week or two. */
function surge(world: World, people: People): void {
  const days = world.random.int(8, 15);
  const most = world.rates.emergencyPerDay * world.random.between(0.5, 0.9);
  world.plant({
    kind: 'surge',
    which: 'emergency arrivals',
    until: new Date(world.nowMs + days * dayMs).toISOString(),
    says: `at its height ${Math.round(most)} more people a day come to the emergency department`,
  });
  for (let day = 0; day < days; day++) {
    const more = Math.round(most * Math.sin(((day + 0.7) / (days + 0.4)) * Math.PI));
    for (let one = 0; one < more; one++)
      world.later(world.nowMs + day * dayMs + world.random.between(7, 23) * hourMs, () => {
        const person = people.pick(world.random, () => 0.5);
        if (person !== undefined) arrive(world, person, people);
      });
  }
}

const slows: readonly (readonly [StationName, number, string])[] = [
  ['laboratory', 6, 'an analyser is out of order'],
  ['imaging', 5, 'a scanner is out of order'],
  ['doctors', 1.9, 'a doctor of the emergency department is off sick'],
  ['theatre', 3, 'a theatre is closed'],
];

function bottleneck(world: World): void {
  const [station, factor, why] = world.random.pick(slows);
  const untilMs = world.nowMs + world.random.between(8, 40) * hourMs;
  world.stations[station].slow(factor, untilMs);
  world.plant({
    kind: 'bottleneck',
    which: station,
    until: new Date(untilMs).toISOString(),
    says: `${why}: work takes ${factor} times as long`,
  });
}
