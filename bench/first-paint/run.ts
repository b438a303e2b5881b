// npm run bench -- first-paint [loads] [screen]: how soon a screen of the demonstration hospital is painted, and how soon it answers a hand. Real
// headless Chromium: first contentful paint (https://www.w3.org/TR/paint-timing/) with an empty and with a filled cache, the time until
// nothing on the screen is waiting any more, and of each key, click and letter how long until its effect was painted
// (https://www.w3.org/TR/event-timing/: in steps of 8 ms, what is shorter than 16 ms counts as 16).
import type { Page } from 'playwright-core';
import type { Bundle, Encounter } from '../../src/fhir/generated/types.ts';
import { caller } from '../../test/calls.ts';
import { browserPath, openBrowser, whyNot } from '../../test/journeys/browser.ts';
import { databaseOf, removeFolder, startServer, temporaryFolder, tokenFor } from '../../test/running-server.ts';

const loads = Number(process.argv[2] ?? 8);
const only = process.argv[3];
const paintBarMs = 1000;
const handBarMs = 100;

/** What a hand does on a screen that has been painted. */
interface Hand {
  does: string;
  act(page: Page): Promise<void>;
}

interface Shown {
  screen: string;
  path: string;
  hands: readonly Hand[];
}

const key = (keys: string, does: string): Hand => ({
  does,
  async act(page) {
    for (const one of keys.split(' ')) await page.keyboard.press(one);
  },
});
const click = (place: string, does: string): Hand => ({ does, act: (page) => page.locator(place).first().click({ timeout: 15_000 }) });
const type = (text: string, does: string): Hand => ({ does, act: (page) => page.keyboard.type(text, { delay: 40 }) });

const palette: readonly Hand[] = [key('Control+k', 'opens the palette'), type('an', 'types into it'), key('ArrowDown Escape', 'closes it')];

function screensFor(patient: string): readonly Shown[] {
  return [
    { screen: 'My work', path: 'work', hands: palette },
    {
      screen: 'Patients',
      path: 'patients',
      hands: [click('main input', 'into the field'), type('smi', 'types a name'), key('Backspace', 'takes a letter back')],
    },
    {
      screen: 'Chart, summary',
      path: `chart/${patient}`,
      hands: [key('v', 'vital signs'), type('37.2', 'types a value'), click('text=Results', 'to results'), ...palette],
    },
    { screen: 'Chart, timeline', path: `chart/${patient}?tab=timeline`, hands: [click('text=Documents', 'to documents')] },
    {
      screen: 'A note',
      path: `record/${patient}?do=note`,
      hands: [click('main textarea', 'into the note'), type('slept well, no pain', 'writes')],
    },
    { screen: 'Wards', path: 'ward', hands: [key('g p', 'to patients'), ...palette] },
    { screen: 'Interfaces', path: 'interfaces', hands: [click('main nav a:nth-of-type(2)', 'to another tab')] },
    {
      screen: 'Data explorer',
      path: 'explorer?type=Observation',
      hands: [click('text=JSON', 'as JSON'), click('text=Table', 'as a table')],
    },
    ...(
      [
        ['Administration', 'administration'],
        ['Analytics', 'analytics'],
        ['Outcomes', 'outcomes'],
        ['Surveillance', 'surveillance'],
        ['Forecasts', 'forecasts'],
        ['Alert rules', 'governance'],
        ['Closed loop', 'loop'],
      ] as const
    ).map(([screen, path]) => ({
      screen,
      path,
      hands: [click(path === 'analytics' ? 'main .page a' : 'main nav a:nth-of-type(2)', 'to another part')],
    })),
    { screen: 'Population', path: 'population', hands: [click('main a[href*="registry="]', 'into a registry')] },
  ];
}

/** Put into every page before its own scripts. */
const listening = `(() => {
  window.eventsSeen = [];
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.interactionId > 0) window.eventsSeen.push({ at: one.startTime, name: one.name, ms: one.duration }); })
    .observe({ type: 'event', durationThreshold: 16, buffered: true });
})()`;

