// Under whose name somebody is registered. Mostly his own; sometimes a second record is made of somebody who has one (a duplicate), and
// rarely somebody's visit is written into the record of another (an overlay). Both are truth that a record-linkage method must find.
import { namedUuid } from '../../src/methods/named-uuid.ts';
import { chartOf } from '../chart.ts';
import { mrnOf, mrnSystem } from '../identity.ts';
import { randomOf } from '../random.ts';
import type { People } from './people.ts';
import type { Person, World } from './world.ts';

const typed: readonly (readonly [which: string, make: (person: Person) => Partial<Person['chart']['patient']>])[] = [
  ['family-misspelled', ({ chart }) => ({ name: chart.patient.name?.map((one) => ({ ...one, family: swapped(one.family ?? '') })) })],
  [
    'given-shortened',
    ({ chart }) => ({
      name: chart.patient.name?.map((one) => ({ ...one, given: one.given?.slice(0, 1).map((text) => text.slice(0, 3)) })),
    }),
  ],
  ['born-day-and-month-swapped', ({ chart }) => ({ birthDate: dayMonthSwapped(chart.patient.birthDate ?? '') })],
];

const swapped = (text: string): string =>
  text.length < 4 ? `${text}e` : text.slice(0, 2) + (text[3] ?? '') + (text[2] ?? '') + text.slice(4);
function dayMonthSwapped(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return Number(day) <= 12
    ? `${year}-${day}-${month}`
    : `${year}-${month}-${day.split('').reverse().join('') <= '28' ? day.split('').reverse().join('').replace('00', '01') : '01'}`;
}

/** The person under whose record the visit goes. */
export function registeredAs(world: World, people: People, who: Person): Person {
  const { random, rates } = world;
  const chance = random.next() / Math.max(1e-9, rates.planted);
  if (who.known && chance < 0.02) return duplicateOf(world, who);
  if (chance > 0.02 && chance < 0.0208) {
    const other = people.pick(random, () => 1);
    if (other?.known === true && other !== who) {
      world.plant({
        kind: 'overlaid-patient',
        mrn: other.mrn,
        about: [`Patient/${other.chart.patient.id}`],
        says: `a visit of ${who.mrn} is written into this record`,
      });
      return other;
    }
  }
  return who;
}

function duplicateOf(world: World, who: Person): Person {
  const ordinal = who.chart.ordinal + 3_000_000 + world.random.int(0, 2_000_000);
  const [which, make] = world.random.pick(typed);
  const mrn = mrnOf(ordinal);
  const id = namedUuid('simulator', 'duplicate', who.chart.patient.id ?? '', ordinal);
  const { patient, random: _, ...rest } = who.chart;
  const chart = chartOf(
    {
      random: randomOf('duplicate', mrn),
      hospital: rest.hospital,
      nowMs: world.nowMs,
      ordinal,
      sex: rest.sex,
      bornMs: rest.bornMs,
      patient: { ...patient, ...make(who), id, identifier: [{ ...patient.identifier?.[0], system: mrnSystem, value: mrn }] },
    },
    `duplicate ${who.chart.patient.id}`,
  );
  for (const disease of who.chart.diseases) chart.diseases.add(disease);
  world.plant({
    kind: 'duplicate-patient',
    which,
    mrn,
    about: [`Patient/${id}`, `Patient/${patient.id}`],
    says: `the same person as ${who.mrn}`,
  });
  return { ...who, chart, mrn, known: false };
}
