import { describe, expect, test } from 'vitest';
import { ReplicaAge } from './replica-age.ts';
import { type Look, type ReplicaLook, unfitness } from './replica-look.ts';

describe('how old what a replica has may be', () => {
  test('is not known before it has replayed what the primary was seen to have', () => {
    const age = new ReplicaAge();
    age.primaryIsAt(100n, 0);
    expect(age.behindMs(10)).toBeUndefined();
    age.replicaIsAt(99n);
    expect(age.behindMs(10)).toBeUndefined();
    age.replicaIsAt(100n);
    expect(age.behindMs(10)).toBe(10);
  });

  test('is the time since the primary was last seen at a place that it has reached', () => {
    const age = new ReplicaAge();
    for (let second = 0; second < 10; second++) age.primaryIsAt(BigInt(second * 100), second * 1000);
    age.replicaIsAt(450n);
    expect(age.behindMs(9_000)).toBe(5_000);
    age.replicaIsAt(900n);
    expect(age.behindMs(9_000)).toBe(0);
  });

  test('does not grow while nothing happens on the primary, and grows while it is not looked at', () => {
    const age = new ReplicaAge();
    age.primaryIsAt(100n, 0);
    age.replicaIsAt(100n);
    for (let second = 1; second <= 3600; second++) {
      age.primaryIsAt(100n, second * 1000);
      expect(age.behindMs(second * 1000)).toBe(0);
    }
    expect(age.behindMs(3_605_000)).toBe(5_000);
  });

  test('grows while replay stands still and the primary goes on, for hours too, and ends when it has caught up', () => {
    const age = new ReplicaAge();
    age.primaryIsAt(0n, 0);
    age.replicaIsAt(0n);
    for (let second = 1; second <= 7_200; second++) age.primaryIsAt(BigInt(second), second * 1000);
    age.replicaIsAt(0n);
    expect(age.behindMs(7_200_000)).toBe(7_200_000);
    age.replicaIsAt(7_000n);
    const behind = age.behindMs(7_200_000)!;
    expect(behind).toBeGreaterThanOrEqual(200_000);
    age.replicaIsAt(7_200n);
    expect(age.behindMs(7_200_000)).toBe(0);
  });

  test('is not known any more when it begins again at an earlier place, until it has caught up', () => {
    const age = new ReplicaAge();
    age.primaryIsAt(1_000n, 0);
    age.replicaIsAt(1_000n);
    age.replicaIsAt(800n);
    expect(age.behindMs(0)).toBeUndefined();
    age.primaryIsAt(1_000n, 1_000);
    age.replicaIsAt(990n);
    expect(age.behindMs(1_000)).toBeUndefined();
    age.replicaIsAt(1_000n);
    expect(age.behindMs(1_000)).toBe(0);
  });

  test('is not known any more when another primary goes on from an earlier place', () => {
    const age = new ReplicaAge();
    age.primaryIsAt(1_000n, 0);
    age.replicaIsAt(1_000n);
    age.primaryIsAt(900n, 1_000);
    expect(age.behindMs(1_000)).toBeUndefined();
    age.replicaIsAt(900n);
    expect(age.behindMs(1_000)).toBe(0);
  });
});

describe('a server is taken for a replica', () => {
  const primary: Look = { system: '71', timeline: 1, database: 5, at: 100n };
  const standby: ReplicaLook = { ...primary, standby: true };
  const cases: [string, Partial<ReplicaLook>, RegExp | undefined][] = [
    ['where it is a standby of the same cluster', {}, undefined],
    ['not where it is of another cluster', { system: '72' }, /not a copy/],
    ['not where another database of it is named', { database: 6 }, /another database/],
    ['not where it was made a primary', { standby: false, at: null }, /no standby/],
    ['not before it has followed a takeover', { timeline: 2 }, /takeover/],
  ];
  test.each(cases)('%s', (_, differs, why) => {
    const said = unfitness(primary, { ...standby, ...differs });
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(why);
  });
});