const ready = `new Promise((resolve) => {
  const look = () => document.querySelector('main .page') !== null && document.querySelector('[aria-busy="true"]') === null ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))) : requestAnimationFrame(look);
  look();
})`;

/** The browser tells it a moment after it has painted. */
const painted = `new Promise((resolve) => {
  new PerformanceObserver((list) => { const found = list.getEntriesByName('first-contentful-paint')[0]; if (found !== undefined) resolve(found.startTime); })
    .observe({ type: 'paint', buffered: true });
})`;

/** How long the slowest part of what the hand did took until it was painted: one figure for each key or click. */
async function handMs(page: Page, hand: Hand): Promise<number[]> {
  await page.evaluate('window.eventsSeen.length = 0');
  await hand.act(page);
  await page.waitForTimeout(250);
  const seen = await page.evaluate<{ at: number; ms: number }[]>('window.eventsSeen');
  const together = new Map<number, number>();
  for (const { at, ms } of seen) together.set(Math.round(at), Math.max(together.get(Math.round(at)) ?? 0, ms));
  return together.size === 0 ? [16] : [...together.values()];
}

const p75 = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.ceil(0.75 * list.length) - 1] ?? 0;
const most = (list: readonly number[]): number => Math.max(0, ...list);
const ms = (value: number): string => value.toFixed(0);

async function main(): Promise<void> {
  const dataDir = temporaryFolder('first-paint');
  const server = await startServer({
    dataDir,
    env: { LAMPLIGHT_DEMO: 'on', LAMPLIGHT_DEMO_LIVE: 'off', LAMPLIGHT_RATE_PER_MINUTE: '0', LAMPLIGHT_WAREHOUSE: 'on' },
  });
  const database = await databaseOf(dataDir);
  const browser = await openBrowser();
  try {
    const token = await tokenFor(database, { role: 'administrator' });
    const found = await caller(server.address, token)('GET', '/fhir/Encounter?status=in-progress&class=IMP&_count=1');
    const stay = (JSON.parse(found.text) as Bundle).entry?.[0]?.resource as Encounter | undefined;
    const patient = stay?.subject?.reference?.slice('Patient/'.length) ?? '';
    const enter = async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
      await context.addCookies([{ name: 'lamplight', value: token, url: server.address, httpOnly: true, sameSite: 'Strict' }]);
      await context.addInitScript(listening);
      return context;
    };
    const all = { cold: [] as number[], warm: [] as number[], hands: [] as number[] };
    console.log(
      '| screen | first paint ms p75, empty cache | filled cache | longest | all there ms p75 | hand ms p75 | longest | events |',
    );
    console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
    for (const { screen, path, hands } of screensFor(patient)) {
      if (only !== undefined && screen !== only) continue;
      const [cold, warm, whole, answers]: [number[], number[], number[], number[]] = [[], [], [], []];
      for (let load = 0; load < loads; load++) {
        const context = await enter();
        const page = await context.newPage();
        for (const paints of [cold, warm]) {
          await page.goto(`${server.address}/app/${path}`);
          const there = await page.evaluate<number>(ready);
          paints.push(await page.evaluate<number>(painted));
          if (paints === warm) whole.push(there);
        }
        for (const hand of hands) answers.push(...(await handMs(page, hand)));
        await context.close();
      }
      all.cold.push(...cold);
      all.warm.push(...warm);
      all.hands.push(...answers);
      const cells = [p75(cold), p75(warm), most([...cold, ...warm]), p75(whole), p75(answers), most(answers)];
      console.log(`| ${[screen, ...cells.map(ms), answers.length].join(' | ')} |`);
    }
    console.log(
      `first paint p75 ${ms(p75([...all.cold, ...all.warm]))} ms of ${all.cold.length + all.warm.length} loads (bar ≤ ${paintBarMs}); hand p75 ${ms(p75(all.hands))} ms of ${all.hands.length} events (bar ≤ ${handBarMs}), ${all.hands.filter((one) => one > handBarMs).length} above the bar`,
    );
  } finally {
    await browser.close();
    await database.close();
    await server.stop();
    removeFolder(dataDir);
  }
}

if (browserPath === undefined) {
  console.error(`error: ${whyNot}`);
  process.exit(2);
}
await main();
