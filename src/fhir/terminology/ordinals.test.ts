// Sets of concepts are sets: checked against those of the language.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ordinals } from './ordinals.ts';
import { pack, unpack, unpackInto } from './packed.ts';

const members = fc.uniqueArray(fc.nat(299), { maxLength: 120 });
const of = (list: number[]): Ordinals => Ordinals.of(300, list);
const sorted = (list: Iterable<number>): number[] => [...list].sort((a, b) => a - b);

test('and, or, without and complement mean what they mean for sets', () => {
  fc.assert(
    fc.property(members, members, (a, b) => {
      expect([...of(a).and(of(b))]).toEqual(sorted(a.filter((one) => b.includes(one))));
      expect([...of(a).or(of(b))]).toEqual(sorted(new Set([...a, ...b])));
      expect([...of(a).without(of(b))]).toEqual(sorted(a.filter((one) => !b.includes(one))));
      expect(of(a).complement().count()).toBe(300 - a.length);
    }),
  );
});

test('pages are slices of the members in order', () => {
  fc.assert(
    fc.property(members, fc.nat(130), fc.nat(50), (list, offset, count) => {
      expect(of(list).page(offset, count)).toEqual(sorted(list).slice(offset, offset + count));
    }),
  );
});

test('what is packed comes out again, and takes two bytes a run', () => {
  fc.assert(
    fc.property(members, (list) => {
      const packed = pack(sorted(list));
      expect(unpack(packed)).toEqual(sorted(list));
      const set = Ordinals.none(300);
      unpackInto(set, packed);
      expect([...set]).toEqual(sorted(list));
    }),
  );
  expect(pack(Array.from({ length: 100_000 }, (_, i) => i))).toHaveLength(4);
});

test('a set of another size is a mistake, and a torn one too', () => {
  expect(() => of([1]).and(Ordinals.none(5))).toThrow('two code systems');
  expect(() => unpack(Buffer.from([0x80]))).toThrow('too early');
});
