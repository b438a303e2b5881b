// What those who read and write by FHIR feel of people who ask the tables: p99 at a steady pace with and without twenty tiles in a loop
// and a hostile cross join. Bar: at most twice as long. Rounds with and without take turns, since other work on the machine comes and goes.
import { setTimeout as sleep } from 'node:timers/promises';
import { p99, spread, steady } from './load.ts';
import { type InsightStand, openInsightStand } from './stand.ts';
import { askTiles } from './tiles.ts';

const hostile = 'select count(*) from range(10000000000) a, range(10000000) b where a.range % 7 = b.range % 11';

/** Asks until it ends; how many dashboards were answered, and how long each took. */
function asking(stand: InsightStand): { end(): Promise<number[]> } {
  const stopping = new AbortController();
  const took: number[] = [];
  const loop = async (): Promise<void> => {
    for (let round = 0; !stopping.signal.aborted; round++) {
      const { allMs } = await askTiles(stand.call, stand.analyst, new Date(Date.UTC(2025, 8, 1 + (round % 90))).toISOString(), {
        timeSeconds: 60,
      });
      took.push(allMs);
    }
  };
  const crossing = async (): Promise<void> => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const id = `cross-${n}`;
      stopping.signal.addEventListener('abort', () => void stand.call('DELETE', `/analytics/query/${id}`), { once: true });
      await stand.call('POST', '/analytics/query', { body: { sql: hostile, id, timeSeconds: 30 } });
    }
  };
  const all = [loop(), crossing()];
  return {
    async end() {
      stopping.abort();
      await Promise.all(all);
      return took;
    },
  };
}

export async function pressure(observations: number, seconds: number, rounds: number, perSecond = 60): Promise<void> {
  const stand = await openInsightStand({ observations });
  const found = { without: { reads: [] as number[], writes: [] as number[] }, with: { reads: [] as number[], writes: [] as number[] } };
  const dashboards: number[] = [];
  try {
    await steady(stand, 3, perSecond);
    await askTiles(stand.call, stand.analyst, '2025-10-01T00:00:00Z');
    for (let round = 0; round < rounds; round++) {
      for (const kind of ['without', 'with'] as const) {
        const load = kind === 'with' ? asking(stand) : undefined;
        if (load !== undefined) await sleep(500);
        const { reads, writes } = await steady(stand, seconds, perSecond);
        found[kind].reads.push(...reads);
        found[kind].writes.push(...writes);
        if (load !== undefined) dashboards.push(...(await load.end()));
      }
    }
    for (const what of ['reads', 'writes'] as const) {
      const ratio = p99(found.with[what]) / p99(found.without[what]);
      console.log(
        `${what} (${perSecond}/s with ${what === 'reads' ? 'two thirds' : 'one third'} of them ${what}): without ${spread(found.without[what])}; with ${spread(found.with[what])}: p99 ${ratio.toFixed(2)} times (bar 2)`,
      );
    }
    console.log(`meanwhile ${dashboards.length} dashboards of twenty tiles: ${spread(dashboards)} each`);
  } finally {
    await stand.end();
  }
}
