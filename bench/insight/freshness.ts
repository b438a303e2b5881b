// How long after its answer a change written by FHIR is seen in SQL, at rest and while others write: bar 5 s.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { spread, writing } from './load.ts';
import { type InsightStand, openInsightStand } from './stand.ts';

async function once({ call, analyst }: InsightStand, name: string): Promise<number> {
  const written = await call('POST', '/fhir/Patient', { body: { resourceType: 'Patient', address: [{ city: name }] } });
  if (written.status !== 201) throw new Error(written.text.slice(0, 300));
  const begun = performance.now();
  const body = { sql: 'select count(*) from patients where city = $name', detail: 'identified', parameters: { name } };
  for (;;) {
    const answer = await call('POST', '/analytics/query', { token: analyst, body });
    if (answer.json?.['rows']?.[0]?.[0] === (1 as never)) return performance.now() - begun;
    if (performance.now() - begun > 60_000) throw new Error(`not seen within a minute: ${answer.text.slice(0, 300)}`);
    await sleep(50);
  }
}

export async function freshness(times: number, observations: number | undefined): Promise<void> {
  const stand = await openInsightStand(observations === undefined ? {} : { observations });
  try {
    await once(stand, 'first');
    for (const writers of [0, 4]) {
      const load = writing(stand, writers);
      const seen: number[] = [];
      for (let n = 0; n < times; n++) {
        await sleep(Math.random() * 300);
        seen.push(await once(stand, `${writers}-${n}`));
      }
      const { perSecond } = await load.end();
      console.log(
        `a change is seen in SQL after ${spread(seen)} (${times} changes, ${writers === 0 ? 'nobody else writes' : `${writers} others write ${perSecond.toFixed(0)} observations/s`}; bar 5 s)`,
      );
    }
  } finally {
    await stand.end();
  }
}
