// What a message says changes what it says and nothing else; what was so last stands, whatever arrived last.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Encounter, Patient, Resource } from '../fhir/generated/types.ts';
import type { Said } from '../formats/contract.ts';
import type { Clock } from './clock.ts';
import { lay, type Moment, placing } from './merge.ts';

const merge = (resource: Resource, removes?: string[]): Said => ({
  resource,
  how: 'merge',
  byIdentifier: true,
  ...(removes === undefined ? {} : { removes }),
});
const at = (minute: number, tie = 'a'): Moment => ({ at: minute * 60_000, tie });

function told(...said: [Said, Moment][]): Resource {
  let there: Resource | null = null;
  let clock: Clock = {};
  for (const [one, moment] of said) ({ resource: there, clock } = lay(there, one, moment, clock));
  if (there === null) throw new Error('nothing was said');
  return there;
}

const patient = (rest: Partial<Patient>): Patient => ({ resourceType: 'Patient', id: 'p', ...rest });
const encounter = (rest: Partial<Encounter>): Resource => ({
  resourceType: 'Encounter',
  id: 'e',
  status: 'in-progress',
  class: { code: 'IMP' },
  ...rest,
});

describe('what a message says', () => {
  test('changes what it says and leaves the rest', () => {
    const now = told(
      [
        merge(
          patient({
            birthDate: '1970-01-01',
            gender: 'female',
            telecom: [
              { use: 'home', value: '1' },
              { use: 'work', value: '2' },
            ],
          }),
        ),
        at(1),
      ],
      [merge(patient({ gender: 'male', telecom: [{ use: 'home', value: '3' }] })), at(2)],
    );
    expect(now).toMatchObject({
      birthDate: '1970-01-01',
      gender: 'male',
      telecom: [
        { use: 'home', value: '3' },
        { use: 'work', value: '2' },
      ],
    });
  });

  test('keeps identifiers that it does not name', () => {
    const now = told(
      [merge(patient({ identifier: [{ system: 's', value: '1' }] })), at(1)],
      [merge(patient({ identifier: [{ system: 's', value: '2' }] })), at(2)],
    );
    expect(now).toMatchObject({ identifier: [{ value: '1' }, { value: '2' }] });
  });

  test('removes what it asks to remove, and only that', () => {
    const full = patient({
      birthDate: '1970-01-01',
      telecom: [
        { use: 'home', value: '1' },
        { use: 'work', value: '2' },
      ],
    });
    expect(told([merge(full), at(1)], [merge(patient({}), ["telecom.where(use='home')"]), at(2)])).toEqual(
      patient({ birthDate: '1970-01-01', telecom: [{ use: 'work', value: '2' }] }),
    );
    expect(told([merge(full), at(1)], [merge(patient({}), ['birthDate', 'telecom']), at(2)])).toEqual(patient({}));
  });

  test('says one type of a choice at a time', () => {
    const now = told([merge(patient({ deceasedBoolean: true })), at(1)], [merge(patient({ deceasedDateTime: '2026-01-01' })), at(2)]);
    expect(now).toEqual(patient({ deceasedDateTime: '2026-01-01' }));
  });

  test('does not take a discharge away by not mentioning it, and takes it away where it is cancelled', () => {
    const admitted = merge(encounter({ period: { start: '2026-01-01' }, hospitalization: { admitSource: { text: 'home' } } }));
    const discharged = merge(
      encounter({ status: 'finished', period: { end: '2026-01-05' }, hospitalization: { dischargeDisposition: { text: 'home' } } }),
    );
    expect(told([admitted, at(1)], [discharged, at(2)], [admitted, at(3)])).toMatchObject({
      period: { start: '2026-01-01', end: '2026-01-05' },
      hospitalization: { admitSource: { text: 'home' }, dischargeDisposition: { text: 'home' } },
    });
    const cancelled = merge(encounter({}), ['period.end', 'hospitalization.dischargeDisposition']);
    const back = told([admitted, at(1)], [discharged, at(2)], [cancelled, at(3)]);
    expect(back).toEqual(encounter({ period: { start: '2026-01-01' }, hospitalization: { admitSource: { text: 'home' } } }));
  });

  test('that refers to somebody changes nothing of them', () => {
    const known: Resource = { resourceType: 'Practitioner', id: 'd', name: [{ family: 'Nightingale' }] };
    const named: Said = { resource: { resourceType: 'Practitioner', id: 'd', name: [{ family: 'N' }] }, how: 'refer', byIdentifier: true };
    expect(lay(known, named, at(9), {}).resource).toBe(known);
  });

  test('that arrives late changes nothing that is newer', () => {
    const now = told([merge(patient({ gender: 'male' })), at(2)], [merge(patient({ gender: 'female', birthDate: '1970' })), at(1)]);
    expect(now).toEqual(patient({ gender: 'male', birthDate: '1970' }));
  });

  test('leads to one record in whatever order and how often it comes', () => {
    const use = fc.constantFrom('home' as const, 'work' as const, 'mobile' as const);
    const one = fc.record(
      {
        gender: fc.constantFrom('male' as const, 'female' as const),
        birthDate: fc.constantFrom('1970', '1971'),
        identifier: fc.array(fc.record({ system: fc.constantFrom('a', 'b'), value: fc.constantFrom('1', '2') }), {
          maxLength: 2,
          minLength: 1,
        }),
        telecom: fc.array(fc.record({ use, value: fc.constantFrom('1', '2', '3') }), { maxLength: 3, minLength: 1 }),
        deceasedBoolean: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const message = fc.tuple(one, fc.subarray(['birthDate', 'gender', "telecom.where(use='home')"]), fc.nat(4), fc.constantFrom('a', 'b'));
    fc.assert(
      fc.property(
        fc.uniqueArray(message, { minLength: 1, maxLength: 5, selector: ([, , minute, tie]) => `${minute}${tie}` }),
        fc.infiniteStream(fc.nat()),
        (messages, random) => {
          const all = messages.map(([said, removes, minute, tie]): [Said, Moment] => [merge(patient(said), removes), at(minute, tie)]);
          const shuffled = [...all, ...all.slice(0, 2)]
            .map((item) => ({ item, key: random.next().value }))
            .sort((x, y) => Number(x.key) - Number(y.key));
          expect(told(...shuffled.map(({ item }) => item))).toEqual(told(...all));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('the ledger knows where items of a list came to stand', () => {
  const said = patient({ identifier: [{ system: 'b', value: '1' }] });
  const laid = lay(patient({ identifier: [{ system: 'a', value: '1' }] }), merge(said), at(1), {}).resource;
  const place = placing(said, laid);
  expect(place?.('identifier[0].value')).toBe('identifier[1].value');
  expect(place?.('identifier[0].system')).toBe('identifier[1].system');
  expect(place?.('birthDate')).toBe('birthDate');
});

test('what was said before in the same words stays the very resource, with a newer clock', () => {
  const whole = encounter({
    period: { start: '2026-01-01', end: '2026-01-02' },
    identifier: [{ system: 'b', value: '1' }],
    hospitalization: { dischargeDisposition: { text: 'home' } },
  });
  const there = lay(null, merge(whole), at(1), {});
  const again = lay(
    there.resource,
    merge(encounter({ identifier: [{ system: 'b', value: '1' }], period: { start: '2026-01-01' } })),
    at(2),
    there.clock,
  );
  expect(again.resource).toBe(there.resource);
  expect(again.clock['period.start']).toEqual([120_000, 'a']);
  expect(again.clock['period.end']).toEqual([60_000, 'a']);
  const other = lay(there.resource, merge(encounter({ period: { start: '2026-01-03' } })), at(3), again.clock);
  expect(other.resource).toMatchObject({ period: { start: '2026-01-03', end: '2026-01-02' }, identifier: [{ system: 'b', value: '1' }] });
});
