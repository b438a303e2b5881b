// A small hospital for tests of forecasts: an emergency department and two wards, some months of arrivals with a week and a day in them, from a seed.
import { randomPoisson, seededRandom } from '../src/methods/statistics/random-counts.ts';

const hourMs = 3_600_000;
const act = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const physical = 'http://terminology.hl7.org/CodeSystem/location-physical-type';

export interface SmallHospital {
  /** Whole days of arrivals before `now`. */
  days: number;
  /** Arrivals on a usual day. */
  daily: number;
  now: Date;
  seed: number;
}

const wards = [
  { id: 'fc-ed', name: 'Emergency Department', beds: 14 },
  { id: 'fc-medical', name: 'Medical Ward', beds: 12 },
  { id: 'fc-surgical', name: 'Surgical Ward', beds: 10 },
];
/** How arrivals lie in a day: few at night, most in the forenoon and evening. */
const hourWeights = [1, 1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 7, 6, 6, 6, 6, 7, 7, 6, 5, 4, 3, 2];
const dayWeights = [1.2, 1.05, 1, 0.95, 1, 0.9, 0.9];

/** Resources, places first. */
export function smallHospital({ days, daily, now, seed }: SmallHospital): object[] {
  const random = seededRandom(seed);
  const all: object[] = [];
  for (const { id, name, beds } of wards) {
    all.push({ resourceType: 'Location', id, status: 'active', name, physicalType: { coding: [{ system: physical, code: 'wa' }] } });
    for (let bed = 1; bed <= beds; bed++)
      all.push({
        resourceType: 'Location',
        id: `${id}-${bed}`,
        status: 'active',
        name: `${name}, bed ${bed}`,
        physicalType: { coding: [{ system: physical, code: 'bd' }] },
        partOf: { reference: `Location/${id}` },
      });
  }
  for (let i = 0; i < 50; i++) all.push({ resourceType: 'Patient', id: `fc-p${i}` });
  const total = hourWeights.reduce((sum, each) => sum + each, 0);
  const today = Math.floor(now.getTime() / (24 * hourMs)) * 24 * hourMs;
  let number = 0;
  const stay = (kind: string, ward: string, from: number, hours: number, patient: string): void => {
    if (from > now.getTime()) return;
    const ends = from + hours * hourMs;
    const period = { start: new Date(from).toISOString(), ...(ends <= now.getTime() ? { end: new Date(ends).toISOString() } : {}) };
    number++;
    all.push({
      resourceType: 'Encounter',
      id: `fc-e${number}`,
      status: ends <= now.getTime() ? 'finished' : 'in-progress',
      class: { system: act, code: kind },
      subject: { reference: patient },
      period,
      location: [{ location: { reference: `Location/${ward}-${1 + (number % 6)}` }, period }],
    });
  };
  for (let day = -days - 1; day <= 0; day++) {
    for (let hour = 0; hour < 24; hour++) {
      // Counted back from today, which is as a Monday: on every day that the tests are run the past is the same.
      const weekday = (((day + 1) % 7) + 7) % 7;
      const came = randomPoisson((daily * dayWeights[weekday]! * hourWeights[hour]!) / total, random);
      for (let i = 0; i < came; i++) {
        const from = today + (day * 24 + hour + random()) * hourMs;
        const patient = `Patient/fc-p${Math.floor(50 * random())}`;
        const hours = 1 - 3 * Math.log(1 - random());
        stay('EMER', 'fc-ed', from, hours, patient);
        // Every sixth is admitted for some days.
        if (random() < 1 / 6)
          stay('IMP', random() < 0.6 ? 'fc-medical' : 'fc-surgical', from + hours * hourMs, 12 - 60 * Math.log(1 - random()), patient);
      }
    }
  }
  return all;
}
