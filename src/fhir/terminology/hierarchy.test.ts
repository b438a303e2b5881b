// What is above and below, at any distance, against walking up each time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closure, Neighbours, reach } from './hierarchy.ts';

/** Parents have smaller numbers, so there is no ring. */
const edges = fc.array(
  fc.tuple(fc.nat(29), fc.nat(29)).filter(([a, b]) => a < b),
  { maxLength: 60 },
);

test('the closure is what walking finds', async () => {
  await fc.assert(
    fc.asyncProperty(edges, async (pairs) => {
      const parent = Int32Array.from(pairs, ([one]) => one);
      const child = Int32Array.from(pairs, ([, one]) => one);
      const found = await closure(30, { parent, child }, async () => '');
      if (!found.ok) throw new Error(found.problem.message);
      const up = new Neighbours(30, child, parent);
      const down = new Neighbours(30, parent, child);
      for (let one = 0; one < 30; one += 1) {
        expect(new Set(found.value.above(one))).toEqual(reach(up, one));
        expect([...found.value.below(one)]).toEqual([...reach(down, one)].sort((a, b) => a - b));
      }
    }),
  );
});

test('a ring is named, wherever it lies', async () => {
  const parent = Int32Array.from([0, 1, 2, 3]);
  const child = Int32Array.from([1, 2, 3, 1]);
  const found = await closure(5, { parent, child }, async (ring) => ring.join('>'));
  expect(found).toMatchObject({ ok: false, problem: { kind: 'invalid' } });
  expect(!found.ok && found.problem.message).toMatch(/ring: (1>3>2|3>2>1|2>1>3)$/);
});
