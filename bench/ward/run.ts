// npm run bench -- ward [seconds]: whether the live board holds 200 beds with 10 updates a second. A real browser shows a demonstration of
// 620 patients (about 200 in beds) while pulses are recorded for those in beds; the times between frames are what counts.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bundle, Encounter } from '../../src/fhir/generated/types.ts';
import { openStage } from '../../test/journeys/stage.ts';

const seconds = Number(process.argv[2] ?? 15);
const perSecond = 10;

async function main(): Promise<void> {
  const stage = await openStage({ LAMPLIGHT_DEMO_PATIENTS: '620', LAMPLIGHT_RATE_PER_MINUTE: '0' });
  try {
    const found = await stage.call('GET', '/fhir/Encounter?status=in-progress&class=IMP&_count=500');
    const stays = ((JSON.parse(found.text) as Bundle).entry ?? []).map(({ resource }) => resource as Encounter);
    const visit = await stage.visit('nurse');
    await visit.open('ward');
    await visit.page.waitForSelector('.ews');
    await sleep(2000);
    const beds = await visit.page.locator('.bed').count();
    const people = await visit.page.locator('.who').count();
    const frames = visit.page.evaluate<number[]>(
      `new Promise((done) => { const times = []; const end = performance.now() + ${seconds * 1000}; const step = (at) => { times.push(at); if (at < end) requestAnimationFrame(step); else done(times); }; requestAnimationFrame(step); })`,
    );
    let sent = 0;
    const endMs = performance.now() + seconds * 1000;
    while (performance.now() < endMs) {
      const stay = stays[sent++ % stays.length];
      void stage.call('POST', '/fhir/Observation', {
        body: {
          resourceType: 'Observation',
          status: 'final',
          code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
          subject: stay?.subject,
          encounter: { reference: `Encounter/${stay?.id}` },
          effectiveDateTime: new Date().toISOString(),
          valueQuantity: { value: 60 + (sent % 80), unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
        },
      });
      await sleep(1000 / perSecond);
    }
    const times = await frames;
    const gaps = times
      .slice(1)
      .map((at, index) => at - (times[index] ?? at))
      .sort((a, b) => a - b);
    const at = (share: number): string => (gaps[Math.floor(share * (gaps.length - 1))] ?? 0).toFixed(1);
    const late = gaps.filter((gap) => gap > 50).length;
    console.log(
      `${beds} beds, ${people} people, ${sent} updates in ${seconds} s: ${gaps.length} frames, between them p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; ${late} above 50 ms`,
    );
    await visit.close();
  } finally {
    await stage.close();
  }
}

await main();
