// Twenty questions as the tiles of a hospital's dashboard ask them, all at once by one person over HTTP: bar 2 s for all of them. Each
// round asks with other parameters, so that no round is answered from what the one before left.
import { performance } from 'node:perf_hooks';
import type { Caller } from '../../test/calls.ts';
import { openInsightStand } from './stand.ts';

const since = 'effective >= cast($from as TIMESTAMPTZ)';
export const tiles: readonly string[] = [
  'select count(*) from observations',
  `select count(*), count(distinct patient_id) from observations where ${since}`,
  'select code_code, any_value(code_display), count(*), avg(value) from observations group by code_code order by 3 desc',
  `select date_trunc('month', effective) as m, count(*) from observations group by m order by m`,
  `select cast(effective as DATE) as d, avg(value), quantile_cont(value, 0.9) from observations where code_code = '8867-4' and ${since} group by d order by d`,
  `select hour(effective) as h, count(*) from observations where ${since} group by h order by h`,
  `select code_code, quantile_cont(value, [0.05, 0.5, 0.95]) from observations where ${since} group by code_code`,
  `select e.class, count(*) from observations o join encounters e on e.id = o.encounter_id where ${since.replace('effective', 'o.effective')} group by e.class`,
  `select p.gender, avg(o.value) from observations o join patients p on p.id = o.patient_id where o.code_code = '2160-0' group by p.gender`,
  'select class, count(*), avg(date_diff(\'hour\', start, "end")) from encounters group by class',
  `select cast(start as DATE) as d, count(*) from encounters where start >= cast($from as TIMESTAMPTZ) group by d order by d`,
  `select count(*) filter (value >= 2), count(*) from observations where code_code = '2524-7' and ${since}`,
  `select patient_id, max(value) as v from observations where code_code = '2823-3' and ${since} group by patient_id order by v desc limit 20`,
  `select l.name, count(*) from encounter_locations x join locations l on l.id = x.location_id group by l.name order by 2 desc`,
  `select width_bucket, count(*) from (select floor(value / 5) * 5 as width_bucket from observations where code_code = '8480-6' and ${since}) group by 1 order by 1`,
  `select date_trunc('week', effective) as w, count(*) filter (value < 92) * 100.0 / count(*) from observations where code_code = '59408-5' group by w order by w`,
  'select gender, count(*) from patients group by gender',
  `select dayname(start) as d, hour(start) as h, count(*) from encounters where class = 'EMER' group by d, h`,
  `select count(distinct encounter_id) from observations where code_code = '718-7' and value < 9 and ${since}`,
  `select encounter_id, count(*) as n from observations where ${since} group by encounter_id order by n desc limit 10`,
];

/** All at once; milliseconds until the last is there. */
export async function askTiles(
  call: Caller,
  token: string,
  from: string,
  extra: object = {},
): Promise<{ allMs: number; eachMs: number[] }> {
  const begun = performance.now();
  const eachMs = await Promise.all(
    tiles.map(async (sql) => {
      const body = { sql, detail: 'limited', ...(sql.includes('$from') ? { parameters: { from } } : {}), ...extra };
      const answer = await call('POST', '/analytics/query', { token, body });
      if (answer.status !== 200) throw new Error(`${sql}: ${answer.text.slice(0, 300)}`);
      return Number(answer.json?.['milliseconds']);
    }),
  );
  return { allMs: performance.now() - begun, eachMs };
}

const dayOf = (round: number): string => new Date(Date.UTC(2025, 8, 1 + round)).toISOString();

export async function tilesOfADashboard(observations: number, rounds: number): Promise<void> {
  const stand = await openInsightStand({ observations });
  try {
    const there = await stand.call('POST', '/analytics/query', { body: { sql: 'select count(*) from observations' } });
    if (!there.text.includes(`[[${observations}]]`)) throw new Error(`the tables do not hold what was made: ${there.text.slice(0, 200)}`);
    for (const [who, token] of [
      ['the whole site', stand.analyst],
      ['one organisation of two', stand.ofOne],
    ] as const) {
      const first = await askTiles(stand.call, token, dayOf(0));
      const all: number[] = [];
      let each: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        const { allMs, eachMs } = await askTiles(stand.call, token, dayOf(round));
        all.push(allMs);
        each = eachMs;
      }
      all.sort((a, b) => a - b);
      console.log(
        `${tiles.length} tiles over ${observations.toLocaleString('en')} observations, ${who}: first ${(first.allMs / 1000).toFixed(2)} s, then median ${(all[all.length >> 1]! / 1000).toFixed(2)} s, longest ${(all.at(-1)! / 1000).toFixed(2)} s of ${rounds} (bar 2 s)`,
      );
      console.log(`  each, ms: ${each.map((ms) => Math.round(ms)).join(' ')}`);
    }
  } finally {
    await stand.end();
  }
}
