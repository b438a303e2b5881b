import { expect, test } from 'vitest';
import { atOnce, inSlices, slices } from './slices.ts';

/** Keeps the processor busy. */
const work = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};
function* busy(steps: number, did: (step: number) => void): Generator<undefined, string> {
  for (let step = 0; step < steps; step++) {
    work(1);
    did(step);
    yield;
  }
  return 'done';
}

test('steps are all done, in order, at once or in slices', async () => {
  for (const run of [(steps: Generator<undefined, string>) => atOnce(steps), (steps: Generator<undefined, string>) => inSlices(steps)]) {
    const done: number[] = [];
    expect(await run(busy(30, (step) => done.push(step)))).toBe('done');
    expect(done).toEqual(Array.from({ length: 30 }, (_, i) => i));
  }
});

test('short work is not interrupted', () => {
  expect(slices()()).toBeUndefined();
});

test('others have their turn while long work goes on, however much of it there is', async () => {
  let turns = 0;
  let over = false;
  const count = (): void => {
    turns++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const seenAt: number[] = [];
  await Promise.all(Array.from({ length: 8 }, () => inSlices(busy(40, () => seenAt.push(turns)))));
  over = true;
  // 320 steps of a millisecond: in no turn of the loop more than the first slices of all or one slice of one of them.
  const perTurn = new Map<number, number>();
  for (const turn of seenAt) perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1);
  expect(Math.max(...perTurn.values())).toBeLessThan(60);
  expect(turns).toBeGreaterThan(10);
});

test('what a step throws is thrown', async () => {
  // biome-ignore lint/correctness/useYield: the fault comes before the first step
  const failing = function* (): Generator<undefined, never> {
    throw new Error('broken');
  };
  await expect(inSlices(failing())).rejects.toThrow('broken');
});
