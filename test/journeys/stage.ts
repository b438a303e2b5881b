// The stage of a journey: a whole server with the demonstration hospital, people of every role, and a browser. `look` is what every
// journey does on every screen: a picture for whoever reads the run, accessibility in light and dark, nothing refused by the browser.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIResponse, Browser, BrowserContext, Page, Route } from 'playwright-core';
import { expect } from 'vitest';
import type { Database } from '../../src/database/contract.ts';
import type { Role } from '../../src/policy/contract.ts';
import { type Caller, caller } from '../calls.ts';
import { databaseOf, type RunningServer, removeFolder, startServer, temporaryFolder, tokenFor } from '../running-server.ts';
import { violationsIn } from './accessibility.ts';
import { openBrowser } from './browser.ts';

/** Pictures of the run; not in the repository. */
const pictures = process.env['LAMPLIGHT_PICTURES'] ?? join(tmpdir(), 'lamplight-journeys');

const password = 'correct horse battery staple';

export interface Visit {
  /** The tab that is looked at; another one may take its place. */
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: errors, refusals of the Content-Security-Policy. */
  complaints: string[];
  /** Goes to an address below /app/ and waits until nothing is being fetched. */
  open(path: string): Promise<void>;
  /** A picture, light and dark, without a violation of WCAG 2.2 AA. */
  look(name: string): Promise<void>;
  /** Where a picture of this name goes, where `look` would find fault with what is shown on purpose. */
  picture(name: string): string;
  close(): Promise<void>;
}

export interface Stage {
  server: RunningServer;
  /** The API as an administrator. */
  call: Caller;
  /** For what cannot be made to happen from outside. */
  database: Database;
  /** Somebody signs in; `administrator` is the first one, the others are made. */
  visit(role?: Role, size?: { width: number; height: number }): Promise<Visit>;
  close(): Promise<void>;
}

export async function openStage(env: Record<string, string> = {}): Promise<Stage> {
  mkdirSync(pictures, { recursive: true });
  const dataDir = temporaryFolder('journey');
  const settings = { ...demonstration, ...env };
  if (!Object.keys(env).some((name) => name.startsWith('LAMPLIGHT_DEMO'))) {
    furnished ??= furnish();
    // PostgreSQL's files have an owner of their own, which Node's copy would change.
    execFileSync('cp', ['-a', `${await furnished}/.`, dataDir]);
  }
  const server = await startServer({ dataDir, env: settings });
  const browser = await openBrowser();
  const database = await databaseOf(dataDir);
  const call = caller(server.address, await tokenFor(database, { role: 'administrator' }));
  return {
    server,
    call,
    database,
    visit: (role = 'administrator', size = { width: 1280, height: 720 }) => visit(browser, server, database, role, size),
    async close() {
      await browser.close();
      await database.close();
      await server.stop();
      removeFolder(dataDir);
    },
  };
}

const demonstration = { LAMPLIGHT_DEMO: 'on', LAMPLIGHT_DEMO_LIVE: 'off', LAMPLIGHT_SIGN_IN_RATE_PER_MINUTE: '1000' };

/** A data folder that holds the demonstration hospital. To load it takes longer than many a journey, so that each worker does it once. */
let furnished: Promise<string> | undefined;

async function furnish(): Promise<string> {
  const dataDir = temporaryFolder('furnished');
  process.once('exit', () => removeFolder(dataDir));
  const server = await startServer({ dataDir, env: demonstration });
  await server.stop();
  return dataDir;
}

async function visit(
  browser: Browser,
  server: RunningServer,
  database: Database,
  role: Role,
  viewport: { width: number; height: number },
): Promise<Visit> {
  const context: BrowserContext = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  context.on('console', (message) => {
    // That nobody is signed in yet is asked of the server and answered with 401.
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  await page.goto(`${server.address}/app/patients`);
  if (role === 'administrator') {
    await page.fill('input[name=name]', 'admin');
    await page.fill('input[name=password]', password);
    await page.click('button[type=submit]');
  } else {
    const token = await tokenFor(database, { role });
    await context.addCookies([{ name: 'lamplight', value: token, url: server.address, httpOnly: true, sameSite: 'Strict' }]);
    await page.reload();
  }
  await page.waitForSelector('nav[aria-label="Screens"]');
  const visited: Visit = {
    page,
    context,
    complaints,
    async open(path) {
      await visited.page.goto(`${server.address}/app/${path}`);
      await settled(visited.page);
    },
    async look(name) {
      const { page } = visited;
      await settled(page);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.waitForSelector(`html[data-mantine-color-scheme=${colorScheme}]`);
        await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
        expect(await violationsIn(page, colorScheme), `${name} in ${colorScheme} colours, ${page.url()}`).toEqual([]);
      }
      expect(complaints, `what the browser says on ${name}`).toEqual([]);
    },
    picture: (name) => join(pictures, `${name}.png`),
    close: () => context.close(),
  };
  return visited;
}

/** Nothing is being fetched any more that a reader waits for. */
async function settled(page: Page): Promise<void> {
  await page.waitForSelector('main');
  // A predicate as text would be evaluated in the page, which its Content-Security-Policy forbids.
  await page.waitForSelector('[aria-busy="true"]', { state: 'detached' });
}

/** What a page sends, sent for it: without its own headers the server takes it for another site's and refuses it. */
export async function fetchAsPage(route: Route): Promise<APIResponse> {
  return route.fetch({ headers: { ...(await route.request().allHeaders()), 'sec-fetch-site': 'same-origin' } });
}
