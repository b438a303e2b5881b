// The site manager at seven and the ED lead at fifteen: which ward fills, what comes, who is missing; with ten beds fewer, and by keys.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallHospital } from '../forecast-hospital.ts';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('forecasts', () => {
  let stage: Stage;
  let manager: Visit;

  beforeAll(async () => {
    stage = await openStage({ LAMPLIGHT_DEMO: 'off', LAMPLIGHT_WAREHOUSE: 'on' });
    const all = smallHospital({ days: 100, daily: 26, now: new Date(), seed: 12 });
    for (let from = 0; from < all.length; from += 500) {
      const entry = all.slice(from, from + 500).map((resource) => {
        const { resourceType, id } = resource as { resourceType: string; id: string };
        return { resource, request: { method: 'PUT', url: `${resourceType}/${id}` } };
      });
      expect((await stage.call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'transaction', entry } })).status).toBe(200);
    }
    manager = await stage.visit('nurse', { width: 1280, height: 900 });
  }, 120_000);
  afterAll(async () => {
    await manager?.close();
    await stage?.close();
  });

  it('say first which ward fills, and what the same week is with ten beds fewer', async () => {
    const counted = async (): Promise<number> => {
      const { json } = await stage.call('GET', '/forecasts/arrivals');
      return Object.keys(json?.['forecast'] ?? {}).length;
    };
    await expect.poll(counted, { timeout: 60_000, interval: 1_000 }).toBeGreaterThan(0);
    const { page } = manager;
    await manager.open('forecasts?ward=fc-medical');
    await page.waitForSelector('h2:has-text("How such forecasts did")');
    const slider = page.getByLabel('Beds of Medical Ward');
    await slider.focus();
    for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/beds=-10/);
    await page.waitForSelector('th:has-text("What if")');
    expect(await page.locator('.forecast-lead').textContent()).toMatch(/overflows first|No ward is expected/);
    await manager.look('forecasts-beds');
    await page.screenshot({ path: manager.picture('forecasts-beds-whole'), fullPage: true });
  });

  it('show what comes, what had been said of it, and when to be warned', async () => {
    const { page } = manager;
    await manager.open('forecasts?view=arrivals&threshold=30');
    await page.waitForSelector('text=surge from 30');
    expect(await page.locator('section:has(#past-errors)').textContent()).toContain('Same day a week ago');
    await manager.look('forecasts-arrivals');
    await page.screenshot({ path: manager.picture('forecasts-arrivals-whole'), fullPage: true });
  });

  it('set staff needed beside staff planned in words', async () => {
    const { page } = manager;
    await manager.open('forecasts?view=staff');
    await page.waitForSelector('text=nothing planned');
    await page.click('summary:has-text("Plan staff")');
    await page.getByLabel('Medical Ward, Early', { exact: true }).fill('0');
    await page.click('button:has-text("Save plan")');
    await page.waitForSelector('.gap-missing:has-text("missing")');
    await manager.look('forecasts-staff');
    await page.screenshot({ path: manager.picture('forecasts-staff-whole'), fullPage: true });
  });
});
