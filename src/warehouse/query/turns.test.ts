// People take turns; the queue is bounded; who leaves or is late is told so.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Result } from '../../fhir/result.ts';
import { type Release, Turns, turnSettings } from './turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settings = { atOnce: 2, atOnceOfOne: 2, waiting: 4, waitingOfOne: 3, patienceMs: 1_000 };

/** Who has begun, in order, and how to end the query of one. */
function stage(more: Partial<typeof settings> = {}) {
  const turns = new Turns({ ...settings, ...more });
  const begun: string[] = [];
  const releases = new Map<string, Release>();
  const ask = (name: string, signal?: AbortSignal): Promise<Result<Release>> =>
    turns.take(name.split('-')[0]!, signal).then((turn) => {
      if (turn.ok) {
        begun.push(name);
        releases.set(name, turn.value);
      }
      return turn;
    });
  const end = async (name: string): Promise<void> => {
    releases.get(name)!();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { turns, begun, ask, end };
}

describe('queries', () => {
  it('begin at once while there is a place, and then one for each that ends', async () => {
    const { begun, ask, end, turns } = stage();
    for (const name of ['ann-1', 'ann-2', 'ann-3']) void ask(name);
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(['ann-1', 'ann-2']);
    await end('ann-1');
    expect(begun).toEqual(['ann-1', 'ann-2', 'ann-3']);
    await end('ann-2');
    await end('ann-3');
    expect([turns.running, turns.waiting]).toEqual([0, 0]);
  });

  it('of one with many wait for those of one with few', async () => {
    const { begun, ask, end } = stage();
    for (const name of ['ann-1', 'ann-2', 'ann-3', 'ann-4', 'bob-1', 'cleo-1']) void ask(name);
    await vi.advanceTimersByTimeAsync(0);
    await end('ann-1');
    await end('ann-2');
    await end('bob-1');
    expect(begun).toEqual(['ann-1', 'ann-2', 'bob-1', 'cleo-1', 'ann-3']);
  });

  it('of one leave a place for others, where they may not have all', async () => {
    const { begun, ask } = stage({ atOnceOfOne: 1 });
    for (const name of ['ann-1', 'ann-2', 'bob-1']) void ask(name);
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(['ann-1', 'bob-1']);
    expect(turnSettings(2).atOnceOfOne).toBe(1);
    expect(turnSettings(1).atOnceOfOne).toBe(1);
  });

  it('beyond what may wait are turned away, of one person and of all', async () => {
    const { ask } = stage();
    for (const name of ['ann-1', 'ann-2', 'ann-3', 'ann-4', 'ann-5']) void ask(name);
    expect(await ask('ann-6')).toMatchObject({ ok: false, problem: { kind: 'busy' } });
    void ask('bob-1');
    expect(await ask('cleo-1')).toMatchObject({ ok: false, problem: { kind: 'busy' } });
  });

  it('that nobody wants any more leave the queue, and those that waited too long', async () => {
    const { begun, ask, end, turns } = stage();
    for (const name of ['ann-1', 'ann-2']) void ask(name);
    const gone = new AbortController();
    const left = ask('ann-3', gone.signal);
    const late = ask('ann-4');
    gone.abort();
    expect(await left).toMatchObject({ problem: { kind: 'conflict' } });
    await vi.advanceTimersByTimeAsync(1_001);
    expect(await late).toMatchObject({ problem: { kind: 'busy' } });
    await end('ann-1');
    expect([begun, turns.waiting]).toEqual([['ann-1', 'ann-2'], 0]);
  });

  it('give their place back once, however often it is said', async () => {
    const { ask, end, turns } = stage();
    await ask('ann-1');
    await end('ann-1');
    await end('ann-1');
    expect(turns.running).toBe(0);
  });
});
