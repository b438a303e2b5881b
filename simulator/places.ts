// Where people live: towns that do not exist, postal codes that are not assigned (000…), telephone numbers that are reserved
// for examples (555-0100 to 555-0199).
import type { Address, ContactPoint } from '../src/fhir/generated/types.ts';
import type { Random } from './random.ts';

const streets = [
  'Alder',
  'Birch',
  'Canal',
  'Chapel',
  'Elm',
  'Garden',
  'Harbor',
  'Hill',
  'Lake',
  'Maple',
  'Mill',
  'Orchard',
  'River',
  'School',
  'Willow',
];
const kinds = ['Street', 'Avenue', 'Lane', 'Road', 'Court'];
const towns = [
  'Alderbrook',
  'Candleford',
  'Fenwick Falls',
  'Greyhaven',
  'Lampton',
  'Millbridge',
  'Northwick',
  'Oakmere',
  'Rosehill',
  'Wickstead',
];

export function addressFor(random: Random): Address {
  const line = [`${random.int(1, 980)} ${random.pick(streets)} ${random.pick(kinds)}`];
  if (random.chance(0.3)) line.push(`Apt ${random.int(1, 40)}`);
  const town = random.int(0, towns.length - 1);
  return { use: 'home', line, city: towns[town], state: 'MA', postalCode: `0000${town}`, country: 'US' };
}

export const telephone = (random: Random, use: string): ContactPoint => ({
  system: 'phone',
  value: `+1-${random.pick(['555', '556', '557'])}-555-01${String(random.int(0, 99)).padStart(2, '0')}`,
  use,
});
