// An analyst asks for something, sees it as a table, as JSON and over time, and takes all of it away.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('exploring data', () => {
  let stage: Stage;
  let analyst: Visit;

  beforeAll(async () => {
    stage = await openStage();
    const exact = {
      resourceType: 'Observation',
      id: 'exact',
      status: 'final',
      code: { text: '=HYPERLINK("x")' },
      valueQuantity: { unit: 'g' },
    };
    const body = JSON.stringify(exact).replace('"unit"', '"value":1.10,"unit"');
    expect((await stage.call('PUT', '/fhir/Observation/exact', { body })).status).toBe(201);
    analyst = await stage.visit('analyst');
  });
  afterAll(async () => {
    await analyst?.close();
    await stage?.close();
  });

  it('begins with what there is to ask', async () => {
    await analyst.open('explorer');
    expect(await analyst.page.locator('main').textContent()).toContain('Choose a type of resource');
  });

  it('makes the search out of a form, and shows it as an address and a command', async () => {
    const { page } = analyst;
    await analyst.open('explorer?type=Observation');
    await page.getByPlaceholder('Parameter').fill('date');
    await page.keyboard.press('Escape');
    await page.getByLabel('Before or after', { exact: true }).first().click();
    await page.getByRole('option', { name: 'from', exact: true }).click();
    await page.getByLabel('Value of date').fill('2020');
    await page.click('main button[type=submit]');
    await page.waitForSelector('.address-line:has-text("/fhir/Observation?date=ge2020")');
    expect(await page.locator('button:has-text("Copy as curl")').getAttribute('title')).toContain("Observation?date=ge2020'");
    await page.waitForSelector('main table tbody td');
    await analyst.look('explorer-table');
  });

  it('fetches more as one scrolls, with only the rows in sight in the page', async () => {
    const { page } = analyst;
    await analyst.open('explorer?type=Observation');
    await page.waitForSelector('main table tbody td');
    await page.evaluate('document.querySelector(".grid-frame").scrollTop = 1e6');
    await expect.poll(() => page.locator('.beneath').textContent(), { timeout: 10_000 }).toMatch(/^(2\d\d|[3-9]\d\d) of/);
    expect(await page.locator('main table tbody tr').count()).toBeLessThan(80);
  });

  it('keeps the digits that were recorded', async () => {
    await analyst.open('explorer?type=Observation&q=_id=exact&view=json');
    await analyst.page.waitForSelector('.json-text >> text="value": 1.10');
    await analyst.look('explorer-json');
  });

  it('counts over time, and leads from a bar to its rows', async () => {
    const { page } = analyst;
    await analyst.open('explorer?type=Encounter&view=time');
    await page.waitForSelector('.bars a');
    await analyst.look('explorer-over-time');
    const bars = await page.locator('.bars a').evaluateAll((all) => all.map((bar) => bar.getAttribute('aria-label') ?? ''));
    const best = bars.reduce((one, other) => (Number(/(\d+)$/.exec(other)?.[1]) > Number(/(\d+)$/.exec(one)?.[1]) ? other : one));
    await page.locator(`.bars a[aria-label="${best}"]`).click();
    const count = Number(/(\d+)$/.exec(best)?.[1]).toLocaleString('en');
    await page.waitForSelector(`.views-beside:has-text("${count} found")`);
  });

  it('exports everything found and not the page, with what was asked, by whom and when in it', async () => {
    const { page } = analyst;
    await analyst.open('explorer?type=Observation&q=code:not=news2&view=export');
    const total = Number((await stage.call('GET', '/fhir/Observation?code:not=news2&_summary=count')).json?.['total']);
    expect(total).toBeGreaterThan(1000);
    const [csv] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("Export all")')]);
    const lines = readFileSync(await csv.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(lines[0]).toMatch(/^# Lamplight, data explorer: everything found by http.*\/fhir\/Observation\?code:not=news2$/);
    expect(lines[1]).toMatch(/^# by test-analyst \(Analyst\), 20/);
    const head = lines.findIndex((line) => !line.startsWith('#'));
    expect(lines.length - head - 1).toBe(total);
    expect(lines.find((line) => line.startsWith('exact,'))).toContain(`"'=HYPERLINK(""x"")"`);
    await page.waitForSelector(`text=${total.toLocaleString('en')} resources were written`);
    await analyst.look('explorer-export');
  });

  it('exports a table for programs, with the same about it', async () => {
    const { page } = analyst;
    await analyst.open('explorer?type=Observation&q=_id=exact&view=export');
    await page.getByLabel(/^Parquet/).check();
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("Export all 1")')]);
    expect(file.suggestedFilename()).toMatch(/^Observation-.*\.parquet$/);
    const bytes = readFileSync(await file.path());
    expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
    expect(bytes.subarray(-4).toString()).toBe('PAR1');
    for (const said of ['/fhir/Observation?_id=exact', 'test-analyst (Analyst)', '1.10']) expect(bytes.includes(said)).toBe(true);
  });

  it('exports resources as they were recorded, and stops when told to', async () => {
    const { page } = analyst;
    await analyst.open('explorer?type=Observation&q=_id=exact&view=export');
    await page.getByLabel(/^NDJSON/).check();
    const [file] = await Promise.all([
      page.waitForEvent('download', (one) => one.suggestedFilename().endsWith('.ndjson')),
      page.click('button:has-text("Export all 1")'),
    ]);
    expect(readFileSync(await file.path(), 'utf8')).toMatch(/^\{"resourceType":"Observation".*"value":1\.10.*\}\n$/);
    await analyst.open('explorer?type=Observation&view=export');
    await page.route('**/fhir/Observation?*_count=500*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue().catch(() => undefined);
    });
    await page.click('button:has-text("Export all")');
    await page.click('button:has-text("Cancel")');
    await page.waitForSelector('text=Stopped: there is no file');
  });

  it('refuses what is not understood in the words of the server', async () => {
    await analyst.open('explorer?type=Patient&q=colour=red');
    await analyst.page.waitForSelector('main [role=alert] >> text=colour');
  });
});
