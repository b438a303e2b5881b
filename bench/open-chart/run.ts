// npm run bench -- open-chart [times]: how long the timeline of a patient with ten thousand observations takes to open in a real browser,
// from the click to what is painted: the newest values, and all of them with the whole of their time in sight. Beside them the floor of
// the same run: the same pages fetched and read by the same browser with nothing drawn, and all of them by date.
import type { Page } from 'playwright-core';
import { caller } from '../../test/calls.ts';
import { browserPath, openBrowser, whyNot } from '../../test/journeys/browser.ts';
import { databaseOf, removeFolder, startServer, temporaryFolder, tokenFor } from '../../test/running-server.ts';

const times = Number(process.argv[2] ?? 5);
const rounds = 1000;
const hourMs = 3_600_000;
const newestMs = Date.parse('2026-07-01T12:00:00Z');

/** LOINC, name, unit, middle, spread, range. */
const quantities: readonly [code: string, name: string, unit: string, middle: number, spread: number, low: number, high: number][] = [
  ['8867-4', 'Heart rate', '/min', 75, 12, 50, 100],
  ['9279-1', 'Respiratory rate', '/min', 16, 3, 12, 20],
  ['8310-5', 'Body temperature', 'Cel', 37, 0.6, 36, 38],
  ['59408-5', 'Oxygen saturation', '%', 96, 2, 94, 100],
  ['2823-3', 'Potassium', 'mmol/L', 4.2, 0.5, 3.5, 5.1],
  ['2951-2', 'Sodium', 'mmol/L', 139, 3, 135, 145],
  ['2160-0', 'Creatinine', 'mg/dL', 1, 0.25, 0.6, 1.2],
  ['718-7', 'Hemoglobin', 'g/dL', 12.5, 1.2, 12, 16],
  ['1988-5', 'C reactive protein', 'mg/L', 20, 20, 0, 5],
  ['2345-7', 'Glucose', 'mg/dL', 110, 30, 70, 140],
];

function observation(round: number, [code, name, unit, middle, spread, low, high]: (typeof quantities)[number]) {
  const ucum = (value: number) => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit });
  // Up and down without chance, so that each run draws the same.
  const value = Math.max(0, middle + spread * Math.sin(round * 1.7 + middle) * Math.cos(round / 40));
  const category = code === '2823-3' || middle > 100 || unit.includes('L') ? 'laboratory' : 'vital-signs';
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] }],
    code: { coding: [{ system: 'http://loinc.org', code, display: name }], text: name },
    subject: { reference: 'Patient/many' },
    effectiveDateTime: new Date(newestMs - round * 2 * hourMs).toISOString(),
    valueQuantity: ucum(Number(value.toFixed(1))),
    referenceRange: [{ low: ucum(low), high: ucum(high) }],
  };
}

/** Runs in the page: opens the chart as a click would, and says when what was painted. */
const opening = `(async () => {
  const begun = performance.now();
  const until = (seen) => new Promise((resolve) => {
    const look = () => seen() ? requestAnimationFrame(() => setTimeout(() => resolve(Math.round(performance.now() - begun)))) : requestAnimationFrame(look);
    look();
  });
  let longest = 0;
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longest = Math.max(longest, duration); }).observe({ entryTypes: ['longtask'] });
  history.pushState({}, '', ADDRESS);
  dispatchEvent(new PopStateEvent('popstate'));
  const newest = await until(() => document.querySelectorAll('.trend canvas').length >= 8);
  const all = await until(() => document.querySelector('.timeline-key [role=status]') === null);
  const pages = performance.getEntriesByType('resource').filter(({ name, startTime }) => name.includes('/fhir/Observation') && startTime > begun);
  const sum = (of) => Math.round(pages.reduce((total, page) => total + of(page), 0));
  return { newest_ms: newest, all_ms: all, server_ms: sum((page) => page.responseStart - page.requestStart), transfer_ms: sum((page) => page.responseEnd - page.responseStart), pages: pages.length, kB: sum((page) => page.encodedBodySize / 1024), longest_task_ms: Math.round(longest) };
})()`;

/** As the chart asks: the newest by date, then all in no order; or all by date, as it did before. */
const floor = (byDate: boolean): string => `(async () => {
  const begun = performance.now();
  const all = '/fhir/Observation?patient=many&_count=1000';
  let next = all + '&_sort=-date';
  for (let first = true; next !== undefined; first = false) {
    const page = JSON.parse(await (await fetch(next, { headers: { accept: 'application/fhir+json' } })).text());
    next = page.link.find(({ relation }) => relation === 'next')?.url;
    if (first && !${byDate}) next = all;
  }
  return Math.round(performance.now() - begun);
})()`;

async function open(page: Page, address: string, query: string): Promise<Record<string, number>> {
  await page.goto(`${address}/app/patients`);
  await page.waitForSelector('main table');
  await page.waitForTimeout(500);
  return page.evaluate<Record<string, number>>(opening.replace('ADDRESS', JSON.stringify(`/app/chart/many?tab=timeline${query}`)));
}

if (browserPath === undefined) {
  console.error(`error: ${whyNot}`);
  process.exit(2);
}
const dataDir = temporaryFolder('open-chart');
const server = await startServer({ dataDir });
const database = await databaseOf(dataDir);
const browser = await openBrowser();
try {
  const token = await tokenFor(database, { role: 'administrator' });
  const call = caller(server.address, token);
  await call('PUT', '/fhir/Patient/many', { body: { resourceType: 'Patient', id: 'many', name: [{ family: 'Many' }] } });
  for (let round = 0; round < rounds; round += 100) {
    const entry = Array.from({ length: 100 }, (_, at) => quantities.map((one) => observation(round + at, one)))
      .flat()
      .map((resource) => ({ resource, request: { method: 'POST', url: 'Observation' } }));
    const answer = await call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'batch', entry } });
    if (answer.status !== 200) throw new Error(answer.text.slice(0, 500));
  }
  // The scores that follow from the vital signs are observations too: nothing is measured while they are being made.
  for (let before = -1; ; ) {
    const total = Number((await call('GET', '/fhir/Observation?patient=many&_summary=count')).json?.total ?? 0);
    if (total === before) break;
    before = total;
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
  await context.addCookies([{ name: 'lamplight', value: token, url: server.address, httpOnly: true, sameSite: 'Strict' }]);
  const page = await context.newPage();
  for (let time = 0; time < times; time++) {
    console.log(JSON.stringify({ opened: 'as it opens by itself', ...(await open(page, server.address, '')) }));
    const whole = '&from=2026-04-08T00:00Z&to=2026-07-02T00:00Z';
    console.log(
      JSON.stringify({
        opened: 'all of its time',
        ...(await open(page, server.address, whole)),
        floor_ms: await page.evaluate<number>(floor(false)),
        floor_by_date_ms: await page.evaluate<number>(floor(true)),
      }),
    );
  }
} finally {
  await browser.close();
  await database.close();
  await server.stop();
  removeFolder(dataDir);
}
